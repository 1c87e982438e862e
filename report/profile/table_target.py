"""What columns tell of the target."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import Chart, heat, histogram
from report.page.charts import bars as drawn_bars
from report.profile.frames import frame, written

SHOWN = 25


def target(profile: Mapping[str, Any]) -> Section:
    """The target's own spread, and how much each column says of it."""
    told, ties = profile["target"], frame(profile["ties"])
    named, rows = profile["table"]["target"], frame(told["bars"])
    if told["spread"]:
        own = Drawn(
            "target",
            histogram(rows, "begins", "ends", "rows", titles={"begins": named}),
            f"{named}: all beyond the 99th percentile is in the last bar.",
            f"A histogram; half lie below {written(told['spread']['q0.5'])}; skew {written(told['spread']['skew'])}, "
            f"of log(1 + x) {written(told['spread']['skew_log'])}.",
        )
    else:
        own = Drawn(
            "target",
            drawn_bars(rows, "rows", "level", titles={"level": ""}),
            f"{named}: rows by class.",
            f"Lying bars of {rows.height} classes.",
        )
    blocks: list[Block] = [own]
    if ties.height:
        top = ties.filter(pl.col("information").is_not_null()).head(SHOWN)
        blocks += [
            Drawn(
                "information",
                drawn_bars(
                    top, "information", "column", titles={"column": "", "information": "mutual information (nats)"}
                ),
                "What each column alone tells of the target.",
                "Lying bars, the column that tells most first.",
            ),
            Shown(
                ties.head(2 * SHOWN),
                "Correlation with the target, of numbers, and mutual information in nats (Kraskov et al. 2004, Ross "
                "2014), which sees what is no line too; on 10,000 rows at most, each column alone.",
            ),
        ]
    return Section("target", "The target", [*blocks, *_between(profile["between"])])


def _between(rows: list[dict[str, Any]]) -> list[Block]:
    pairs = [row for row in rows if row["spearman"] is not None]
    if not pairs:
        return []
    both = frame(pairs, "one", "other", "spearman")
    whole = pl.concat([both, both.select(one="other", other="one", spearman="spearman")])
    strongest = max(pairs, key=lambda row: abs(row["spearman"]))
    return [
        Drawn(
            "between",
            heat(whole, "one", "other", "spearman", diverging=True, titles={"one": "", "other": ""}),
            "Columns of numbers against each other: the correlation of their ranks.",
            f"Squares; the strongest is {strongest['one']} with {strongest['other']}, {strongest['spearman']:.2f}.",
        )
    ]


def bands(profile: Mapping[str, Any]) -> Section:
    """The target by category and by band of a number, prices first."""
    rows = frame(profile["bands"])
    if rows.is_empty():
        return Section("bands", "The target by category and band", [Prose("No column has bands.")])
    prices = profile["prices"]
    blocks: list[Block] = []
    if not prices:
        blocks.append(Prose("No column is taken for a price; --price names one."))
    for n, name in enumerate(rows["column"].unique(maintain_order=True)):
        mine = rows.filter(pl.col("column") == name)
        what = "by price band" if name in prices else "by band or level"
        top = mine.sort("mean", descending=True).row(0, named=True)
        blocks.append(
            Drawn(
                f"band-{n}",
                _means(mine),
                f"The target {what} of {name}: mean and one standard error.",
                f"Lying bars; the longest is {top['mean']:.4g} at {top['band']} ({top['rows']:,} rows).",
            )
        )
    return Section("bands", "The target by category and band", blocks)


def _means(rows: pl.DataFrame) -> Chart:
    error = pl.col("error").fill_null(0.0)
    told = rows.with_columns(low=pl.col("mean") - error, high=pl.col("mean") + error)
    several = "of" if told["of"].n_unique() > 1 else None
    titles = {"band": "", "mean": "mean of the target"}
    return drawn_bars(told, "mean", "band", color=several, low="low", high="high", titles=titles)
