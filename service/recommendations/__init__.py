"""Who should meet whom, for the command line, the API and the pages."""
