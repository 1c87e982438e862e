"""A flat table to classify: what its settings are, which columns are learnt from, which rows are held out."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs

from data.errors import AisleError
from data.keys import key_hash
from data.listed import listed
from learning.classifiers import Fold, Tabular, folds_of
from learning.columns import Columns, columns_of, tidy
from tabular.files import check_columns

MOST_CLASSES = 50
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FlatTable:
    """A table to classify.

    Parameters
    ----------
    table
        The file: .csv, .tsv, .parquet or .jsonl, text also .gz; a row a case.
    target
        The column to predict, of two classes or more.
    test
        Another table to predict, whose `target` may be missing.
    user
        The column of the visitor's key: no visitor is in the learnt and the judged rows both, and new and returning
        visitors are reported apart. It is not learnt from.
    time
        The column that orders a visitor's rows; the file's order if not given.
    key
        The column that predictions are keyed by; the row's number, from 1, if not given. It is not learnt from.
    by
        A column whose levels are reported apart, such as `VisitorType`.
    categories
        Columns of numbers that are names (a region's code), with commas between.
    leave_out
        Columns that are not learnt from, with commas between: what is known only afterwards.
    separator
        Between the fields of a CSV file; null: a tab in a `.tsv`, else a comma.
    workdir
        Where everything is written.
    model
        How the classifiers are grown.
    """

    table: str
    target: str
    test: str | None = None
    user: str | None = None
    time: str | None = None
    key: str | None = None
    by: str | None = None
    categories: str = ""
    leave_out: str = ""
    separator: str | None = None
    workdir: str = "artifacts/actions"
    model: Tabular = field(default_factory=Tabular)


def classes_of(table: pl.DataFrame, flat: FlatTable) -> tuple[Labels, list[str]]:
    """Each row's class number, and the classes' names in their order."""
    single = {name: getattr(flat, name) for name in ("target", "user", "time", "key", "by")}
    check_columns(table, flat.table, single, {name: getattr(flat, name) for name in ("categories", "leave_out")})
    values = tidy(table.select(flat.target)).to_series()
    if missing := values.null_count():
        raise AisleError(
            f"{flat.table}: column `{flat.target}` has no value in {missing} of {len(values)} rows; leave them out, or "
            "give them to --test."
        )
    levels = values.unique().sort()
    if len(levels) == 1:
        raise AisleError(
            f"{flat.table}: column `{flat.target}` has one class alone, {levels[0]!r}; set `target` to a column with "
            "two or more."
        )
    if len(levels) > MOST_CLASSES:
        what = "numbers, and is no class" if values.dtype.is_numeric() else "values"
        raise AisleError(
            f"{flat.table}: column `{flat.target}` has {len(levels)} different {what}; set `target` to a column with "
            f"{MOST_CLASSES} classes at most, or cut it into ranges."
        )
    codes = pl.DataFrame({"level": levels, "code": range(len(levels))})
    found = values.to_frame("level").join(codes, on="level", how="left", maintain_order="left")["code"]
    return found.to_numpy().astype(np.int64), [str(level) for level in levels.to_list()]


def hashed_order(table: pl.DataFrame) -> Labels:
    """Rows in the order of a hash of what they hold, so that the answers do not depend on the file's order."""
    plain = tidy(table).with_columns(cs.duration().cast(pl.Int64))  # what can be cast to text
    held = plain.select(pl.concat_list(pl.all().cast(pl.String).fill_null("\0")).list.join("\1")).to_series()
    return (
        pl.DataFrame({"hash": key_hash(held), "held": held})
        .select(pl.arg_sort_by("hash", "held"))
        .to_series()
        .to_numpy()
        .astype(np.int64)
    )


def learnt_columns(table: pl.DataFrame, flat: FlatTable) -> Columns:
    """The columns that are learnt from.

    Raises
    ------
    AisleError
        If there is none.
    """
    apart = {flat.target, flat.user, flat.key, *listed(flat.leave_out)}
    features = [name for name in table.columns if name not in apart]
    columns = columns_of(tidy(table), features, listed(flat.categories))
    if not columns.used:
        raise AisleError(
            f"{flat.table}: no column but `{flat.target}` can be learnt from; they are {columns.kinds or 'not there'}."
        )
    return columns


def groups_of(table: pl.DataFrame, flat: FlatTable) -> Labels:
    """A number a visitor, so that whose rows belong together is known; without visitors a row is its own."""
    if flat.user is None:
        return np.arange(table.height, dtype=np.int64)
    return table[flat.user].cast(pl.String).fill_null("").rank("dense").to_numpy().astype(np.int64)


def held_out(table: pl.DataFrame, truth: Labels, flat: FlatTable) -> list[Fold]:
    """Which rows are learnt from and which are judged, in each fold; a visitor's rows stay together.

    Raises
    ------
    AisleError
        If there are too few.
    """
    users = None if flat.user is None else groups_of(table, flat)
    try:
        return folds_of(truth, users, flat.model.folds)
    except ValueError as error:
        raise AisleError(
            f"{flat.table}: too few rows to hold some out by `{flat.target}`"
            + (f" and `{flat.user}`" if flat.user else "")
            + f" ({error}); add rows, or join rare classes."
        ) from None
