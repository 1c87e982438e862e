"""The official OTTO score: recall@20 of clicks, carts and orders, and their weighted total."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.otto.split import Chunk, fault_in, is_integer, read_chunks
from data.schema import TYPES, TypeEnum

K = 20
WEIGHTS = {"clicks": 0.10, "carts": 0.30, "orders": 0.60}

Scores = dict[str, float | None]

_PAIR = ["session", "type"]
_INTEGER = re.compile(r"-?\d{1,19}")
_HEADER = b"session_type,labels"
_PREDICTION = pl.Schema([("session_type", pl.String()), ("labels", pl.String())])
_ITEMS = pl.Struct({"clicks": pl.Int64, "carts": pl.List(pl.Int64), "orders": pl.List(pl.Int64)})
_LABELLED = pl.Schema([("session", pl.Int64()), ("labels", _ITEMS)])


_NO_HITS = pl.DataFrame(schema={"session": pl.Int64, "type": TypeEnum, "hits": pl.UInt32})


def score(test_labels: Path, predictions: Path) -> Scores:
    """Score predictions as OTTO's own script does.

    Recall of a type is the sum over sessions of |first 20 predictions ∩ labels| over the sum of
    min(20, |labels|). Duplicates among the first 20 waste their place; a session or type without predictions
    misses all its labels; a click label on article 0 is no label (in carts and orders it is one); of a session
    labelled twice, or a row predicted twice, the last counts. Memory grows with the labels; predictions are
    read in chunks.

    Parameters
    ----------
    test_labels
        One session a line: `{"session": int, "labels": {"clicks": int, "carts": [int], "orders": [int]}}`, any
        type left out where it has no label.
    predictions
        A csv with the header `session_type,labels` and rows like `42_clicks,1 2 3`, best item first.

    Returns
    -------
    Scores
        Recall by type and `total`, their weighted sum; null for a type without labels, and then for `total`.

    Raises
    ------
    AisleError
        If a file is missing or empty, or a line of it does not read as above.
    """
    labels = read_labels(test_labels)
    hits = count_hits(predictions, labels)
    recalls: Scores = {}
    for name in TYPES:
        asked = int(labels.filter(type=name).group_by("session").len()["len"].clip(upper_bound=K).sum())
        recalls[name] = int(hits.filter(type=name)["hits"].sum()) / asked if asked else None
    return recalls | {"total": _total(recalls)}


def _total(recalls: Scores) -> float | None:
    total = 0.0
    for name, weight in WEIGHTS.items():
        recall = recalls[name]
        if recall is None:
            return None
        total += weight * recall
    return total


def read_labels(path: Path) -> pl.DataFrame:
    """Read labels as one row a label: session i64, type enum, item i64, distinct.

    Raises
    ------
    AisleError
        If the file is missing or empty, or a line is no labelled session.
    """
    chunks = [_parse_labels(path, chunk) for chunk in read_chunks(path)]
    if not chunks:
        raise AisleError(f"`test_labels` is {path}, which is empty: give a file of one JSON object a line.")
    sessions = pl.concat(chunks).filter(pl.col("session").is_last_distinct())
    clicks = sessions.select("session", pl.lit("clicks", TypeEnum).alias("type"), item="clicks")
    lists = [
        sessions.select("session", pl.lit(name, TypeEnum).alias("type"), item=name).explode("item")
        for name in ("carts", "orders")
    ]
    return pl.concat([clicks.filter(pl.col("item") != 0), *lists]).drop_nulls().unique()


def count_hits(path: Path, labels: pl.DataFrame) -> pl.DataFrame:
    """Count the hits of each predicted row that has labels: session i64, type enum, hits u32.

    Raises
    ------
    AisleError
        If the file is missing, lacks its header, or holds a line that is no prediction.
    """
    found = [_hits(path, chunk, labels) for chunk in _prediction_chunks(path)]
    return pl.concat([_NO_HITS, *found]).unique(_PAIR, keep="last", maintain_order=True)


def _prediction_chunks(path: Path) -> Iterator[Chunk]:
    """Read the lines under the header."""
    headed = False
    for first, lines in read_chunks(path):
        skipped = 0 if headed else 1
        if skipped and lines[0].strip() != _HEADER:
            break
        headed = True
        if len(lines) > skipped:
            yield Chunk(first + skipped, lines[skipped:])
    if not headed:
        raise AisleError(f"{path} must begin with the line {_HEADER.decode()}: add it.")


def _hits(path: Path, chunk: Chunk, labels: pl.DataFrame) -> pl.DataFrame:
    rows = _parse_predictions(path, chunk).unique(_PAIR, keep="last", maintain_order=True)
    # Predictions tend to come in the order of the sessions: joins of a chunk need only its stretch of labels.
    labels = labels.filter(pl.col("session").is_between(rows["session"].min(), rows["session"].max()))
    rows = rows.join(labels, on=_PAIR, how="semi", maintain_order="left")
    picks = rows.explode("picks").drop_nulls().select(*_PAIR, item=pl.col("picks").cast(pl.Int64, strict=False))
    if picks["item"].null_count():
        raise fault_in(path, chunk, prediction_fault)
    hits = picks.join(labels, on=[*_PAIR, "item"], how="semi").unique().group_by(_PAIR).agg(hits=pl.len())
    counted = rows.select(_PAIR).join(hits, on=_PAIR, how="left", validate="1:1", maintain_order="left")
    return counted.with_columns(pl.col("hits").fill_null(0))


def _parse_predictions(path: Path, chunk: Chunk) -> pl.DataFrame:
    """Parse lines as session i64, type enum and picks, the texts of the first K items."""
    text = b"".join(chunk.lines)
    key = pl.col("session_type").str.splitn("_", 2).struct
    picks = pl.col("labels").fill_null("").str.split(" ").list.filter(pl.element() != "").list.head(K)
    try:
        rows = pl.read_csv(text, has_header=False, schema=_PREDICTION, quote_char=None).select(
            session=key[0].cast(pl.Int64, strict=False), type=key[1].cast(TypeEnum, strict=False), picks=picks
        )
    except pl.exceptions.PolarsError as problem:
        raise fault_in(path, chunk, prediction_fault) from problem
    if text.count(b",") != len(chunk.lines) or sum(rows.null_count().row(0)):
        raise fault_in(path, chunk, prediction_fault)
    return rows


def _parse_labels(path: Path, chunk: Chunk) -> pl.DataFrame:
    """Parse lines as session i64, clicks i64, carts and orders list[i64], null where there are none."""
    text = b"".join(chunk.lines)
    try:
        sessions = pl.read_ndjson(text, schema=_LABELLED)
    except pl.exceptions.PolarsError as problem:
        raise fault_in(path, chunk, label_fault) from problem
    rows = sessions.unnest("labels")
    listed = pl.col("carts", "orders").list
    holes = rows.select((listed.len() - listed.drop_nulls().list.len()).sum())
    # The reader skips blank lines and unknown keys; every key brings one colon.
    keys = 2 * rows.height + sum(rows[name].count() for name in TYPES)
    nulls = sum(sessions.null_count().row(0) + holes.row(0))
    if nulls or rows.height != len(chunk.lines) or text.count(b":") != keys:
        raise fault_in(path, chunk, label_fault)
    return rows


def label_fault(line: bytes) -> str | None:
    """Say in words what keeps a line from being a labelled session, or None."""
    value = json.loads(line)
    if not isinstance(value, dict) or set(value) != {"session", "labels"}:
        return "does not have exactly the keys `session` and `labels`"
    labels = value["labels"]
    if not isinstance(labels, dict) or not set(labels) <= set(TYPES):
        return f"has `labels` that are not an object of {', '.join(TYPES)}"
    lists = [labels.get(name, []) for name in ("carts", "orders")]
    if not all(isinstance(items, list) for items in lists):
        return "has `carts` or `orders` that are no list"
    numbers = [value["session"], labels.get("clicks", 0), *lists[0], *lists[1]]
    wrong = [number for number in numbers if not is_integer(number)]
    return f"has {wrong[0]!r}, which is no 64-bit integer" if wrong else None


def prediction_fault(line: bytes) -> str | None:
    """Say in words what keeps a line from being a prediction, or None."""
    text = line.decode().strip()
    match = re.fullmatch(rf"(-?\d+)_({'|'.join(TYPES)}),([^,]*)", text)
    if not match:
        return f"reads {text[:40]!r}, which is not like 42_clicks,1 2 3"
    numbers = [match[1], *match[3].split()]
    wrong = [number for number in numbers if not (_INTEGER.fullmatch(number) and is_integer(int(number)))]
    return f"has {wrong[0]!r}, which is no 64-bit integer" if wrong else None
