"""Raw rows in one plain form a kind: what every group reads, with nothing in it later than a row's moment."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import pyarrow as pa

from data.errors import AisleError
from data.nested.entries import Entries, entries_of, values_of
from data.nested.values import Read, read_keys, read_moments, read_numbers
from data.shortened import one_line, sample
from features.nested.kinds import KEYED, Kind
from features.nested.source import Source, own_name

DAY_MS: Final = 86_400_000
MOMENT: Final = "(moment)"
LATER = "later than the row"
NO_KEY, NO_VALUE = "no key", "no value"
BELOW_0 = "below 0"
OTHER_TYPE = "another type"
UNREADABLE = "unreadable text"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class PlainRows:
    """Some rows in plain form.

    Parameters
    ----------
    frame
        A column a source: maps of texts to f64 (`map`, `histogram`, `pairs`; of `times`, to days before the row's
        moment), lists of texts (`list`), f64 (`number`, `hour`, `weekday`; of `time`, days before the row's moment),
        texts (`category`); `own_name` of every flat column that is a key, as texts.
    odd
        By column: how many values were set aside, by reason.
    """

    frame: pl.DataFrame
    odd: dict[str, Counter[str]]


def plain_rows(raw: pl.DataFrame, sources: Sequence[Source], time: str | None) -> PlainRows:
    """Bring raw rows into plain form.

    Parameters
    ----------
    raw
        The rows. A column that lacks is null in all of them; one of another type than its kind is null and counted.
    sources
        What is read.
    time
        The column of each row's moment; null where rows have none.

    Raises
    ------
    AisleError
        If a library cannot read a column at all.
    """
    moment = read_moments(_nothing(MOMENT, raw.height) if time is None else raw[time])
    days_of_ms = moment.value.cast(pl.Float64) / DAY_MS
    odd = {} if time is None else {time: moment.odd}
    columns = []
    for source in sources:
        column = raw[source.name] if source.name in raw.columns else _nothing(source.name, raw.height)
        read = _told(column, source, days_of_ms)
        columns.append(read.value.alias(source.name))
        odd[source.name] = odd.get(source.name, Counter()) + read.odd
    names = dict.fromkeys(name for source in sources for name in source.own)
    owns = [read_keys(raw[n]) if n in raw.columns else _nothing(n, raw.height, pl.String) for n in names]
    columns += [own.alias(own_name(name)) for own, name in zip(owns, names, strict=True)]
    columns.append(moment.value.alias(MOMENT))
    return PlainRows(pl.DataFrame(columns), {name: found for name, found in odd.items() if found})


def _told(column: pl.Series, source: Source, moment: pl.Series) -> Read:
    try:
        return _plain(column, source, moment)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, pa.ArrowException) as error:
        why = one_line(str(error).partition("\n")[0], 120)
        raise AisleError(
            f"column {sample(column.name)!r} ({sample(column.dtype)}) cannot be read as {source.kind} ({why}); set "
            f"`kinds.{sample(column.name)}` to what it holds, or to leave_out."
        ) from error


def _plain(column: pl.Series, source: Source, moment: pl.Series) -> Read:
    if source.kind == "list":
        return _lists(column)
    if source.kind in KEYED:
        return _maps(column, source, moment)
    if column.dtype.is_nested():
        return Read(_nothing(column.name, len(column), FLAT[source.kind]), _count(OTHER_TYPE, column.is_not_null()))
    if source.kind == "time":
        return _before(read_moments(column), moment)
    if source.kind == "category":
        return Read(read_keys(column), Counter())
    read = _weekdays(column) if source.kind == "weekday" else read_numbers(column)
    return _none_below_0(read) if source.not_negative else read


FLAT: dict[Kind, type[pl.DataType]] = {
    "time": pl.Float64,
    "number": pl.Float64,
    "hour": pl.Float64,
    "weekday": pl.Float64,
    "category": pl.String,
}


def _maps(column: pl.Series, source: Source, moment: pl.Series) -> Read:
    read = _entries(column, entries_of)
    entries, odd = read
    keys = read_keys(entries.key)
    if source.kind == "times":
        values = _before(read_moments(entries.value), moment.gather(entries.row))
    else:
        values = read_numbers(entries.value)
        if source.kind == "histogram" or source.not_negative:
            values = _none_below_0(values)
    odd = odd + values.odd + _count(NO_KEY, keys.is_null())
    odd += _count(NO_VALUE, entries.value.is_null() & keys.is_not_null())
    usable = keys.is_not_null() & values.value.is_not_null()
    plain = Entries(entries.lengths, keys, values.value).keep(usable)
    return Read(plain.as_map(), odd)


def _lists(column: pl.Series) -> Read:
    entries, odd = _entries(column, values_of)
    keys = read_keys(entries.value)
    there = keys.is_not_null()
    return Read(Entries(entries.lengths, entries.key, keys).keep(there).as_list(), odd + _count(NO_KEY, ~there))


def _entries(column: pl.Series, read: Callable[[pl.Series], Entries | None]) -> tuple[Entries, Counter[str]]:
    """A column's entries; of one of another type none."""
    found = read(column)
    if found is not None:
        return found, Counter({UNREADABLE: found.unreadable} if found.unreadable else {})
    nothing = read(_nothing(column.name, len(column)))
    assert nothing is not None
    return nothing, _count(OTHER_TYPE, column.is_not_null())


def _before(times: Read, moment: pl.Series) -> Read:
    """Days from times to the rows' moments; a time after its row's moment is unknown, and so is one of no moment."""
    days = moment - times.value.cast(pl.Float64) / DAY_MS
    later = (days < 0).fill_null(False)
    return Read(days.set(later, None), times.odd + _count(LATER, later))


def _none_below_0(read: Read) -> Read:
    below = (read.value < 0).fill_null(False)
    return Read(read.value.set(below, None), read.odd + _count(BELOW_0, below))


def _weekdays(column: pl.Series) -> Read:
    """Numbers, or the English names of days, of which Monday is 0."""
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return read_numbers(column)
    short = column.cast(pl.String).str.strip_chars().str.to_lowercase().str.slice(0, 3)
    days = dict(zip(WEEKDAYS, map(str, range(7)), strict=True))
    return read_numbers(short.replace_strict(days, default=column.cast(pl.String)))


def _count(reason: str, rows: pl.Series) -> Counter[str]:
    count = int(rows.sum() or 0)
    return Counter({reason: count}) if count else Counter()


def _nothing(name: str, rows: int, dtype: type[pl.DataType] = pl.Null) -> pl.Series:
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, rows)
