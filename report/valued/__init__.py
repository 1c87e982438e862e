"""What values of sessions are worth, as sections of a page."""
