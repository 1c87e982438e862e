"""Whom to address: as sections of a page, and on a console."""
