"""How numbers of targets.json are written, on the page and on a console."""

from collections.abc import Mapping
from typing import Any

ONE = {"sessions": "session", "customers": "customer", "rows": "row"}


def money(value: float | None) -> str:
    """An amount: whole from 1,000 on, else with cents."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.2f}"


def share(value: float | None) -> str:
    """A share in percent."""
    return "-" if value is None else f"{value:.1%}"


def between(point: Mapping[str, Any]) -> str:
    """The interval of a point of a curve."""
    return f"{money(point['low'])} to {money(point['high'])}"


def asked(told: Mapping[str, Any]) -> str:
    """Which values these are."""
    about = told["about"]
    return ", ".join(f"{name} {about[name]}" for name in ("cut", "horizon", "origin", "split") if name in about)


def paid(told: Mapping[str, Any]) -> str:
    """The terms."""
    terms = told["terms"]
    bound = "no bound on what is spent" if terms["budget"] is None else f"a budget of {terms['budget']:g}"
    return f"margin {terms['margin']:g}, cost {terms['cost']:g} each, {bound}"
