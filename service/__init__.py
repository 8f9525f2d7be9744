"""What people and programs use: the command line, the pages and the API, over the engine that recommends."""
