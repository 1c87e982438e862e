"""A page with every kind of block and chart, with words in it that look like markup."""

from datetime import UTC, datetime, timedelta

import polars as pl

from report.page import charts
from report.page.blocks import Drawn, Headline, Headlines, Page, Prose, Section, Shown

SHARES = {"share": "share", "gain": "share"}
SOURCES = pl.DataFrame(
    {
        "source": [
            "revisit",
            "popular",
            "<script>bad()</script>",
            "a name so long that no axis has the room to write it out",
        ],
        "recall@20": [0.61, 0.25, 0.4, 0.125],
        "low": [0.6, 0.24, 0.38, 0.12],
        "high": [0.62, 0.26, 0.42, 0.13],
    }
)
CURVE = pl.DataFrame(
    {"share": [0.0, 0.5, 1.0], "gain": [0.0, 0.8, 1.0], "low": [0.0, 0.7, 1.0], "high": [0.0, 0.9, 1.0]}
)
DAYS = pl.DataFrame(
    [
        {
            "day": datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day),
            "type": name,
            "events": (day * 7 + len(name)) % 11,
        }
        for day in range(9)
        for name in ("clicks", "carts", "orders")
    ]
)
HOURS = pl.DataFrame([{"hour": h, "weekday": d, "events": h * len(d)} for d in ("Monday", "Friday") for h in range(24)])
BINS = pl.DataFrame({"from": [1.0, 10.0, 100.0], "to": [10.0, 100.0, 1000.0], "sessions": [500, 20, 0]})
ITEMS = pl.DataFrame(
    {"item": ["a", "b", "c"], "clicked": [1, 10, 100], "shown": [3, 9, 250], "part": ["tail", "tail", "head"]}
)
WIDE = pl.DataFrame({"session": ["s1", "s2", None]} | {f"measure_{n}": [0.5, float(n), None] for n in range(20)})


def drawn(name, chart):
    return Drawn(name, chart, f"A chart: {name}", f"What {name} shows, told.")


def sample():
    told = Headline("recall@20, orders", ".608", "fused .595", "ranking.orders.recall@20")
    return Page(
        "A sample & its <title>",
        "What a page can hold.",
        [
            Section(
                "first",
                "First things",
                [Headlines((told, Headline("sessions", "12,345"))), Prose("A log's </script> stays text.")],
            ),
            Section(
                "shares",
                "Shares",
                [
                    drawn("bars", charts.bars(SOURCES, "recall@20", "source", low="low", high="high")),
                    drawn("grouped", charts.bars(DAYS.head(6), "day", "events", color="type")),
                    drawn("curve", charts.curve_with_band(CURVE, "share", "gain", "low", "high", formats=SHARES)),
                    Shown(SOURCES, "Sources", best={"recall@20": True}),
                    drawn("lines", charts.lines(CURVE, "share", "gain", points=True, diagonal=True, formats=SHARES)),
                ],
            ),
            Section(
                "times",
                "Times",
                [
                    drawn("days", charts.lines(DAYS, "day", "events", color="type")),
                    drawn("stacked", charts.stacked(DAYS, "day", "events", "type", shares=True)),
                    drawn("hours", charts.heat(HOURS, "hour", "weekday", "events")),
                    drawn("bins", charts.histogram(BINS, "from", "to", "sessions", x_scale="log", y_scale="log")),
                    drawn(
                        "items",
                        charts.scatter(
                            ITEMS,
                            "clicked",
                            "shown",
                            color="part",
                            named="item",
                            x_scale="log",
                            y_scale="log",
                            diagonal=True,
                        ),
                    ),
                    Shown(WIDE, "Many measures"),
                ],
            ),
        ],
    )
