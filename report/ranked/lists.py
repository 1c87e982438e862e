"""The same lists by the measures that other tools report."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Prose, Section, Shown
from report.ranked.naming import ORDERS

TITLES = {
    "precision": "precision@20",
    "hit_rate": "hit rate@20",
    "MRR": "MRR@20",
    "MAP": "MAP@20",
    "NDCG": "NDCG@20",
}
ABOUT = (
    "For comparison with other tools: means over the questions that have a label of the kind. Precision is the share "
    "of the 20 places that were wanted; hit rate the share of questions with a hit; MRR the mean of 1 / place of the "
    "first one (Voorhees 1999); MAP the mean average precision (Buckley, Voorhees 2000), cut at 20; NDCG the "
    "discounted gain over that of the best list (Järvelin, Kekäläinen 2002). Of clicks the next one alone is wanted, "
    "so their precision is at most 0.05."
)


def lists_section(measured: Mapping[str, Any]) -> Section:
    """Lists by the usual measures.

    Parameters
    ----------
    measured
        lists.json: order -> type -> measure.
    """
    types = [name for name, told in measured["fused"].items() if told["NDCG"] is not None]
    tables = [
        Shown(_rows(measured, name), f"Lists for {name}.", best=dict.fromkeys(TITLES.values(), True)) for name in types
    ]
    return Section("lists", "By the measures of other tools", [Prose(ABOUT), *tables])


def _rows(measured: Mapping[str, Any], name: str) -> pl.DataFrame:
    rows = [
        {"order": ORDERS[order]} | {title: told[name][key] for key, title in TITLES.items()}
        for order, told in measured.items()
    ]
    return pl.DataFrame(rows, schema={"order": pl.String, **dict.fromkeys(TITLES.values(), pl.Float64)})
