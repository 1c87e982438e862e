"""Profit by how many are addressed."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from report.addressed.wording import money, share
from report.page.blocks import Block, Drawn, Section, Shown
from report.page.charts import curve_with_band, lines
from report.page.encoding import light
from report.page.theme import REFERENCE

FORMATS: dict[str, Any] = {"share": "share", "profit": "money", "low": "money", "high": "money"}
TITLES = {"share": "share addressed, most expected first", "profit": "profit"}


def curve(told: Mapping[str, Any]) -> Section:
    """The true curve with its interval where it is known, beside the promised one; else the promised one."""
    known = told["judged"]
    blocks: list[Block] = [_known(known)] if known and known["rows"] else []
    blocks += [_promised(told["promised"])] if told["promised"]["rows"] else []
    if known and known["rows"]:
        blocks.append(_points(known))
    return Section("profit", "Profit by how many are addressed", blocks)


def _known(known: Mapping[str, Any]) -> Drawn:
    rows = pl.DataFrame(known["curve"]).rename({"true": "profit"})
    cut, best = known["cut"], known["best"]
    return Drawn(
        "profit-true",
        curve_with_band(rows, "share", "profit", "low", "high", formats=FORMATS, titles=TITLES) + _at(cut),
        "The profit that came, with its 95 % interval; the upright line is the cut.",
        f"A line inside a band: at the cut, {share(cut['share'])} addressed, {money(cut['true'])} came; it is highest "
        f"at {share(best['share'])} with {money(best['true'])}.",
    )


def _promised(said: Mapping[str, Any]) -> Drawn:
    rows = pl.DataFrame(said["curve"], infer_schema_length=None).rename({"promised": "profit"})
    cut = said["cut"]
    return Drawn(
        "profit-promised",
        lines(rows, "share", "profit", formats=FORMATS, titles=TITLES) + _at(cut),
        "The profit that is expected; it is highest where another one brings no more than it costs. The upright line "
        "is the cut.",
        f"A line that is highest, or meets the budget, at {share(cut['share'])} with {money(cut['promised'])}.",
    )


def _at(cut: Mapping[str, Any]) -> alt.Chart:
    """An upright line at the cut."""
    ruled: alt.Chart = alt.Chart(light(pl.DataFrame({"share": [cut["share"]]}))).mark_rule(style=REFERENCE)
    return ruled.encode(alt.X("share", type="quantitative", title=TITLES["share"]))


def _points(known: Mapping[str, Any]) -> Shown:
    named = {"the cut": known["cut"], "best in hindsight": known["best"], "everyone": known["everyone"]}
    columns = ("addressed", "share", "promised", "true", "low", "high")
    rows = [{"at": name} | {column: point[column] for column in columns} for name, point in named.items()]
    money_columns: dict[str, Any] = dict.fromkeys(columns[2:], "money")
    return Shown(
        pl.DataFrame(rows),
        "Promised and true profit of judged rows, with the 95 % interval of the true one.",
        {"share": "share", **money_columns},
    )
