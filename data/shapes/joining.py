"""Tables that tell more of a log's rows, joined by key: an order's customer, an item's category."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT
from data.files import read_batches
from data.formats import Join, LogFormat
from data.paths import file_of
from data.shapes.column_names import column_names, nearest
from data.shapes.marks import DROPPED
from data.shapes.nested import with_single
from data.shapes.wanted import key_pairs, names_wanted
from data.values.key_text import key_text
from data.warned import Warned

SETTING = "input.format.joins"


@dataclass
class Joined:
    """A table, opened once for a whole log.

    Parameters
    ----------
    name, file
        What the configuration calls it, and where it lies.
    ours
        The log's columns that it is joined by.
    table
        `__key0`, ... as texts, and what is taken under `<name>.<column>`; a row a key.
    plain
        Taken columns that go by their own name too: those that were asked for, or all.
    asked
        Whether they were asked for by name: then the log must not have them.
    rows, missed
        Rows of the log that were joined so far, and those that found nothing.
    """

    name: str
    file: Path
    ours: tuple[str, ...]
    table: pl.DataFrame
    plain: frozenset[str]
    asked: bool
    rows: int = 0
    missed: int = 0

    @property
    def setting(self) -> str:
        """Where the configuration says it."""
        return f"{SETTING}.{self.name}"


def log_folder(log: Path) -> Path:
    """The folder that a log's relative paths begin at: the file's, the folder itself, a pattern's before its stars."""
    if log.is_dir():
        return log
    parents = [log, *log.parents]
    return next((one.parent for one in reversed(parents) if set(one.name) & set("*?[")), log.parent)


def files_joined(log_format: LogFormat, folder: Path) -> dict[str, Path]:
    """Where the joined tables lie: a relative path begins at the log's folder.

    Raises
    ------
    AisleError
        If one cannot be a path.
    """
    return {name: file_of(join.file, f"{SETTING}.{name}.file", folder) for name, join in log_format.joins.items()}


def open_joins(log_format: LogFormat, files: Mapping[str, Path]) -> tuple[Joined, ...]:
    """Read the tables that a log is joined to; columns that no setting names are not held.

    Parameters
    ----------
    log_format
        Names them; its separator, quotes and encoding are theirs too.
    files
        Where each lies.

    Raises
    ------
    AisleError
        If one cannot be read, lacks a column, or tells two things of one key.
    """
    return tuple(_open(name, join, files[name], log_format) for name, join in log_format.joins.items())


def offered(tables: Sequence[Joined]) -> frozenset[str]:
    """The names under which tables give columns: with their own name before it, and without where they may."""
    qualified = {column for one in tables for column in one.table.columns if not column.startswith("__key")}
    return frozenset(qualified).union(*(one.plain for one in tables))


def join_tables(rows: pl.DataFrame, tables: Sequence[Joined], wanted: Iterable[str], file: Path) -> pl.DataFrame:
    """Rows with the columns of all tables, in their order; a table may be joined by what another one told.

    Parameters
    ----------
    rows
        A batch of the log; those that are dropped already are not counted.
    tables
        What `open_joins` gave. Each counts its rows and those that find nothing there.
    wanted
        The names that will be read: what two tables offer must be called by the table's name too.
    file
        The log's, for messages.
    """
    waiting = list(tables)
    offers: dict[str, list[str]] = {}
    while waiting:
        ready = next((one for one in waiting if set(one.ours) <= set(rows.columns)), None)
        if ready is None:
            lacking = next(name for name in waiting[0].ours if name not in rows.columns)
            has = [name for name in rows.columns if not name.startswith("__")]
            raise AisleError(f"{file}: `{waiting[0].setting}.key`: no column `{lacking}`; {nearest(lacking, has)}.")
        waiting.remove(ready)
        for name in ready.plain:
            offers.setdefault(name, []).append(ready.name)
        rows = _join(rows, ready, file)
    for name in wanted:
        if len(offers.get(name, [])) > 1:
            both = " and ".join(f"`{table}.{name}`" for table in offers[name])
            raise AisleError(f"{file}: `{name}` stands in several joined tables: say which you mean, {both}.")
    return rows


def unjoined(tables: Sequence[Joined]) -> list[Warned]:
    """What to say of rows that found nothing in a table.

    Raises
    ------
    AisleError
        If none found anything.
    """
    return [_said(table) for table in tables if table.missed]


def _said(table: Joined) -> Warned:
    by = ", ".join(f"`{name}`" for name in table.ours)
    found = f"{table.missed:,} of {table.rows:,} rows ({table.missed / table.rows:.1%}) have no row in {table.file}"
    if table.missed == table.rows:
        sample = table.table["__key0"].head(3).to_list()
        raise AisleError(f"{found} by {by}; its keys look like {sample}: mend `{table.setting}.key`.")
    counts: dict[str, int | str] = {"table": table.name, "rows": table.rows, "unjoined": table.missed}
    return Warned("unjoined", f"{found} by {by}, so its columns are empty there (see `{table.setting}`)", counts)


