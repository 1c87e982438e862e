"""The parts of a log get one type and one form for each key, whatever files they come from."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.tables import read_whole, scan
from data.values.key_forms import forms_of, warn_of_forms
from data.values.key_types import KEYS, as_settled
from data.values.padded_keys import any_padded, padded_apart, refuse_padded, warn_of_padded
from data.warned import Warned
from pipeline.tasks.log_parts import LogParts

THE_LOG = Path("the log")


def settle_keys(parts: LogParts, known: Mapping[str, pl.Series]) -> list[Warned]:
    """Write those parts again whose keys are of another type or form than the whole log's.

    Parameters
    ----------
    parts
        What was written.
    known
        An earlier log's keys by column, whose type and form stay; a column without any is left out.

    Raises
    ------
    AisleError
        If texts meet an earlier log's whole numbers, or texts with zeros before them meet the same whole numbers.
    """
    types = parts.columns.settle(known)
    owners_moved = False
    for file in parts.all_files():
        found = scan(file).collect_schema()
        if any(found.get(name, dtype) != dtype for name, dtype in types.items()):
            parts.rewrite(file, as_settled(read_whole(file), types, parts.file_of))
            owners_moved |= found[parts.owner] != types[parts.owner]
    parts.unsaid |= types
    parts.said |= {name: types[name] for name in KEYS if name in parts.said}
    warned = []
    for name in [name for name in KEYS if types[name] == pl.String]:
        told, rewritten = _one_form(parts, name, known.get(name))
        warned += told
        owners_moved |= rewritten and name == parts.owner
    if owners_moved and parts.shards > 1:
        parts.lay_anew()
    return warned


def _one_form(parts: LogParts, name: str, known: pl.Series | None) -> tuple[list[Warned], bool]:
    """What is to be said of a column's keys, and whether they were written anew."""
    columns, warned, rewritten = parts.columns, [], False
    mixed = name in columns.mixed or (known is not None and pl.Int64() in columns.first[name])
    if name in columns.floats or (known is not None and known.str.ends_with(".0").any()):
        keys = _distinct(parts, name)["key"].unique()
        if forms := forms_of(keys, known):
            warned.append(warn_of_forms(name, forms, keys))
            rewritten = True
            for file in parts.all_files():
                if name in (rows := read_whole(file)).columns:
                    parts.rewrite(file, rows.with_columns(forms.of(name)))
    if name in columns.padded or (known is not None and any_padded(known)):
        keys_of = {Path(str(file)): keys["key"] for (file,), keys in _distinct(parts, name).group_by("file")}
        if known is not None:
            keys_of = {f: keys.filter(~keys.is_in(known.implode())) for f, keys in keys_of.items()} | {THE_LOG: known}
        apart = padded_apart(keys_of)
        if apart and mixed:
            raise refuse_padded(name, apart)
        warned += [warn_of_padded(name, apart)] if apart else []
    return warned, rewritten


def _distinct(parts: LogParts, name: str) -> pl.DataFrame:
    """The distinct keys of each raw file: file, key."""
    begins = pl.DataFrame(
        [(first, str(file)) for first, file in parts.begins], schema={"row": pl.UInt64, "file": pl.String}, orient="row"
    )
    found = [pl.DataFrame(schema={"file": pl.String, "key": pl.String})]
    for file in parts.all_files():
        if name in scan(file).collect_schema():
            rows = read_whole(file, ["row", name]).drop_nulls().sort("row")
            found.append(rows.join_asof(begins, on="row").select("file", key=name).unique())
    return pl.concat(found).unique()
