"""Whether promises are as large as what comes: deciles, calibrated chances, errors by ratio, ranges."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import histogram, lines, scatter

Studies = Mapping[str, Mapping[str, Any]]
ERRORS = (
    "Errors by ratio: log(1 + promised typical value) - log(1 + what came), in bins of half a unit (a factor of 1.65). "
    "Above 0 too much was promised; rows that brought nothing can only stand there."
)
RANGES = "Ranges from low to high: the shares of rows whose truth lies within, below and above, and the mean width."


def size(prefix: str, title: str, of: str, studies: Studies) -> Section:
    """Deciles, chances, errors and ranges by what is studied (see `report.worth.order.order`)."""
    blocks = [*_deciles(prefix, of, studies), *_chances(prefix, of, studies), *_errors(prefix, of, studies)]
    return Section(f"{prefix}-size", title, [*blocks, *_ranges(of, studies)])


def _deciles(prefix: str, of: str, studies: Studies) -> list[Block]:
    rows = pl.DataFrame(
        [
            {of: name, "tenth": tenth, **part}
            for name, study in studies.items()
            for tenth, part in enumerate(study["deciles"], start=1)
        ]
    )
    forms: dict[str, Any] = {"predicted": "money", "true": "money"}
    top = rows.row(-1, named=True)
    return [
        Drawn(
            f"{prefix}-deciles",
            scatter(
                rows,
                "predicted",
                "true",
                color=of,
                named="tenth",
                diagonal=True,
                x_scale="log",
                y_scale="log",
                formats=forms,
                titles={"predicted": "mean expected", "true": "mean that came"},
            ),
            "Tenths of the rows by what is expected: expected against true means, both logarithmic; on the line "
            "promises hold.",
            f"Points near the diagonal; of the top tenth of {of} {top[of]} {top['predicted']:,.2f} were expected and "
            f"{top['true']:,.2f} came.",
        ),
        Shown(rows, "Tenths of the rows, lowest first: expected and true means.", forms),
    ]


def _chances(prefix: str, of: str, studies: Studies) -> list[Block]:
    told = {name: study["chance"] for name, study in studies.items() if study["chance"]}
    if not told:
        return [Prose("Chances are not shown: none is told, or all rows or none bring anything.")]
    rows = pl.DataFrame([{of: name, **point} for name, one in told.items() for point in one["curve"]])
    worst = max(told, key=lambda name: told[name]["ece"])
    return [
        Drawn(
            f"{prefix}-chance",
            lines(
                rows,
                "promised",
                "came_true",
                color=of,
                points=True,
                diagonal=True,
                formats={"promised": "share", "came_true": "share"},
                titles={"promised": "promised chance", "came_true": "share that brought anything"},
            ),
            "Chances of bringing anything, promised and true, in bins of equal counts; on the line they hold.",
            f"Lines along the diagonal; the mean distance is at most {told[worst]['ece']:.4f} ({of} {worst}).",
        )
    ]


def _errors(prefix: str, of: str, studies: Studies) -> list[Block]:
    last = list(studies)[-1]
    bins = pl.DataFrame(studies[last]["errors"]["bins"])
    keys = ("q0.05", "q0.25", "q0.5", "q0.75", "q0.95", "within_2")
    rows = [{of: name} | {key: study["errors"][key] for key in keys} for name, study in studies.items()]
    table = pl.DataFrame(rows, infer_schema_length=None).rename({"within_2": "within a factor of 2"})
    half = studies[last]["errors"]["q0.5"]
    return [
        Prose(ERRORS),
        Drawn(
            f"{prefix}-errors",
            histogram(
                bins, "low", "high", "rows", color="kind", titles={"low": "error, logarithmic", "kind": "the row"}
            ),
            f"Errors by ratio, {of} {last}.",
            "A histogram around 0"
            + ("." if half is None else f"; the median error of rows that brought something is {half:.2f}."),
        ),
        Shown(
            table.rename({key: f"{float(key[1:]):.0%} lie below" for key in keys[:-1]}),
            "Errors by ratio of rows that brought something.",
            {"within a factor of 2": "share"},
        ),
    ]


def _ranges(of: str, studies: Studies) -> list[Block]:
    rows = [{of: name, **study["ranges"]} for name, study in studies.items() if study["ranges"]["within"] is not None]
    forms: dict[str, Any] = {"within": "share", "below": "share", "above": "share", "width": "money"}
    return [Shown(pl.DataFrame(rows, infer_schema_length=None), RANGES, forms)] if rows else []
