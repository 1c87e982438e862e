"""Flat tables: what their rows will do or bring."""
