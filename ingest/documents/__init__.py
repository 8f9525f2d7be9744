"""Documents that are no tables (JSON, vCard, archives, graphs), read into tables whose columns are known."""
