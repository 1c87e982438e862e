"""What was shown and what happened, as a page of feedback.json."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.feedback.wrong import items, segments
from report.page.blocks import Block, Drawn, Format, Headline, Headlines, Page, Prose, Section, Shown
from report.page.charts import curve_with_band, lines

ABOUT = "What was shown, joined with what happened afterwards. The same numbers stand in feedback.json."
POSITION = (
    "A place hits if it is looked at and its item is wanted. The position-based model tells the two apart by items "
    "that were shown at several places (Craswell and others 2008, WSDM; by EM as in Chuklin, Markov and de Rijke "
    "2015): how likely a place is looked at, as often as the first. Where few items have moved, it tells little."
)
PROMISED = (
    "A band of scores promises what places of such a score have hit in the scored fold of the run. Happened is what "
    "they have hit since, with its 95 % interval (Wilson 1927); z is the distance in standard errors (Spiegelhalter "
    "2005). Band 0 are popular items that filled lists up."
)


def headlines(told: Mapping[str, Any]) -> tuple[Headline, ...]:
    """The numbers that are read first, on the page and on a console."""
    served = told["served"]
    span = f"{served['first'][:10]} to {served['last'][:10]}"
    if repeated := served.get("repeated"):
        span += f"; {repeated:,} rows that repeat another are counted once"
    found = f"{served['sessions_found']:,} with an event in the new log"
    numbers = [
        Headline("lists shown", f"{served['lists']:,}", span, "served.lists"),
        Headline("sessions", f"{served['sessions']:,}", found, "served.sessions"),
    ]
    for row in told["objectives"]:
        share = "-" if row["recall"] is None else f"{row['recall']:.4f}"
        beside = f"{row['hits']:,} of {row['wanted']:,} items that followed were shown"
        numbers.append(Headline(f"recall of {row['type']}", share, beside, "objectives"))
    for row in told["calibration_error"]:
        beside = "mean distance of what was promised from what happened"
        numbers.append(
            Headline(f"calibration error of {row['type']}", f"{row['error']:.4f}", beside, "calibration_error")
        )
    return tuple(numbers)


def feedback_page(told: Mapping[str, Any]) -> Page:
    """The page of feedback.json as `pipeline.tasks.feedback.Feedback` writes it."""
    overview = Section("overview", "What was shown", [Headlines(headlines(told))])
    sections = [overview, _positions(told), _calibration(told), segments(told), items(told)]
    return Page("Feedback", ABOUT, sections)


def _positions(told: Mapping[str, Any]) -> Section:
    rows = pl.DataFrame(told["positions"])
    formats: dict[str, Format] = {
        "rate": "share",
        "low": "share",
        "high": "share",
        "examined": "number",
        "compared": "share",
    }
    blocks: list[Block] = []
    for kind, some in rows.group_by("type", maintain_order=True):
        name = str(kind[0])
        chart = curve_with_band(some.sort("rank"), "rank", "rate", "low", "high", formats={"rate": "share"})
        first, last = some["rate"][0], some["rate"][-1]
        said = f"A line from {first:.1%} at the first place to {last:.1%} at place {some['rank'][-1]}."
        blocks.append(Drawn(f"hits-{name}", chart, f"How often each place hits: {name}.", said))
    blocks.append(Prose(POSITION))
    looked = pl.DataFrame(told["examined"])
    if looked.height:
        chart = lines(looked, "rank", "examined", color="type", points=True)
        said = "A line an objective, from 1 at the first place."
        blocks.append(Drawn("examined", chart, "How likely a place is looked at, the first being 1.", said))
        rows = rows.join(looked, on=["type", "rank"], how="left", maintain_order="left")
    blocks.append(Shown(rows, "Every place.", {name: form for name, form in formats.items() if name in rows.columns}))
    return Section("positions", "Hits by position", blocks)


def _calibration(told: Mapping[str, Any]) -> Section:
    title = "Promised, and happened"
    if not told["calibration"]:
        return Section("calibration", title, [Prose("Nothing was promised: the run's scored fold had no labels.")])
    bands = pl.DataFrame(told["calibration"])
    shares: dict[str, Format] = dict.fromkeys(("promised", "happened", "low", "high"), "share")
    blocks: list[Block] = [Prose(PROMISED)]
    chart = lines(bands.sort("type", "promised"), "promised", "happened", color="type", points=True, diagonal=True)
    said = "A line an objective; on the diagonal what happened is what was promised."
    blocks.append(Drawn("calibration", chart, "What was promised against what happened.", said))
    blocks.append(Shown(bands, "Every band of scores, the lowest first.", shares))
    return Section("calibration", title, blocks)
