"""How events are spread over the catalogue, how it changes, and what leads it."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import lines
from report.profile.frames import dated, frame, share
from report.profile.times import PERIODS

CURVE = {"items": "share of the items, most popular first", "share": "share of the events"}
PLURAL = {"item": "items", "category": "categories", "brand": "brands"}


def popularity(profile: Mapping[str, Any]) -> Section:
    """The popularity curve with its concentration, and turnover."""
    told = profile["popularity"]
    curve, whole = frame(told["curve"]), told["concentration"][0]
    blocks: list[Block] = [
        Shown(
            frame([row for row in told["concentration"] if row["items"]]),
            "How few items hold most events, by type: the Gini index (0 where all items have the same), what the most "
            "popular hundredth and tenth of the items hold, and the share of the items that has half.",
            {"gini": "number", "top1": "share", "top10": "share", "half": "share"},
        ),
        Drawn(
            "popularity-curve",
            lines(curve, "items", "share", formats={"items": "share", "share": "share"}, titles=CURVE),
            "What the most popular items hold of all events.",
            f"A curve that rises from 0 to 1; the first hundredth of the items holds {share(whole['top1'])}.",
        ),
        Drawn(
            "popularity-ranks",
            lines(curve, "rank", "events", points=True, x_scale="log", y_scale="log"),
            "Events of an item by its rank, both logarithmic: a straight line is a power law.",
            f"A falling line; the most popular item has {told['curve'][0]['events']:,} events.",
        ),
    ]
    return Section("popularity", "Popularity", [*blocks, *_turnover(profile["turnover"])])


def _turnover(told: Mapping[str, Any] | None) -> list[Block]:
    if told is None or len(told["periods"]) < 2:
        return []
    rows = dated(told["periods"])
    every = PERIODS[told["step"]]
    long = rows.unpivot(index="period", variable_name="what", value_name="count").drop_nulls("count")
    new, active = rows["new"].drop_nulls(), rows["items"][1:]
    part = float(new.mean()) / float(active.mean()) if active.sum() else None  # type: ignore[arg-type]
    return [
        Drawn(
            "turnover",
            lines(long, "period", "count", color="what", titles={"period": "", "count": f"items a {every}"}),
            f"Items with an event, new ones (their first event) and gone ones (their last), a {every}. Late in the log "
            "an item is more easily taken for gone.",
            f"Three lines; {share(part)} of the items of a {every} were never seen before.",
        )
    ]


def goods(profile: Mapping[str, Any]) -> Section:
    """The most frequent items, categories and brands."""
    blocks: list[Block] = []
    for name, rows in profile["goods"].items():
        if rows:
            table = frame(rows)
            if "text" in table.columns and table["text"].null_count() == table.height:
                table = table.drop("text")
            if not table["value"].sum():
                table = table.drop("value")
            blocks.append(Shown(table, f"The most frequent {PLURAL[name]}.", {"share": "share", "value": "money"}))
        else:
            blocks.append(Prose(f"The log names no {PLURAL[name]}."))
    return Section("goods", "Top items, categories, brands", blocks)
