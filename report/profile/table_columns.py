"""A flat table's columns: their kinds, what they lack, how they are spread."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Block, Drawn, Headline, Headlines, Prose, Section, Shown
from report.page.charts import bars, histogram
from report.profile.frames import frame, headline, spreads, written

PICTURES = 30


def table_headlines(profile: Mapping[str, Any]) -> tuple[Headline, ...]:
    """The numbers of a table that are read first, on the page and on a console."""
    told, ties, leaks = profile["table"], profile["ties"], profile["leaks"]
    gaps = sum(one["missing"] > 0 for one in profile["kinds"])
    found = [
        headline("rows", told["rows"], "table.rows"),
        headline("columns", told["columns"], "table.columns", f"{len(profile['kinds'])} may tell of the target"),
        headline("rows without a target", told["without_target"], "table.without_target"),
        headline("rows that repeat another", told["duplicates"], "table.duplicates"),
        headline("columns with gaps", gaps, "kinds"),
        headline("leaks suspected", len(leaks), "leaks"),
    ]
    if ties and ties[0]["information"] is not None:
        best = ties[0]
        found.append(Headline("tells most", best["column"], f"{best['information']:.3f} nats", "ties"))
    return tuple(found)


def table_overview(profile: Mapping[str, Any]) -> Section:
    """Headlines, and what looks like a leak."""
    blocks: list[Block] = [Headlines(table_headlines(profile))]
    blocks += [Prose(f"Suspected to be known too early: {leak}") for leak in profile["leaks"]]
    if profile["leaks"]:
        blocks.append(Prose("Leave such a column out (--leave-out), unless it is known when the question is asked."))
    else:
        blocks.append(Prose("No column alone tells the target."))
    return Section("overview", "What the table holds", blocks)


def table_columns(profile: Mapping[str, Any]) -> Section:
    """Kinds and missing values of all columns, and pictures of the first of them."""
    told = profile["distributions"]
    blocks: list[Block] = [
        Shown(
            frame(profile["kinds"]),
            "Every column: few and many are categories, by the number of their levels; a key has its own in nearly "
            "every row, and nothing is learnt from it.",
            {"share": "share"},
        )
    ]
    numbers = {one["column"]: one["spread"] for one in told if one["spread"]}
    if numbers:
        spread = spreads(numbers)
        blocks.append(
            Shown(
                spread,
                "Numbers (times in days since 1970).",
                {name: "mixed" for name in spread.columns if name not in ("column", "rows")},
            )
        )
    drawn = [one for one in told if one["bars"]]
    blocks += [_picture(f"column-{n}", one) for n, one in enumerate(drawn[:PICTURES])]
    if len(drawn) > PICTURES:
        blocks.append(Prose(f"{len(drawn) - PICTURES} more columns stand in profile.json."))
    return Section("columns", "Columns", blocks)


def _picture(name: str, one: Mapping[str, Any]) -> Drawn:
    rows = frame(one["bars"])
    if one["spread"]:
        summed = one["spread"]
        told = f"A histogram; half lie below {written(summed['q0.5'])}, the largest is {written(summed['most'])}."
        return Drawn(
            name,
            histogram(rows, "begins", "ends", "rows", titles={"begins": one["column"]}),
            f"{one['column']}: all beyond the 99th percentile is in the last bar.",
            told,
        )
    top = one["bars"][0]
    chart = bars(rows, "rows", "level", titles={"level": ""})
    return Drawn(
        name,
        chart,
        f"{one['column']}: its commonest levels.",
        f"Lying bars; the longest is {top['level']} with {top['rows']:,} rows.",
    )
