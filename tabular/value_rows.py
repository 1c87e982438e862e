"""A flat table of values: which columns mean what, its rows, and what is refused."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.files import require_columns
from data.listed import listed
from learning.columns import tidy
from learning.study import Search
from tabular.files import check_columns
from value.money.config import ValueConfig
from value.money.leaks import copies_of_target
from value.money.rows import ValueRows

MOST_MONEY = 1e15
"""A value's square must be a number too."""
LEAST_ROWS = 10
"""A table of fewer teaches nothing: what measures its columns wants neighbours of each row, in every fold."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ValueTable:
    """A table whose rows' value is learnt.

    Parameters
    ----------
    table
        The file: .csv, .tsv, .parquet or .jsonl, text also .gz; a row a session.
    target
        The column to predict: money, 0 or more; with two values (true and false, 0 and 1), whether a row buys.
    group
        The column of the visitor: no visitor is in the learnt and the judged rows both. It is not learnt from. Each row
        is its own if not given.
    test
        Another table to predict, whose `target` may be missing.
    key
        The column that predictions are keyed by; the row's number, from 1, if not given. It is not learnt from.
    so_far
        The column of the value so far, where the target is at least that: methods then anchor on it too.
    time
        The column of the row's moment: the level of predictions is found on later rows by earlier ones.
    categories
        Columns of numbers that are names (a region's code), with commas between.
    leave_out
        Columns that are not learnt from, with commas between: what is known only afterwards.
    optimize
        The measure that the winner, and the column `prediction`, is chosen for: rmse, mae, rmsle, r2, gini or auc.
    tune
        Settings of the trees that are tried before methods are compared; a later run goes on where this one stopped.
    allow_leaks
        Whether to go on, with a warning, where something seems to be known too early.
    separator
        Between the fields of a CSV file; null: a tab in a `.tsv`, else a comma.
    workdir
        Where everything is written.
    model
        How values are learnt.
    """

    table: str
    target: str
    group: str | None = None
    test: str | None = None
    key: str | None = None
    so_far: str | None = None
    time: str | None = None
    categories: str = ""
    leave_out: str = ""
    optimize: str | None = None
    tune: int | None = None
    allow_leaks: bool = False
    separator: str | None = None
    workdir: str = "artifacts/value_table"
    model: ValueConfig = field(default_factory=ValueConfig)

    def __post_init__(self) -> None:
        if self.tune is not None and self.tune < 0:
            raise ValueError(f"`tune` must be 0 or more, got {self.tune}.")
        _ = self.learning

    @property
    def learning(self) -> ValueConfig:
        """How values are learnt, with what the short flags say."""
        search: Search = self.model.search if self.tune is None else replace(self.model.search, trials=self.tune)
        asked: Any = self.optimize or self.model.optimize
        return replace(self.model, optimize=asked, search=search)

    @property
    def apart(self) -> set[str]:
        """The columns that are not learnt from."""
        named = (self.target, self.group, self.key)
        return {name for name in named if name is not None} | set(listed(self.leave_out))


def is_boolean(values: pl.Series) -> bool:
    """Whether a column says yes or no: true and false, or 0 and 1."""
    levels = {str(level).strip().lower() for level in values.drop_nulls().unique().to_list()}
    return len(levels) == 2 and any(levels <= pair for pair in ({"true", "false"}, {"0", "1"}, {"yes", "no"}))


def rows_of_table(table: pl.DataFrame, flat: ValueTable) -> ValueRows:
    """The table as a model learns from it; naive baselines are those that its columns allow."""
    target = money_of(table, flat.target, flat.table)
    if table.height < LEAST_ROWS:
        raise AisleError(f"{flat.table}: has {table.height} rows, and {LEAST_ROWS} are the fewest that teach a value.")
    so_far = so_far_of(table, flat)
    known = {}
    if so_far is not None and so_far.sum() > 0:
        known["value_so_far"] = so_far * target.sum() / so_far.sum()
    time = None
    if flat.time is not None:
        time = tidy(table.select(flat.time)).to_series().rank("dense").fill_null(0).to_numpy()
    features = table.select(name for name in table.columns if name not in flat.apart)
    return ValueRows(features, target, _groups(table, flat), so_far, time=time, known=known)


def _groups(table: pl.DataFrame, flat: ValueTable) -> npt.NDArray[Any]:
    """A number a visitor, else a row key; a row without either is its own."""
    name = flat.group or flat.key
    own = pl.Series(np.arange(table.height))
    if name is None:
        return own.to_numpy()
    codes = table[name].cast(pl.String).rank("dense").cast(pl.Int64) + table.height
    return codes.fill_null(own.cast(pl.Int64)).to_numpy() if codes.null_count() == 0 else _filled(codes, own)


def _filled(codes: pl.Series, own: pl.Series) -> npt.NDArray[Any]:
    return pl.DataFrame({"code": codes, "own": own}).select(pl.coalesce("code", "own")).to_series().to_numpy()


def check_settings(table: pl.DataFrame, flat: ValueTable) -> None:
    """Refuse settings that name no column of the table."""
    single = {name: getattr(flat, name) for name in ("target", "group", "key", "so_far", "time")}
    check_columns(table, flat.table, single, {name: getattr(flat, name) for name in ("categories", "leave_out")})


def wanted(table: pl.DataFrame, flat: ValueTable) -> list[str]:
    """The columns that a table to predict must have."""
    needed = [name for name in table.columns if name not in flat.apart]
    return [*needed, *([flat.key] if flat.key else [])]


def money_of(table: pl.DataFrame, name: str, path: str) -> Floats:
    """A column of money without gaps.

    Raises
    ------
    AisleError
        If it is anything else.
    """
    values = tidy(table.select(name)).to_series()
    numbers = values.cast(pl.Float64, strict=False)
    if values.null_count() == len(values):
        raise AisleError(f"{path}: column `{name}` has no value in any of {len(values)} rows; name another `target`.")
    if not values.dtype.is_numeric():
        strange = values.filter(values.is_not_null() & numbers.is_null()).append(values.drop_nulls()).first()
        raise AisleError(f"{path}: column `{name}` holds {strange!r}, and is no number.")
    if missing := numbers.null_count():
        raise AisleError(f"{path}: column `{name}` has no value in {missing} of {len(numbers)} rows; leave them out.")
    if (least := float(numbers.min())) < 0:  # type: ignore[arg-type]
        raise AisleError(f"{path}: column `{name}` reaches {least:g}, and a value is 0 or more; leave such rows out.")
    if (most := float(numbers.max())) > MOST_MONEY:  # type: ignore[arg-type]
        raise AisleError(f"{path}: column `{name}` reaches {most:g}, over {MOST_MONEY:g}; leave such rows out.")
    return numbers.to_numpy().astype(np.float64)


def so_far_of(table: pl.DataFrame, flat: ValueTable) -> Floats | None:
    """The values so far, 0 where there is none; null without such a column."""
    if flat.so_far is None:
        return None
    require_columns(table, [flat.so_far], Path(flat.table), "set `so_far` to one of them")
    numbers = tidy(table.select(flat.so_far)).to_series().cast(pl.Float64, strict=False)
    return numbers.fill_null(0.0).clip(lower_bound=0.0).to_numpy().astype(np.float64)


def leaks_of(table: pl.DataFrame, asked: pl.DataFrame | None, flat: ValueTable) -> list[str]:
    """Features with the target's order, and keys that are learnt from and asked both."""
    plain = tidy(table.select(name for name in table.columns if name not in flat.apart))
    target = tidy(table.select(flat.target)).to_series()
    found = [] if not target.dtype.is_numeric() else copies_of_target(plain, target)
    if asked is not None and flat.key is not None and flat.key in asked.columns:
        both = set(table[flat.key].cast(pl.String)) & set(asked[flat.key].cast(pl.String))
        both.discard(None)
        if both:
            found.append(f"{len(both)} values of `{flat.key}` are in train and test both, such as {min(both)!r}")
    return found
