"""Sections of a page about a flat table that was learnt from: classes, values, and what its columns are worth."""
