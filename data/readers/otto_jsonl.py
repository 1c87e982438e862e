"""OTTO's own format: a session a line, its events nested within it."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT, carried, refuse_faults
from data.files import read_batches, require_columns
from data.formats import LogFormat
from data.readers.otto_lines import quick_sessions
from data.readers.reader import Reader
from data.schema import TYPES
from data.shortened import sample

SESSIONS: dict[str, pl.DataType] = {
    "session": pl.Int64(),
    "events": pl.List(pl.Struct({"aid": pl.Int64, "ts": pl.Int64, "type": pl.String})),
}
LABELS: dict[str, pl.DataType] = {
    "session": pl.Int64(),
    "labels": pl.Struct({"clicks": pl.Int64, "carts": pl.List(pl.Int64), "orders": pl.List(pl.Int64)}),
}
MEND = "OTTO's lines are {'session': .., 'events': [{'aid': .., 'ts': .., 'type': ..}, ..]}"
MEND_LABELS = "their lines are {'session': .., 'labels': {'clicks': .., 'carts': [..], 'orders': [..]}}"


def read_otto_jsonl(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of an OTTO file; `ts` in milliseconds, a session is the whole user.

    Yields
    ------
    pl.DataFrame
        session, item, ts, type.
    """
    for batch in read_batches(path, log_format, schema=SESSIONS, quick=quick_sessions):
        require_columns(batch, SESSIONS, path, mend=MEND)
        _check_events(batch.schema["events"], path)
        whole = batch.filter(pl.col(FAULT).is_null()) if carried(batch) else batch
        if whole.height and whole["events"].null_count() == whole.height:
            raise AisleError(f"{path}: no line has `events`; {MEND}.")
        event = pl.col("events").struct
        yield batch.explode("events").select(
            "session",
            *carried(batch),
            item=event.field("aid"),
            ts=event.field("ts"),
            type=event.field("type"),
        )


def read_otto_labels(path: Path, log_format: LogFormat) -> pl.DataFrame:
    """Labels of OTTO's `test_labels.jsonl`: frame(session, type, item), one label a row."""
    labels = pl.concat(refuse_faults(batch, path) for batch in read_batches(path, log_format, schema=LABELS))
    require_columns(labels, LABELS, path, mend=MEND_LABELS)
    if labels.schema != LABELS:
        raise AisleError(
            f"{path}: the labels are {sample(labels.schema, 120)}, which are no OTTO labels; {MEND_LABELS}."
        )
    frames = [labels.select("session", type=pl.lit(name), item=pl.col("labels").struct.field(name)) for name in TYPES]
    frames[1:] = [frame.explode("item") for frame in frames[1:]]
    return pl.concat(frames).drop_nulls()


def _check_events(dtype: pl.DataType, path: Path) -> None:
    """Whether there are lists of events: a file that is no jsonl brings its own types."""
    event = dtype.inner if isinstance(dtype, pl.List) else None
    names = {field.name for field in event.fields} if isinstance(event, pl.Struct) else set()
    if not names >= {"aid", "ts", "type"}:
        raise AisleError(f"{path}: `events` holds {sample(dtype, 120)}, which are no lists of events; {MEND}.")


OTTO_JSONL = Reader(
    name="otto_jsonl",
    read=read_otto_jsonl,
    events={name: name for name in TYPES},
    unit="ms",
    labels=read_otto_labels,
)
