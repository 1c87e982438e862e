"""The portrait of a log and of a flat table, as sections of a page."""
