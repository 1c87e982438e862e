"""Results as tables, shown on a console."""