def _open(name: str, join: Join, file: Path, log_format: LogFormat) -> Joined:
    setting = f"{SETTING}.{name}"
    told = _read(file, join, setting, log_format)
    wanted = names_wanted(log_format, {*told.columns, *(f"{name}.{column}" for column in told.columns)})
    pairs = key_pairs(join.key, told.columns)
    theirs = [pair[0] for pair in pairs]
    take = None if join.take is None else column_names(join.take, told.columns)
    for column, where in [*((one, "key") for one in theirs), *((one, "take") for one in take or [])]:
        if column not in told.columns:
            raise AisleError(f"{file}: no column `{column}` (`{setting}.{where}`); {nearest(column, told.columns)}.")
    if not pairs:
        raise AisleError(f"`{setting}.key` is empty; name the column that both files have.")
    offered = take if take is not None else [column for column in told.columns if column not in theirs]
    taken = [column for column in offered if {column, f"{name}.{column}"} & wanted]
    told = _sound(with_single(told, [*theirs, *taken], file), file, setting)
    keys = [key_text(pl.col(column), told.schema[column]).alias(f"__key{n}") for n, column in enumerate(theirs)]
    table = told.select(*keys, *(pl.col(column).alias(f"{name}.{column}") for column in taken))
    table = _one_a_key(table.drop_nulls([f"__key{n}" for n in range(len(keys))]), file, theirs, setting)
    return Joined(name, file, tuple(pair[1] for pair in pairs), table, frozenset(taken), take is not None)


def _read(file: Path, join: Join, setting: str, log_format: LogFormat) -> pl.DataFrame:
    separator = join.separator or (None if ".tsv" in file.name.lower() else log_format.separator)
    layout = replace(log_format, separator=separator, header=None)
    header = None if join.header is None else column_names(join.header)
    batches = (_sound(batch, file, setting) for batch in read_batches(file, layout, header=header))
    return pl.concat(batches, how="vertical_relaxed")


def _sound(told: pl.DataFrame, file: Path, setting: str) -> pl.DataFrame:
    """A table whose rows could all be read."""
    if FAULT not in told.columns:
        return told
    wrong = told.with_row_index("__row", 1).filter(pl.col(FAULT).is_not_null())
    if wrong.height:
        raise AisleError(f"{file}: row {wrong['__row'][0]}: {wrong[FAULT][0]}; mend the table (`{setting}`).")
    return told.drop(FAULT)


def _one_a_key(table: pl.DataFrame, file: Path, theirs: Sequence[str], setting: str) -> pl.DataFrame:
    """One row a key: rows that say the same are one, those that do not are refused."""
    once = table.unique(maintain_order=True)
    keys = [column for column in table.columns if column.startswith("__key")]
    twice = once.filter(once.select(keys).is_duplicated())
    if twice.is_empty():
        return once
    rows = once.join(twice.head(1).select(keys), on=keys, how="semi", maintain_order="left").head(2)
    differs = next(column for column in table.columns if column not in keys and rows[column].n_unique() > 1)
    key = ", ".join(f"`{name}` {rows[column][0]!r}" for name, column in zip(theirs, keys, strict=True))
    raise AisleError(
        f"{file}: {key} stands in two rows, whose `{differs}` are {rows[differs][0]!r} and "
        f"{rows[differs][1]!r}; a joined table says one thing of a key (`{setting}`)."
    )


def _join(rows: pl.DataFrame, joined: Joined, file: Path) -> pl.DataFrame:
    taken = [column for column in joined.table.columns if not column.startswith("__key")]
    plain = {column: column.removeprefix(f"{joined.name}.") for column in taken}
    if joined.asked and (both := [name for name in plain.values() if name in rows.columns]):
        raise AisleError(
            f"{file}: has a column `{both[0]}` as {joined.file} has: leave it out of `{joined.setting}.take`, or let "
            f"`take` be null and write `{joined.name}.{both[0]}` where you mean the table's."
        )
    rows = with_single(rows, joined.ours, file)
    keys = [key_text(pl.col(name), rows.schema[name]).alias(f"__key{n}") for n, name in enumerate(joined.ours)]
    told = joined.table.with_columns(__found=pl.lit(True))
    found = rows.with_columns(keys).join(
        told, on=[f"__key{n}" for n in range(len(keys))], how="left", validate="m:1", maintain_order="left"
    )
    counted = pl.col(DROPPED).is_null() if DROPPED in rows.columns else pl.lit(True)
    if FAULT in rows.columns:
        counted &= pl.col(FAULT).is_null()
    here = found.filter(counted)
    joined.rows += here.height
    joined.missed += here["__found"].null_count()
    names = (pl.col(column).alias(name) for column, name in plain.items() if name not in rows.columns)
    return found.with_columns(names).drop("__found", *(f"__key{n}" for n in range(len(keys))))
