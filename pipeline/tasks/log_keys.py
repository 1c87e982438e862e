"""The parts of a log get one type and one form for each key, whatever files they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data.tables import read_whole, scan
from data.values.key_forms import forms_of, warn_of_forms
from data.values.key_types import KEYS, KeyColumns, as_settled
from data.values.padded_keys import any_padded, padded_apart, refuse_padded, warn_of_padded
from data.warned import Warned

THE_LOG = Path("the log")


@dataclass
class RawParts:
    """The typed parts of a log as they are written, each of one file."""

    written: list[tuple[Path, Path]] = field(default_factory=list)
    columns: KeyColumns = field(default_factory=KeyColumns)

    def see(self, rows: pl.DataFrame, part: Path, file: Path) -> None:
        """Take note of a part, whose rows stand under their numbers in the file."""
        self.columns.see(rows, file)
        self.written.append((part, file))


def settle_keys(parts: RawParts, known: Mapping[str, pl.Series]) -> list[Warned]:
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
    for part, file in parts.written:
        found = scan(part).collect_schema()
        if any(found[name] != dtype for name, dtype in types.items()):
            as_settled(read_whole(part), types, file).write_parquet(part)
    texts = [name for name in KEYS if types[name] == pl.String]
    return [warned for name in texts for warned in _one_form(parts, name, known.get(name))]


def _one_form(parts: RawParts, name: str, known: pl.Series | None) -> list[Warned]:
    columns, warned = parts.columns, []
    mixed = name in columns.mixed or (known is not None and pl.Int64() in columns.first[name])
    if name in columns.floats or (known is not None and known.str.ends_with(".0").any()):
        keys = _distinct([part for part, _ in parts.written], name)
        if forms := forms_of(keys, known):
            warned.append(warn_of_forms(name, forms, keys))
            for part, _ in parts.written:
                read_whole(part).with_columns(forms.of(name)).write_parquet(part)
    if name in columns.padded or (known is not None and any_padded(known)):
        files = dict.fromkeys(file for _, file in parts.written)
        keys_of = {f: _distinct([part for part, file in parts.written if file == f], name) for f in files}
        if known is not None:
            keys_of = {f: keys.filter(~keys.is_in(known.implode())) for f, keys in keys_of.items()} | {THE_LOG: known}
        apart = padded_apart(keys_of)
        if apart and mixed:
            raise refuse_padded(name, apart)
        warned += [warn_of_padded(name, apart)] if apart else []
    return warned


def _distinct(parts: Sequence[Path], name: str) -> pl.Series:
    return pl.concat([scan(part).select(name) for part in parts]).unique().drop_nulls().collect()[name]
