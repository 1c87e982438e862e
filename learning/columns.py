"""A flat table's columns: what kind each is, and their values as the encoders of `learning.classifiers` take them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import polars as pl

Kind = Literal["number", "time", "few", "many", "text", "empty", "constant", "key"]
MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-")
NO_VALUE = "(missing)"
FEW = 20  # levels that get a column each
WORDS = 3.0  # words a value, on average, that make a text
KEY_SHARE = 0.9  # distinct share from which a column of single words is a key
USED: tuple[Kind, ...] = ("number", "time", "few", "many", "text")
LARGEST = 1e38
TIME_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


@dataclass(frozen=True)
class Columns:
    """The kinds of a table's columns, by name; those of a kind in `USED` are learnt from."""

    kinds: dict[str, Kind]

    def of(self, kind: Kind) -> list[str]:
        """The columns of a kind, in the table's order."""
        return [name for name, one in self.kinds.items() if one == kind]

    @property
    def used(self) -> list[str]:
        """The columns that are learnt from."""
        return [name for name, kind in self.kinds.items() if kind in USED]


def tidy(table: pl.DataFrame) -> pl.DataFrame:
    """Texts stripped, the usual words for a missing value null, columns that hold only numbers or times cast so.

    Whole-number columns stay whole, Booleans become `true` and `false`, lists and structures their text.
    """
    return table.select(_tidy(table[name]) for name in table.columns)


def columns_of(table: pl.DataFrame, features: Sequence[str], categories: Sequence[str] = ()) -> Columns:
    """Tell the kinds of columns.

    Parameters
    ----------
    table
        As `tidy` gave it.
    features
        The columns to tell.
    categories
        Numbers that are names (a region's code), which no one can see in them.

    Returns
    -------
    Columns
        number and time by type; texts by their words; other strings few or many by their levels, key where nearly
        every row has its own, as nothing can be learnt from that; constant and empty.
    """
    return Columns({name: _kind(table[name], name in categories) for name in features})


def as_pandas(table: pl.DataFrame, columns: Columns) -> pd.DataFrame:
    """The used columns without nulls but NaN, times in days, as scikit-learn selects them by name.

    Returns
    -------
    pandas.DataFrame
        f64 for number; for time `<name>` in days since 1970, `<name> hour` and `<name> weekday`; str for the others,
        `(missing)` where there is no value.
    """
    made: dict[str, object] = {}
    for name in columns.used:
        values, kind = table[name], columns.kinds[name]
        if kind == "number":
            made[name] = _numbers(values)
        elif kind == "time":
            moment = values.cast(pl.Datetime("ms"), strict=False)
            made[name] = _numbers(moment.dt.timestamp("ms") / 86_400_000)
            made[f"{name} hour"] = _numbers(moment.dt.hour())
            made[f"{name} weekday"] = _numbers(moment.dt.weekday())
        else:
            made[name] = values.cast(pl.String).fill_null(NO_VALUE).to_numpy()
    return pd.DataFrame(made, index=range(table.height))


def conform(table: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Another table's columns in the types of the first; what does not fit is missing."""
    return table.select(_conform(table[name], dtype) for name, dtype in like.schema.items() if name in table.columns)


def misfits(table: pl.DataFrame, like: pl.DataFrame) -> dict[str, tuple[int, object]]:
    """Columns with values that are not of the first table's type: how many, and one of them."""
    found = {}
    for name, dtype in like.schema.items():
        if name not in table.columns or dtype == pl.String:
            continue
        texts = _texts(table[name])
        odd = texts.is_not_null() & _conform(table[name], dtype).is_null()
        if odd.any():
            found[name] = (int(odd.sum()), texts.filter(odd)[0])
    return found


def _conform(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    if dtype == pl.String:
        return _texts(values)
    if values.dtype == dtype or (values.dtype.is_numeric() and dtype.is_numeric()):
        return values
    texts = _texts(values)
    if dtype.is_temporal():
        read = [texts.str.to_datetime(form, strict=False, time_unit="ms") for form in TIME_FORMATS]
        return pl.select(pl.coalesce(read)).to_series().alias(values.name)
    numbers = texts.cast(pl.Float64, strict=False)
    whole = dtype.is_integer() and bool((numbers.drop_nulls() % 1 == 0).all())
    return numbers.cast(pl.Int64, strict=False) if whole else numbers


def _numbers(values: pl.Series) -> object:
    """Within what f32 holds, which trees work in."""
    return values.cast(pl.Float64, strict=False).clip(-LARGEST, LARGEST).fill_null(float("nan")).to_numpy()


def _tidy(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        return values.set(values.is_infinite() | values.is_nan(), None)
    if values.dtype.is_numeric() or values.dtype.is_temporal():
        return values
    texts = _texts(values)
    if texts.null_count() == len(texts):
        return texts
    return next((cast for cast in (_as_numbers(texts), _as_times(texts)) if cast is not None), texts)


def _texts(values: pl.Series) -> pl.Series:
    if values.dtype.is_nested():
        texts = pl.Series(values.name, [None if v is None else str(v) for v in values.to_list()], pl.String)
    else:
        texts = values.cast(pl.String).str.strip_chars()
    return texts.set(texts.str.to_lowercase().is_in(MISSING), None)


def _as_numbers(texts: pl.Series) -> pl.Series | None:
    numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count() != texts.null_count():
        return None
    whole = texts.cast(pl.Int64, strict=False)
    found = whole if whole.null_count() == texts.null_count() else numbers
    return found.set(numbers.is_infinite() | numbers.is_nan(), None)


def _as_times(texts: pl.Series) -> pl.Series | None:
    for form in TIME_FORMATS:
        times = texts.str.to_datetime(form, strict=False, time_unit="ms")
        if times.null_count() == texts.null_count():
            return times
    return None


def _kind(values: pl.Series, is_category: bool) -> Kind:
    present = values.drop_nulls()
    levels = present.n_unique()
    if levels < 2 and (not levels or len(present) == len(values)):
        return "constant" if levels else "empty"
    if not is_category and (values.dtype.is_numeric() or values.dtype.is_temporal()):
        return "time" if values.dtype in (pl.Date, pl.Datetime) else "number"
    if levels <= FEW:
        return "few"
    return _kind_of_many(present, levels, is_category)


def _kind_of_many(present: pl.Series, levels: int, is_category: bool) -> Kind:
    if present.dtype == pl.String and _words(present) >= WORDS:
        return "text"
    return "key" if levels > KEY_SHARE * len(present) and not is_category else "many"


def _words(texts: pl.Series) -> float:
    return float((texts.str.count_matches(r"\S+")).sum()) / len(texts)
