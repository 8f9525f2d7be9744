"""Spaces as pages: the list of them, the sheet for a visit, hearings, circles of help, teams, key persons."""
