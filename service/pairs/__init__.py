"""Two people: why they should meet, and what the network gains."""
