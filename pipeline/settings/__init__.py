"""The tree of settings."""
