"""Scripts that make the data files of this package from its own sentences."""
