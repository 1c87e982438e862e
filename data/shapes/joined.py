"""A table that is joined to a log, opened once: what its keys are, and what of it is used."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT
from data.files import read_batches
from data.formats import Join, LogFormat
from data.opening.leaves import EACH, begin_of
from data.paths import file_of
from data.shapes.column_names import column_names, nearest
from data.shapes.marks import DROPPED, FILE_ROW
from data.shapes.nested import is_path, unnested, with_single
from data.shapes.wanted import key_pairs, names_wanted
from data.shortened import one_line
from data.values.key_text import key_text

SETTING = "input.format.joins"
KEY = "__key"
"""Begins the names of a table's columns of keys."""
NO_ENTRY = "__no_entry"
"""Where a table's lists are exploded: the rule by which a row goes whose list has no entry."""


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
        `__key0`, ... as texts, and what is taken under `<name>.<column or path>`; a row a key, or an entry of a list.
    plain
        Taken columns and paths that go by their own name too: those that were asked for, or all.
    asked
        Whether they were asked for by name: then the log must not have them.
    exploded
        Whether a key has a row of each entry of a list.
    rows, missed
        Rows of the log that were joined so far, and those that found nothing.
    """

    name: str
    file: Path
    ours: tuple[str, ...]
    table: pl.DataFrame
    plain: frozenset[str]
    asked: bool
    exploded: bool = False
    rows: int = 0
    missed: int = 0

    @property
    def setting(self) -> str:
        """Where the configuration says it."""
        return f"{SETTING}.{self.name}"

    @property
    def taken(self) -> list[str]:
        """What the table gives, with its own name before it."""
        return [column for column in self.table.columns if not column.startswith("__")]

    def tells(self, name: str) -> bool:
        """Whether a name is the table's, its own name before it or not."""
        return name in self.plain or name in self.taken


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


def offered(tables: Iterable[Joined]) -> frozenset[str]:
    """The names under which tables give columns: with their own name before it, and without where they may."""
    return frozenset().union(*({*one.taken, *one.plain} for one in tables))


def _open(name: str, join: Join, file: Path, log_format: LogFormat) -> Joined:
    setting = f"{SETTING}.{name}"
    told = _read(name, join, file, log_format)
    pairs, take = key_pairs(join.key, told.columns), join.take and column_names(join.take, told.columns)
    theirs = [pair[0] for pair in pairs]
    for column, where in [*((one, "key") for one in theirs), *((one, "take") for one in take or [])]:
        if column not in told.columns:
            raise AisleError(f"{file}: no column `{column}` (`{setting}.{where}`); {nearest(column, told.columns)}.")
    if not pairs:
        raise AisleError(f"`{setting}.key` is empty; name the column that both files have.")
    offered = take if take is not None else [column for column in told.columns if column not in theirs]
    used = _used(told, name, offered, _wanted(name, log_format, told.columns), file, asked=take is not None)
    table = _by_key(told, theirs, used, file, setting)
    lists = [path for path in used if EACH in path]
    if lists:
        others = [column for column in table.columns if column.startswith(KEY) or column in used]
        entries = unnested(table, lists, others, file).drop(FILE_ROW).rename({DROPPED: NO_ENTRY})
        table = _sound(with_single(entries, lists, file), file, setting)
    keys = [column for column in table.columns if column.startswith(KEY)]
    more = [NO_ENTRY] if lists else []
    table = table.select(*keys, *(pl.col(column).alias(f"{name}.{column}") for column in used), *more)
    return Joined(name, file, tuple(pair[1] for pair in pairs), table, frozenset(used), take is not None, bool(lists))


def _wanted(name: str, log_format: LogFormat, columns: Collection[str]) -> frozenset[str]:
    """All names that settings mean, as a table calls its columns: with its own name before them and without."""
    wanted = names_wanted(log_format, {*columns, *(f"{name}.{column}" for column in columns)})
    return wanted | {one.removeprefix(f"{name}.") for one in wanted}


def _read(name: str, join: Join, file: Path, log_format: LogFormat) -> pl.DataFrame:
    separator = join.separator or (None if ".tsv" in file.name.lower() else log_format.separator)
    layout = replace(log_format, separator=separator, header=None)
    header = None if join.header is None else column_names(join.header)

    def wanted(columns: Sequence[str]) -> frozenset[str]:
        return _wanted(name, log_format, columns) | {theirs for theirs, _ in key_pairs(join.key, columns)}

    batches = read_batches(file, layout, header=header, wanted=wanted)
    return pl.concat((_sound(batch, file, f"{SETTING}.{name}") for batch in batches), how="vertical_relaxed")


def _used(
    told: pl.DataFrame, name: str, offered: Sequence[str], wanted: frozenset[str], file: Path, *, asked: bool
) -> list[str]:
    """The columns of a table, and the paths into them, that settings mean."""
    used = [column for column in offered if column in wanted]
    for path in sorted(path for path in wanted if path not in told.columns and is_path(path)):
        if begin_of(path, offered) is None:
            continue
        try:
            unnested(told.clear(), [path], [], file)
        except AisleError:
            if asked or f"{name}.{path}" in wanted:
                raise
            continue  # a path into a column of the log, which the table has too
        used.append(path)
    return used


def _by_key(told: pl.DataFrame, theirs: Sequence[str], used: Sequence[str], file: Path, setting: str) -> pl.DataFrame:
    """A table's keys and what is used of it, a row a key; lists as they are."""
    single = [one for one in used if EACH not in one]
    paths = [one for one in single if one not in told.columns]
    lists = {begin for one in used if EACH in one and (begin := begin_of(one, told.columns)) is not None}
    whole = list(dict.fromkeys([*theirs, *(one for one in single if one not in paths), *sorted(lists)]))
    told = unnested(told, paths, whole, file) if paths else told.select(whole)
    told = _sound(with_single(told, [*theirs, *single], file), file, setting)
    keys = [key_text(pl.col(column), told.schema[column]).alias(f"{KEY}{n}") for n, column in enumerate(theirs)]
    table = told.select(*keys, *dict.fromkeys([*single, *sorted(lists)]))
    return _one_a_key(table.drop_nulls([f"{KEY}{n}" for n in range(len(keys))]), file, theirs, setting)


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
    keys = [column for column in table.columns if column.startswith(KEY)]
    twice = once.filter(once.select(keys).is_duplicated())
    if twice.is_empty():
        return once
    rows = once.join(twice.head(1).select(keys), on=keys, how="semi", maintain_order="left").head(2)
    differs = next(column for column in table.columns if column not in keys and rows[column].n_unique() > 1)
    key = ", ".join(f"`{name}` {rows[column][0]!r}" for name, column in zip(theirs, keys, strict=True))
    one, other = (one_line(repr(value), 60) for value in rows[differs].to_list())
    raise AisleError(
        f"{file}: {key} stands in two rows, whose `{differs}` are {one} and {other}; a joined table says one thing of "
        f"a key (`{setting}`)."
    )
