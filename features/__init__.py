"""Feature groups: what describes a query, a user, an item or a (query, item) pair."""

from features.group import FeatureGroup
from features.item_in_session import item_in_session
from features.item_popularity import item_popularity
from features.session_shape import session_shape
from features.source_votes import source_votes
from features.user_past import user_past

__all__ = ["GROUPS", "FeatureGroup"]

GROUPS: tuple[FeatureGroup, ...] = (session_shape, user_past, item_popularity, item_in_session, source_votes)
"""Every group, in the order of its columns. Adding one: a file, this entry, a test worked by hand."""
