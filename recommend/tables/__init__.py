"""Tables of a few people over several rounds, without anybody meeting anybody twice."""
