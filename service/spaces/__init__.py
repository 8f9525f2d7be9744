"""Spaces as pages: the list of them, and the sheet for a visit."""
