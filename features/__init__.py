"""Feature groups: what describes a query, a user, an item or a (query, item) pair."""

from features.catalogue_order import catalogue_order
from features.category_affinity import category_affinity
from features.category_worth import category_worth
from features.goods_match import goods_match
from features.group import FeatureGroup
from features.item_age import item_age
from features.item_hours import item_hours
from features.item_in_session import item_in_session
from features.item_popularity import item_popularity
from features.item_price import item_price
from features.item_returns import item_returns
from features.item_scored_period import item_scored_period
from features.item_trend import item_trend
from features.item_weekdays import item_weekdays
from features.item_worth import item_worth
from features.line_worth import line_worth
from features.neighbour_scores import neighbour_scores
from features.segment_worth import segment_worth
from features.session_clock import session_clock
from features.session_funnel import session_funnel
from features.session_goods import session_goods
from features.session_owner import session_owner
from features.session_returns import session_returns
from features.session_shape import session_shape
from features.shop_season import shop_season
from features.source_votes import source_votes
from features.user_item import user_item
from features.user_past import user_past
from features.user_worth import user_worth
from features.value_so_far import value_so_far
from features.vector_likeness import vector_likeness
from features.within_query import within_query

__all__ = ["GROUPS", "VALUE_GROUPS", "FeatureGroup"]

GROUPS: tuple[FeatureGroup, ...] = (
    session_shape,
    session_returns,
    session_clock,
    session_goods,
    user_past,
    item_popularity,
    item_trend,
    item_age,
    item_returns,
    item_hours,
    item_weekdays,
    item_price,
    item_scored_period,
    user_item,
    category_affinity,
    item_in_session,
    goods_match,
    neighbour_scores,
    vector_likeness,
    source_votes,
    within_query,
)
"""Every group, in the order of its columns. Adding one: a file, this entry, a test worked by hand."""

VALUE_GROUPS: tuple[FeatureGroup, ...] = (
    session_shape,
    session_clock,
    session_owner,
    session_goods,
    session_funnel,
    value_so_far,
    catalogue_order,
    shop_season,
    user_worth,
    segment_worth,
    item_worth,
    category_worth,
    user_item,
    category_affinity,
    line_worth,
)
"""What value models read: groups of `GROUPS` that fit, and those of money. Items' groups are pooled over the prefix."""
