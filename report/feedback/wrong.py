"""Where lists did worse, or better, than they promised."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import bars

FAR = 3.0
TOP = 20
ABOUT = (
    "z is how far the hits lie from the promise, in standard errors of a sum of independent trials; beyond 3 it is not "
    "chance (the outer limits of a funnel plot, Spiegelhalter 2005)."
)


def segments(told: Mapping[str, Any]) -> Section:
    """Kinds of sessions and of items, those that are wrong first."""
    rows = pl.DataFrame(told["segments"], infer_schema_length=None)
    if rows.is_empty():
        return Section("segments", "Segments", [Prose("There is no segment.")])
    wrong = rows.filter(pl.col("z").abs() >= FAR).height if rows["z"].dtype.is_numeric() else 0
    said = Prose(f"{ABOUT} Of {rows.height} values of segments {wrong} are beyond it.")
    return Section("segments", "Segments", [said, Shown(rows, "Every segment.", {"promised": "number", "z": "number"})])


def items(told: Mapping[str, Any]) -> Section:
    """The items that went most wrong."""
    title = "Items"
    if not told["items"]:
        return Section("items", title, [Prose("Nothing was promised of any item.")])
    rows = pl.DataFrame(told["items"], infer_schema_length=None)
    top = rows.head(TOP)
    blocks: list[Block] = [
        Prose(f"{ABOUT} What is to be looked at stands in review.csv, which filled in is a file of rules."),
        Drawn(
            "items",
            bars(top, "z", "item", titles={"item": ""}),
            "The items whose hits lie furthest from their promise.",
            f"Lying bars; the longest is {top['item'][0]} with {top['z'][0]:.1f}.",
        ),
        Shown(rows, f"The {rows.height} furthest.", {"promised": "number", "z": "number"}),
    ]
    return Section("items", title, blocks)
