"""Files of real users -> checked records -> change sets of the graph."""
