"""The invented sample community: phrase bank, generator and checker."""
