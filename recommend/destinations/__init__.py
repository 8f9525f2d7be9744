"""People, organisations, projects, spaces and communities in one ranking."""
