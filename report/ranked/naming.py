"""What orders, measures and lists are called on a page, and how their figures are written."""

from collections.abc import Mapping

ORDERS = {
    "ranked": "Aisle, ranked",
    "fused": "candidates, fused",
    "best_source": "best single source",
    "revisit_popular": "revisit + popularity",
}
MEASURES = {
    "clicks": "recall@20, clicks",
    "carts": "recall@20, carts",
    "orders": "recall@20, orders",
    "total": "recall@20, total",
    "MRR": "MRR@20, next click",
}
LISTS = {
    "history": "all events before",
    "wanted_clicks": "clicked after",
    "wanted_carts": "carted after",
    "wanted_orders": "ordered after",
    "ranked_clicks": "ranked for clicks",
    "ranked_carts": "ranked for carts",
    "ranked_orders": "ranked for orders",
    "fused": "candidates, fused",
    "revisit_popular": "revisit + popularity",
}
NOTHING = "-"


def written(value: float | None) -> str:
    """A fraction as everywhere in Aisle's tables: four digits."""
    return NOTHING if value is None else f"{value:.4f}"


def between(told: Mapping[str, float | None]) -> str:
    """An interval; nothing where it is not defined."""
    low, high = told.get("low"), told.get("high")
    return "" if low is None or high is None else f"{low:.4f} to {high:.4f}"
