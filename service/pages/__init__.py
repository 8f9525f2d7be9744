"""Pages: rendered here, whole in one file, readable on a phone and on paper, without any script."""
