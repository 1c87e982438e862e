"""Checks of a log's tables: each says what looks wrong, with counts, and names the setting that decides."""
