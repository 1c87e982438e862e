"""Labels that come in the shop's own keys, turned into the fold's codes."""

from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.schema import TYPES, TypeEnum
from data.shapes.column_types import as_texts, plain_columns
from data.shortened import some
from data.values.key_forms import forms_of
from data.warned import Warned

MOST_STRANGE = 0.5


def label_texts(given: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Labels of one file with all three columns as texts, so that files of several types go together.

    Raises
    ------
    AisleError
        If a column holds lists, structs or what cannot be read.
    """
    plain = plain_columns(given, path).select("session", "type", "item")
    return plain.select(as_texts(plain[c]) for c in plain.columns)


def code_labels(given: pl.DataFrame, queries: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """LABELS of a test file.

    Parameters
    ----------
    given
        session, type, item in the shop's keys, as texts.
    queries
        QUERIES of the test file.
    items
        ITEMS. A label's item that the catalogue lacks gets a code after the last: nothing can propose it, and
        it counts in the denominator.

    Returns
    -------
    pl.DataFrame
        LABELS, sorted. Of several clicks of a session the first given counts.

    Raises
    ------
    AisleError
        If a type is unknown, or no label belongs to a query.
    """
    rows = _in_one_form(given.drop_nulls(), items["key"])
    wrong = sorted(set(rows["type"]) - set(TYPES))
    if wrong:
        raise AisleError(f"labels have types {some(wrong)}; use {list(TYPES)}.")
    strange = rows.select(key="item").unique().join(items, on="key", how="anti").sort("key")
    codes = pl.concat(
        [
            items.select("key", "item"),
            strange.select("key", item=pl.int_range(items.height, items.height + pl.len(), dtype=pl.UInt32)),
        ]
    )
    labels = (
        rows.rename({"session": "session_key", "item": "key"})
        .join(queries.select("session_key", "query"), on="session_key", maintain_order="left")
        .join(codes, on="key", maintain_order="left")
    )
    if labels.is_empty():
        raise AisleError("no session of the labels is in the test file; check that both belong together.")
    click = pl.col("type") == "clicks"
    return (
        labels.select("query", pl.col("type").cast(TypeEnum), "item")
        .unique(maintain_order=True)
        .filter(~click | (pl.int_range(pl.len()).over("query", "type") == 0))
        .sort("query", "type", "item")
    )


def warn_of_strange(labels: pl.DataFrame, items: int) -> list[Warned]:
    """Whether most of what is to be found is of items that the catalogue lacks, as where keys are written in two ways.

    Parameters
    ----------
    labels
        LABELS of `code_labels`.
    items
        The catalogue's.
    """
    strange = labels.filter(pl.col("item") >= items).height
    if strange <= MOST_STRANGE * labels.height:
        return []
    said = (
        f"{strange:,} of {labels.height:,} labels ({strange / labels.height:.0%}) are of items that neither the log "
        "nor the test file has, so that nothing can find them; see that all write their keys in one way."
    )
    return [Warned("unknown_labels", said, {"labels": labels.height, "unknown": strange})]


def _in_one_form(rows: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """Labels whose items are written as the catalogue's: 12.0 is 12, unless that has 12.0 too."""
    return rows.with_columns(forms_of(rows["item"].unique(), known.cast(pl.String)).of("item"))
