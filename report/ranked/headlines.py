"""The first section: what the ranking reaches, beside what a user could have without it, and how sure that is."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Headline, Headlines, Prose, Section, Shown
from report.page.charts import bars
from report.ranked.naming import MEASURES, ORDERS, between, written

FIRST = "ranked"
BESIDE = "revisit_popular"
ABOUT = (
    "recall@20 is the share of what was clicked, carted or ordered after the question that stands among the 20 items "
    "of a list, summed over all questions; the total weighs clicks 0.1, carts 0.3 and orders 0.6. MRR@20 is the mean "
    "of 1 / place of the next clicked item, 0 where it is not listed; HR@20 is the recall of clicks. Intervals hold "
    "95 % of what other sessions of the same kind would have given: the bootstrap over sessions (Efron 1979), "
    "percentiles. Differences are paired, on the same sessions."
)


def headline_section(metrics: Mapping[str, Any], intervals: Mapping[str, Any]) -> Section:
    """What the ranking reaches.

    Parameters
    ----------
    metrics
        metrics.json.
    intervals
        `evaluation.intervals.with_intervals` of the same run.
    """
    counts = metrics["counts"]
    how = "" if metrics["mode"] == "past" else f" The run is {metrics['mode']}."
    asked = f"{counts['queries']:,} questions to {counts['sessions']:,} sessions.{how}"
    blocks: list[Block] = [
        Prose(asked),
        Headlines(tuple(_headlines(metrics["ranking"], intervals))),
        Prose(ABOUT),
        Shown(_rows(metrics), "Every order that could be shown.", best=dict.fromkeys(MEASURES.values(), True)),
        _drawn(metrics["ranking"], intervals),
        Shown(_differences(intervals), "What the ranking adds to each other order, with its 95 % interval and error."),
    ]
    return Section("headlines", "What the ranking reaches", blocks)


def unmeasured_section() -> Section:
    """What is said of a run without labels."""
    return Section(
        "headlines", "What the ranking reaches", [Prose("No labels: the lists are scored and not measured.")]
    )


def source_of(order: str, measure: str) -> str:
    """Where a measure stands in metrics.json."""
    within = "next_click.MRR@20" if measure == "MRR" else f"recall@20.{measure}"
    return f"ranking.{order}.{within}"


def _headlines(ranking: Mapping[str, Any], intervals: Mapping[str, Any]) -> Iterator[Headline]:
    for measure, label in MEASURES.items():
        value = figure(ranking, FIRST, measure)
        if value is None:
            continue
        inside = between(intervals["measures"][FIRST][measure])
        other = f"{ORDERS[BESIDE]} {written(figure(ranking, BESIDE, measure))}"
        beside = f"{other}; 95 % interval {inside}" if inside else other
        yield Headline(label, written(value), beside, source_of(FIRST, measure))


def figure(ranking: Mapping[str, Any], order: str, measure: str) -> float | None:
    """A measure as metrics.json has it."""
    told = ranking[order]
    value: float | None = told["next_click"]["MRR@20"] if measure == "MRR" else told["recall@20"][measure]
    return value


def _rows(metrics: Mapping[str, Any]) -> pl.DataFrame:
    ranking = metrics["ranking"]
    rows = [
        {"order": _title(order, metrics)} | {label: figure(ranking, order, name) for name, label in MEASURES.items()}
        for order in ORDERS
    ]
    return pl.DataFrame(rows, schema={"order": pl.String, **dict.fromkeys(MEASURES.values(), pl.Float64)})


def _title(order: str, metrics: Mapping[str, Any]) -> str:
    sources = ", ".join(dict.fromkeys(metrics["best_source"].values()))
    return f"{ORDERS[order]} ({sources})" if order == "best_source" else ORDERS[order]


def _differences(intervals: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {"measure": label, "against": ORDERS[order], "difference": told[name]["value"]}
        | {end: told[name][end] for end in ("low", "high", "error")}
        for name, label in MEASURES.items()
        for order, told in intervals["differences"].items()
        if told[name]["value"] is not None
    ]
    texts, numbers = dict.fromkeys(("measure", "against"), pl.String), ("difference", "low", "high", "error")
    return pl.DataFrame(rows, schema={**texts, **dict.fromkeys(numbers, pl.Float64)})


def _drawn(ranking: Mapping[str, Any], intervals: Mapping[str, Any]) -> Drawn:
    rows = [
        {
            "measure": label,
            "order": title,
            "value": figure(ranking, order, name),
            "low": told["low"],
            "high": told["high"],
        }
        for name, label in MEASURES.items()
        for order, title in ORDERS.items()
        if (told := intervals["measures"][order][name])["low"] is not None
    ]
    texts, numbers = dict.fromkeys(("measure", "order"), pl.String), dict.fromkeys(("value", "low", "high"), pl.Float64)
    frame = pl.DataFrame(rows, schema={**texts, **numbers})
    chart = bars(frame, "value", "measure", color="order", low="low", high="high")
    described = "Bars: a measure a row, an order a colour, with the 95 % interval around each end."
    return Drawn("headlines", chart, "Every order, with 95 % intervals.", described)
