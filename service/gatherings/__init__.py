"""More than two people at once: tables, small hearings, teams of helpers and circles of help."""
