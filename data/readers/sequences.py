"""Sessions as bare sequences of items, the form of next-click benchmarks: an order of events, but no clock."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT, carried, refuse_faults
from data.files import read_batches, select_columns, spelt_like
from data.formats import LogFormat
from data.readers.reader import Reader
from data.schema import Timestamp
from data.shortened import sample
from data.values.time_range import END_MS, FIRST_MS

TRAIN = {"session": "session", "item": "item", "pos": "pos"}
ALL = TRAIN | {"prefix": "prefix", "row": "row", "target": "target"}
MEND = "a train file has session, item and pos, a test file row (optional), prefix and target"
MICROSECOND = timedelta(microseconds=1)
LIST_ENTRY = r"""[^\s,;\[\]()'"]+"""


def read_sequences(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of a train file, or of a test file (it has a column `prefix`); all events are clicks.

    The i-th event of the file happens at `clock_start` + i * `clock_step`.

    Parameters
    ----------
    path
        Train: session, item, pos, an event a row; a session's rows stand together, `pos` rising. Test: prefix (a
        list of items; in a CSV a text such as `[1, 2]` or `1 2`) and row, a query a row; an empty prefix is a row that
        is dropped, and takes no time. Parquet, CSV or jsonl.
    log_format
        Gives `clock_start` (UTC), `clock_step`, `batch_rows` and `separator`.

    Yields
    ------
    pl.DataFrame
        session (a test file's row), item, ts, type (clicks); of a test file `dropped`.

    Raises
    ------
    AisleError
        If a train file is not in order. To see this, the sessions' keys are held in memory.
    """
    order = _Order(path)
    rows = clock = 0
    for batch in read_batches(path, log_format, wanted=spelt_like(ALL)):
        if _is_test(batch):
            events = _prefixes(path, batch, rows)
        else:
            events = select_columns(batch, TRAIN, path, mend=MEND)
            order.check(events.filter(pl.col(FAULT).is_null()) if carried(events) else events)
        happens = (
            events["dropped"].is_null() if "dropped" in events.columns else pl.repeat(True, len(events), eager=True)
        )
        told = events.with_columns(ts=_times(log_format, clock, happens), type=pl.lit("clicks"))
        yield told.select("session", "item", *carried(events), "ts", "type", pl.col("^dropped$"))
        rows += batch.height
        clock += int(happens.sum())


def read_sequence_labels(path: Path, log_format: LogFormat) -> pl.DataFrame:
    """Labels of a test file: the item that follows each prefix.

    Parameters
    ----------
    path
        A test file with `target`.
    log_format
        As for `read_sequences`.

    Returns
    -------
    pl.DataFrame
        session (the row), type (clicks), item; rows without a target are left out.
    """
    frames = []
    rows = 0
    for batch in read_batches(path, log_format, wanted=spelt_like(ALL)):
        targets = _queries(path, refuse_faults(batch, path), rows, {"item": "target"})
        frames.append(targets.select("session", pl.lit("clicks").alias("type"), "item"))
        rows += batch.height
    return pl.concat(frames).drop_nulls("item")


def _is_test(batch: pl.DataFrame) -> bool:
    return "prefix" in (name.lower() for name in batch.columns)


def _queries(
    path: Path, batch: pl.DataFrame, first: int, names: dict[str, str], nested: Collection[str] = ()
) -> pl.DataFrame:
    """Columns of a test file with `session`: its `row`, or the row's number from 0."""
    if "row" in (name.lower() for name in batch.columns):
        return select_columns(batch, {"session": "row", **names}, path, MEND, nested)
    chosen = select_columns(batch, names, path, MEND, nested)
    return chosen.with_columns(session=pl.int_range(first, first + pl.len()))


def _prefixes(path: Path, batch: pl.DataFrame, first: int) -> pl.DataFrame:
    queries = _queries(path, batch, first, {"item": "prefix"}, nested=("item",))
    dtype = queries["item"].dtype
    if dtype in (pl.String, pl.Null):
        queries = queries.with_columns(pl.col("item").cast(pl.String).str.extract_all(LIST_ENTRY))
    elif not isinstance(dtype, pl.List):
        raise AisleError(f"{path}: `prefix` holds {sample(dtype)} where each row needs a list of items; {MEND}.")
    shows = pl.col("item").list.len().fill_null(0) > 0
    if carried(queries):  # a line that could not be read is no empty prefix
        shows |= pl.col(FAULT).is_not_null()
    queries = queries.with_columns(dropped=pl.when(~shows).then(pl.lit("an empty prefix")))
    return queries.explode("item", empty_as_null=True, keep_nulls=True)


def _times(log_format: LogFormat, first: int, happens: pl.Series) -> pl.Series:
    """The next moments of the clock; what does not happen takes none."""
    start = log_format.clock_start
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    zero = (start - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND
    step = log_format.clock_step // MICROSECOND
    last = first + int(happens.sum())
    if not FIRST_MS <= (zero + last * step) // 1_000 < END_MS:
        raise AisleError(
            f"event {last:,} on a clock of `input.format.clock_start` {start} and `input.format.clock_step` "
            f"{log_format.clock_step} lies outside the years 1 to 9999; set a shorter step."
        )
    number = (first + happens.cast(pl.Int64).cum_sum() - 1).clip(0)
    return (zero + number * step).cast(pl.Datetime("us", "UTC")).cast(Timestamp)


@dataclass
class _Order:
    """Sees to it, batch by batch, that each session's rows stand together with `pos` rising."""

    path: Path
    rows: int = 0
    last: list[pl.DataFrame] = field(default_factory=list)
    seen: list[pl.Series] = field(default_factory=list)

    def check(self, batch: pl.DataFrame) -> None:
        """Check the next rows against each other and all before them."""
        keys = batch.select("session", pl.col("pos").cast(pl.Float64, strict=False))
        session, pos = pl.col("session"), pl.col("pos")
        same = session.eq_missing(session.shift(1)) & (pl.int_range(pl.len()) > 0)
        marked = pl.concat([*self.last, keys]).with_columns(
            start=~same,
            falls=same & ~(pos > pos.shift(1)).fill_null(False),
            again=~same & ~session.is_first_distinct(),
        )
        marked = marked.tail(batch.height)  # less the last row of the batch before
        for seen in self.seen:
            marked = marked.with_columns(
                again=pl.col("again") | (pl.col("start") & session.is_in(seen.implode(), nulls_equal=True))
            )
        self._refuse(marked)
        self.seen = [pl.concat([*self.seen, marked.filter("start")["session"]])]
        self.last = [keys.tail(1)]
        self.rows += batch.height

    def _refuse(self, marked: pl.DataFrame) -> None:
        wrong = (marked["falls"] | marked["again"]).arg_true()
        if wrong.is_empty():
            return
        first = int(wrong[0])
        session = marked["session"][first]
        what = "`pos` does not rise in" if marked["falls"][first] else "other sessions' rows stand within"
        raise AisleError(
            f"{self.path}: row {self.rows + first + 1}: {what} session {session}; sort it by session and pos."
        )


SEQUENCES = Reader(
    name="sequences",
    read=read_sequences,
    events={"clicks": "clicks"},
    labels=read_sequence_labels,
    labels_in_test=True,
    synthetic_clock=True,
)
