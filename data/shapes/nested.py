"""Paths into nested rows: a field of a struct, a key of a list of pairs, the entries of a list as rows of their own."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl
from polars.datatypes import DataTypeClass

from data.errors import AisleError
from data.fault import FAULT
from data.opening.arrow_types import why_unreadable
from data.opening.leaves import EACH, begin_of
from data.shapes.column_names import nearest
from data.shapes.column_types import plain_columns
from data.shapes.marks import DROPPED, FILE_ROW


def is_path(name: str) -> bool:
    """Whether a name may lead into nested rows, where no column is called like it."""
    return "." in name or EACH in name


def unnested(rows: pl.DataFrame, paths: Sequence[str], others: Iterable[str], file: Path) -> pl.DataFrame:
    """Rows with what the paths lead to, in columns that are called like the paths.

    Parameters
    ----------
    rows
        A batch as it was read.
    paths
        Names such as `device.category` (a field), `event_params.session` (a key of pairs) and `items[].id` (a field of
        each entry). Paths into one list share its rows: an entry is a row.
    others
        Columns that stay as they are.
    file
        For messages.

    Returns
    -------
    pl.DataFrame
        The others and the paths. Where a list is exploded also `FILE_ROW`, and `DROPPED` for a row whose list has no
        entry.

    Raises
    ------
    AisleError
        If a path leads nowhere, or two lists beside each other were to be exploded.
    """
    lists = _lists(rows, paths, file)
    plain = [path for path in paths if EACH not in path]
    deep = [path for path in paths if EACH in path]
    kept = [name for name in dict.fromkeys((*others, FAULT)) if name in rows.columns]
    rows = rows.with_columns(_value_at(rows, path, file).alias(path) for path in plain)
    if not lists:
        return rows.select(*kept, *plain)
    source = _value_at(rows, lists[0].removesuffix(EACH), file)
    number = pl.int_range(pl.len(), dtype=pl.UInt32)
    rows = rows.with_columns(source.alias(lists[0]), number.alias(FILE_ROW), pl.lit(None, pl.String).alias(DROPPED))
    rows = _exploded(rows.select(*kept, *plain, lists[0], FILE_ROW, DROPPED), lists[0], file)
    for inner in lists[1:]:
        rows = _exploded(rows.with_columns(_value_at(rows, inner.removesuffix(EACH), file).alias(inner)), inner, file)
    rows = rows.with_columns(_value_at(rows, path, file).alias(path) for path in deep)
    return rows.select(*kept, *plain, *deep, FILE_ROW, DROPPED)


def with_single(rows: pl.DataFrame, names: Iterable[str], file: Path) -> pl.DataFrame:
    """Rows whose named columns hold single values of plain types (see `data.shapes.column_types`).

    Raises
    ------
    AisleError
        If one holds lists or structs, or what cannot be read.
    """
    chosen = list(dict.fromkeys(names))
    require_single(rows, chosen, file)
    faults = [FAULT] if FAULT in rows.columns and FAULT not in chosen else []
    return rows.with_columns(plain_columns(rows.select(*chosen, *faults), file)) if chosen else rows


def require_single(rows: pl.DataFrame, names: Iterable[str], file: Path) -> None:
    """Refuse a column that holds lists or structs where each row needs one value."""
    for name in names:
        if rows.schema[name].is_nested() and why_unreadable(rows.schema[name]) is None:
            raise AisleError(
                f"{file}: `{name}` holds {_short(rows.schema[name])} where each row needs one value: name a path into "
                f"it, such as `{name}.field` or `{name}{EACH}.field`."
            )


def _lists(rows: pl.DataFrame, paths: Sequence[str], file: Path) -> list[str]:
    """The lists to explode, from the outermost to the innermost."""
    found = {path[: end + len(EACH)] for path in paths for end in _ends(path)}
    lists = sorted(found, key=lambda name: (len(name), name))
    for outermost in sorted({name[: _ends(name)[0]] for name in lists}):
        _value_at(rows, outermost, file)  # a name that is not there is told before one that is too much
    for outer, inner in pairwise(lists):
        if not inner.startswith(outer):
            raise AisleError(
                f"{file}: `{outer}` and `{inner}` are two lists of a row: only one of them can make rows of its "
                "entries; leave the other out of `input.format.columns`."
            )
    return lists


def _ends(path: str) -> list[int]:
    return [place for place in range(len(path)) if path.startswith(EACH, place)]


def _exploded(rows: pl.DataFrame, name: str, file: Path) -> pl.DataFrame:
    """A row an entry of a list; a row without one stays, as dropped."""
    kind = rows.schema[name]
    if kind == pl.Null:  # a JSON file in which the list is always empty
        rows = rows.with_columns(pl.lit(None, pl.List(pl.Null)).alias(name))
    elif not isinstance(kind, pl.List | pl.Array | pl.Map):
        raise AisleError(
            f"{file}: `{name.removesuffix(EACH)}` holds {_short(kind)} and no list; leave out the `{EACH}` behind it."
        )
    else:
        rows = rows.with_columns(_as_list(pl.col(name), kind)[0].alias(name))
    empty = pl.col(name).list.len().fill_null(0) == 0
    fine = pl.col(FAULT).is_null() if FAULT in rows.columns else pl.lit(True)
    rule = pl.when(empty & fine).then(pl.lit(f"no entry in `{name.removesuffix(EACH)}`"))
    marked = rows.with_columns(pl.coalesce(DROPPED, rule).alias(DROPPED))
    return marked.explode(name, empty_as_null=True, keep_nulls=True)


def _value_at(rows: pl.DataFrame, path: str, file: Path) -> pl.Expr:
    """What a path leads to, from the column with which it begins."""
    begin = begin_of(path, rows.columns)
    if begin is None:
        first = path.partition(".")[0]
        has = [name for name in rows.columns if not name.startswith("__")]
        raise AisleError(f"{file}: `{path}` begins with no column of the file: {nearest(first, has)}.")
    return _walk(pl.col(begin), rows.schema[begin], path, path[len(begin) + 1 :], file)


def _walk(value: pl.Expr, kind: pl.DataType, path: str, rest: str, file: Path) -> pl.Expr:
    """What the rest of a path leads to, from a value of some kind."""
    if not rest:
        return value
    if (why := why_unreadable(kind)) is not None:
        raise _astray(path, rest, f"cannot be read ({why})", file)
    if kind == pl.Null:
        return pl.lit(None)
    if isinstance(kind, pl.Struct):
        fields = {field.name: _kind(field.dtype) for field in kind.fields}
        field = begin_of(rest, fields)
        if field is None:
            first = rest.partition(".")[0]
            raise _astray(path, rest, f"has no field `{first}`: {nearest(first, fields)}", file)
        return _walk(value.struct.field(field), fields[field], path, rest[len(field) + 1 :], file)
    if isinstance(kind, pl.List | pl.Array | pl.Map):
        entries, entry = _as_list(value, kind)
        if entry == pl.Null:
            return pl.lit(None)
        if (names := _pair(entry)) is not None:
            return _looked_up(entries, names, path, rest, file)
        raise _astray(path, rest, f"holds a list: write `{EACH}` behind it for a row of each entry", file)
    raise _astray(path, rest, f"holds {_short(kind)}, which has no fields", file)


def _as_list(value: pl.Expr, kind: pl.DataType) -> tuple[pl.Expr, pl.DataType]:
    """A list, a list of fixed length or a map as a list, and the kind of its entries."""
    if isinstance(kind, pl.Map):
        entry = pl.Struct({"key": _kind(kind.key), "value": _kind(kind.value)})
        return value.cast(pl.List(entry)), entry
    assert isinstance(kind, pl.List | pl.Array)
    return (value.arr.to_list() if isinstance(kind, pl.Array) else value), _kind(kind.inner)


def _pair(entry: pl.DataType) -> tuple[pl.Struct, str, str] | None:
    """The fields of an entry that is a key and its value; null if it is something else."""
    if not isinstance(entry, pl.Struct):
        return None
    names = [field.name for field in entry.fields]
    for key, value in (("key", "value"), ("name", "value"), ("k", "v")):
        if key in names and value in names:
            return entry, key, value
    return None


def _looked_up(entries: pl.Expr, pair: tuple[pl.Struct, str, str], path: str, rest: str, file: Path) -> pl.Expr:
    """The value of the first entry with a key; of a value that has a field a type, the first that is not null."""
    entry, key, value = pair
    kind = next(one.dtype for one in entry.fields if one.name == value)
    typed = [one.name for one in kind.fields if not _kind(one.dtype).is_nested()] if isinstance(kind, pl.Struct) else []
    wanted, _, field = rest.rpartition(".")
    if not (wanted and field in typed):
        wanted, field = rest, ""
    one = pl.element().filter(pl.element().struct.field(key).cast(pl.String) == wanted).struct.field(value)
    if field:
        one = one.struct.field(field)
    elif typed:
        one = pl.coalesce(one.struct.field(name).cast(pl.String) for name in typed)
    return entries.list.eval(one).list.first()


def _astray(path: str, rest: str, why: str, file: Path) -> AisleError:
    reached = path[: len(path) - len(rest)].rstrip(".")
    return AisleError(f"{file}: `{path}`: `{reached}` {why}.")


def _kind(kind: pl.DataType | DataTypeClass) -> pl.DataType:
    return kind if isinstance(kind, pl.DataType) else kind()


def _short(kind: pl.DataType) -> str:
    text = str(kind)
    return text if len(text) < 60 else f"{text[:57]}..."
