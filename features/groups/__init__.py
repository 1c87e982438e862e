"""Feature groups, one file each."""
