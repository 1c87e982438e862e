"""What a table's columns are worth, what became of each, and which of them look too good."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Format, Prose, Section, Shown
from report.page.charts import bars

MOST = 25
BECAME = {
    "number": "learnt from, as a number",
    "time": "learnt from, as days, hour and weekday",
    "few": "learnt from, a level a column",
    "many": "learnt from, as the mean target of its level",
    "text": "learnt from, by its words",
    "key": "left out: nearly every row has its own",
    "constant": "left out: the same in every row",
    "empty": "left out: it holds nothing",
}
CALLED = {
    "permutation": "rise of the log loss",
    "lightgbm_gain": "share of gain",
    "moved": "expected value moves by",
    "share": "share of that",
}
FORMATS: Mapping[str, Format] = {"share of gain": "share", "share of that": "share"}
BY_LOSS = (
    "Rise of the log loss of the best model on held-out rows where a column's values are mixed among the rows (Breiman "
    "2001, mean over folds), and the share of all that LightGBM's splits on it have gained in training."
)
BY_MOVES = (
    "How far expected values move, on average, where a column's values are mixed among the rows: what the model looks "
    "at, and not how much worse it gets."
)


def columns_section(
    prefix: str,
    target: str,
    importance: Sequence[Mapping[str, Any]],
    kinds: Mapping[str, str],
    apart: Mapping[str, str],
    leaks: Sequence[str],
) -> Section:
    """The section.

    Parameters
    ----------
    prefix
        Of its name and its charts'.
    target
        What is predicted.
    importance
        importance.csv, row by row, what counts most first.
    kinds
        By column, see `learning.columns.Columns`.
    apart
        What became of columns that no model was shown, by name.
    leaks
        What is suspected to be known too early.
    """
    blocks: list[Block] = [*_leaks(leaks)]
    if importance:
        blocks += _worth(prefix, importance)
    rows: list[tuple[str, str | None, str]] = [(name, kind, BECAME.get(kind, kind)) for name, kind in kinds.items()]
    rows += [(name, None, what) for name, what in apart.items()]
    named = pl.DataFrame(rows, schema=dict.fromkeys(("column", "kind", "what became of it"), pl.String), orient="row")
    blocks.append(Shown(named, "Columns, and what became of each."))
    return Section(f"{prefix}-columns", f"{target}: what the columns are worth", blocks)


def _worth(prefix: str, importance: Sequence[Mapping[str, Any]]) -> list[Block]:
    table = pl.DataFrame(importance, infer_schema_length=None)
    way = table.columns[1]
    table = table.rename({name: CALLED.get(name, name) for name in table.columns})
    length, first = CALLED.get(way, way), table.row(0, named=True)
    about = BY_LOSS if way == "permutation" else BY_MOVES
    return [
        Prose(about),
        Drawn(
            f"{prefix}-importance",
            bars(table.head(MOST), length, "column", titles={"column": ""}),
            f"Columns by {length}.",
            f"Lying bars, the longest first: {first['column']}.",
        ),
        Shown(table, "What each column is worth.", FORMATS),
    ]


def _leaks(leaks: Sequence[str]) -> list[Block]:
    if not leaks:
        return [Prose("No column alone tells the target, so none is suspected to be known too early.")]
    told: list[Block] = [Prose(f"Suspected to be known too early: {leak}.") for leak in leaks]
    return [*told, Prose("Leave such a column out (--leave-out), unless it is known when the question is asked.")]
