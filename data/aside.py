"""Fields that change nothing of what is made with them: they are no part of a product's identity."""

ASIDE = {"aside": True}
"""Metadata of such a dataclass field: how much is held at once, how many threads, where a search keeps its trials."""
