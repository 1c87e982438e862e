"""When things happen."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Drawn, Section
from report.page.charts import heat, lines
from report.profile.frames import dated, frame

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PERIODS = {
    "1m": "minute", "10m": "ten minutes", "1h": "hour", "6h": "six hours", "1d": "day", "1w": "week", "1mo": "month",
    "3mo": "quarter", "1y": "year",
}  # fmt: skip


def each_period(step: str) -> str:
    """How a step of time is called behind "events in"."""
    period = PERIODS[step]
    return period if " " in period else f"each {period}"


def times(profile: Mapping[str, Any]) -> Section | None:
    """Events over time, and over the week; null without a clock."""
    told = profile["time"]
    if told is None:
        return None
    each = each_period(told["step"])
    events = dated(told["events"]).filter(pl.col("events").sum().over("type") > 0)
    week = frame(told["hours"])
    most = events.sort("events", descending=True).row(0, named=True)
    day = pl.col("weekday").cast(pl.String).replace_strict({str(n): name for n, name in enumerate(DAYS, 1)})
    busiest = week.sort("events", descending=True).row(0, named=True)
    return Section(
        "times",
        "When things happen",
        [
            Drawn(
                "events-over-time",
                lines(events, "period", "events", color="type", titles={"period": "", "events": f"events in {each}"}),
                f"Events in {each} by type (UTC).",
                f"Lines over time, one a type; the highest is {most['type']} with {most['events']:,} events at "
                f"{most['period']:%Y-%m-%d %H:%M}.",
            ),
            Drawn(
                "hours-of-the-week",
                heat(week.with_columns(day), "hour", "weekday", "events", titles={"hour": "hour (UTC)", "weekday": ""}),
                "Events by hour and weekday (UTC): quiet hours at noon hint at a wrong time zone.",
                f"Seven rows of 24 squares; the darkest is {DAYS[busiest['weekday'] - 1]} at {busiest['hour']} o'clock "
                f"with {busiest['events']:,} events.",
            ),
        ],
    )
