"""Expressions that feature groups share."""
