"""Any CSV, parquet or jsonl log, by naming its columns and its event names."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import refuse_faults
from data.files import read_batches, require_columns
from data.formats import LogFormat
from data.readers.reader import Reader
from data.shapes.column_names import column_names
from data.shapes.joined import Joined, files_joined, open_joins
from data.shapes.shaping import shaped, with_keys
from data.shapes.wanted import names_wanted


def read_generic(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of a file whose columns the configuration names.

    Parameters
    ----------
    path
        A `.csv`, `.parquet` or `.jsonl` file; text may be gzipped (`.gz`).
    log_format
        Its columns; a column that is named and absent is an error. Joined tables lie beside the file.

    Yields
    ------
    pl.DataFrame
        The named columns under Aisle's names, and nothing else.
    """
    yield from read_joined(path, log_format, open_joins(log_format, files_joined(log_format, path.parent)))


def read_joined(path: Path, log_format: LogFormat, tables: Sequence[Joined]) -> Iterator[pl.DataFrame]:
    """The same with tables that are open already, and count what they tell."""
    if log_format.columns.session is None and log_format.columns.user is None:
        raise AisleError(
            f"{path}: name the log's column of sessions under `input.format.columns.session`, or of users under "
            "`input.format.columns.user`."
        )
    for batch in read_batches(path, log_format, wanted=partial(names_wanted, log_format)):
        yield shaped(batch, path, log_format, tables)


def read_generic_labels(path: Path, log_format: LogFormat) -> pl.DataFrame:
    """Labels in the generic form: a CSV, parquet or jsonl file with columns session, type and item.

    Parameters
    ----------
    path
        The labels' file, one (session, type, item) a row.
    log_format
        How the file is written. Where the log's sessions or items are keys of several columns, these may stand here
        under their own names.

    Returns
    -------
    pl.DataFrame
        session, type, item in the shop's own keys.
    """
    frames = []
    columns = log_format.columns
    made_of = (name for given in (columns.session, columns.item) if given is not None for name in column_names(given))
    used = {"session", "type", "item", *made_of}
    for batch in read_batches(path, log_format, wanted=lambda _: used):
        rows = with_keys(refuse_faults(batch, path), ("session", "item"), path, log_format)
        require_columns(rows, ("session", "type", "item"), path, mend="labels hold one (session, type, item) a row")
        frames.append(rows.select("session", "type", "item"))
    return pl.concat(frames, how="vertical_relaxed")


GENERIC = Reader(
    name="generic",
    read=read_generic,
    events={t: t for t in ("clicks", "carts", "orders")},
    strict_events=True,
    read_joined=read_joined,
)
