"""What promises of lifetime value are worth, as sections of a page."""
