"""Feature groups: what describes a query, a user, an item or a (query, item) pair."""

from features.group import FeatureGroup
from features.groups.catalogue_order import catalogue_order
from features.groups.category_affinity import category_affinity
from features.groups.category_worth import category_worth
from features.groups.customer_baskets import customer_baskets
from features.groups.customer_clock import customer_clock
from features.groups.customer_gaps import customer_gaps
from features.groups.customer_goods import customer_goods
from features.groups.customer_pace import customer_pace
from features.groups.customer_place import customer_place
from features.groups.customer_recency import customer_recency
from features.groups.customer_returns import customer_returns
from features.groups.customer_season import customer_season
from features.groups.customer_segment import customer_segment
from features.groups.customer_spend import customer_spend
from features.groups.customer_trend import customer_trend
from features.groups.customer_visits import customer_visits
from features.groups.goods_match import goods_match
from features.groups.item_age import item_age
from features.groups.item_hours import item_hours
from features.groups.item_in_session import item_in_session
from features.groups.item_pause import item_pause
from features.groups.item_popularity import item_popularity
from features.groups.item_price import item_price
from features.groups.item_returns import item_returns
from features.groups.item_scored_period import item_scored_period
from features.groups.item_trend import item_trend
from features.groups.item_weekdays import item_weekdays
from features.groups.item_worth import item_worth
from features.groups.line_worth import line_worth
from features.groups.neighbour_scores import neighbour_scores
from features.groups.segment_worth import segment_worth
from features.groups.session_clock import session_clock
from features.groups.session_funnel import session_funnel
from features.groups.session_goods import session_goods
from features.groups.session_owner import session_owner
from features.groups.session_returns import session_returns
from features.groups.session_shape import session_shape
from features.groups.shop_season import shop_season
from features.groups.source_votes import source_votes
from features.groups.user_item import user_item
from features.groups.user_past import user_past
from features.groups.user_worth import user_worth
from features.groups.value_so_far import value_so_far
from features.groups.vector_likeness import vector_likeness
from features.groups.visit_pause import visit_pause
from features.groups.within_query import within_query

__all__ = ["CUSTOMER_GROUPS", "GROUPS", "VALUE_GROUPS", "FeatureGroup"]

GROUPS: tuple[FeatureGroup, ...] = (
    session_shape,
    session_returns,
    session_clock,
    session_goods,
    visit_pause,
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
    item_pause,
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

CUSTOMER_GROUPS: tuple[FeatureGroup, ...] = (
    customer_recency,
    customer_spend,
    customer_gaps,
    customer_trend,
    customer_pace,
    customer_baskets,
    customer_goods,
    customer_returns,
    customer_season,
    customer_place,
    customer_visits,
    customer_segment,
    customer_clock,
    user_worth,
)
"""What models of customers read, as of an origin: groups of their purchases, and those of `VALUE_GROUPS` that fit."""
