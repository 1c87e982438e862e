"""CSV files: the dialect, records and those that are none, tables."""
