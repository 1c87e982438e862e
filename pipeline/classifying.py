"""Three classifiers compared on a flat table, out of fold, and what the best one says of another table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import polars.selectors as cs

from data.errors import AisleError
from data.files import read_batches, require_columns
from data.formats import LogFormat
from data.keys import key_hash
from evaluation.classification import class_report
from learning.columns import Columns, as_pandas, columns_of, conform, tidy
from learning.tabular import (
    BOOSTED,
    MODELS,
    Fold,
    Tabular,
    boosting_gains,
    class_probabilities,
    folds_of,
    model,
    out_of_fold,
    permutation_gains,
)

MOST_CLASSES = 50
SEGMENTS = 20  # levels of `by` that are reported
Floats = npt.NDArray[np.float64]
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
        Between the fields of a CSV file.
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
    separator: str = ","
    workdir: str = "artifacts/actions"
    model: Tabular = field(default_factory=Tabular)


def build_table(into: Path, *, flat: FlatTable) -> dict[str, Any]:
    """Write metrics.json, importance.csv, predictions and, with `test`, test_predictions (.csv; .parquet as the table).

    Raises
    ------
    AisleError
        If the table, or a named column, cannot be used.
    """
    table = _read(flat.table, flat)
    truth, classes = _classes(table, flat)
    rows = _hashed_order(table)
    columns = _columns(table, flat)
    folds = _folds(table[rows], truth[rows], flat)
    matrix = as_pandas(table[rows], columns)
    answers: dict[str, Floats] = {}
    fitted = {}
    for name in MODELS:
        found, fitted[name] = out_of_fold(name, columns, flat.model, matrix, truth[rows], folds)
        answers[name] = np.empty_like(found)
        answers[name][rows] = found
    reports = {name: class_report(truth, p, classes) for name, p in answers.items()}
    best = min(MODELS, key=lambda name: reports[name]["log_loss"])
    boosted = _boosted(fitted[BOOSTED], columns, flat, matrix, truth[rows])
    gains = permutation_gains(fitted[best], matrix, truth[rows], folds, flat.model.seed)
    _importance(gains, boosting_gains(boosted, columns)).write_csv(into / "importance.csv")
    _write(_predictions(table, flat, answers[best], classes), into / "predictions", flat)
    metrics = {
        "rows": table.height,
        "classes": {name: int((truth == n).sum()) for n, name in enumerate(classes)},
        "columns": columns.kinds,
        "folds": len(folds),
        "models": reports,
        "best": best,
        "segments": _segments(table, flat, answers[best], truth, classes),
        "test": _test(into, table, flat, best, columns, matrix, truth[rows], classes),
    }
    (into / "table_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    return {"rows": table.height}


def _read(path: str, flat: FlatTable) -> pl.DataFrame:
    file = Path(path)
    batches = list(read_batches(file, LogFormat(separator=flat.separator)))
    table = pl.concat(batches, how="vertical_relaxed") if batches else pl.DataFrame()
    if not table.height:
        raise AisleError(f"{file}: the file has no rows.")
    return table


def _classes(table: pl.DataFrame, flat: FlatTable) -> tuple[Labels, list[str]]:
    """Each row's class number, and the classes' names in their order."""
    named = {"target": flat.target, "user": flat.user, "time": flat.time, "key": flat.key, "by": flat.by}
    for setting, name in named.items():
        if name is not None:
            require_columns(table, [name], Path(flat.table), f"set `{setting}` to one of them")
    for setting in ("categories", "leave_out"):
        require_columns(table, _listed(getattr(flat, setting)), Path(flat.table), f"mend `{setting}`")
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


def _hashed_order(table: pl.DataFrame) -> Labels:
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


def _columns(table: pl.DataFrame, flat: FlatTable) -> Columns:
    apart = {flat.target, flat.user, flat.key, *_listed(flat.leave_out)}
    features = [name for name in table.columns if name not in apart]
    columns = columns_of(tidy(table), features, _listed(flat.categories))
    if not columns.used:
        raise AisleError(
            f"{flat.table}: no column but `{flat.target}` can be learnt from; they are {columns.kinds or 'not there'}."
        )
    return columns


def _folds(table: pl.DataFrame, truth: Labels, flat: FlatTable) -> list[Fold]:
    users = None if flat.user is None else table[flat.user].cast(pl.String).fill_null("").rank("dense").to_numpy()
    try:
        return folds_of(truth, users, flat.model.folds)
    except ValueError as error:
        raise AisleError(
            f"{flat.table}: too few rows to hold some out by `{flat.target}`"
            + (f" and `{flat.user}`" if flat.user else "")
            + f" ({error}); add rows, or join rare classes."
        ) from None


def _boosted(fitted: Sequence[Any], columns: Columns, flat: FlatTable, matrix: pd.DataFrame, truth: Labels) -> Any:  # noqa: ANN401 - a pipeline
    """LightGBM of the first fold that has one, whose gains are told; fitted on all rows where none has."""
    known = next((one for one in fitted if one is not None), None)
    return model(BOOSTED, columns, flat.model).fit(matrix, truth) if known is None else known


def _importance(permutation: dict[str, float], gain: dict[str, float]) -> pl.DataFrame:
    rows = [{"column": name, "permutation": permutation[name], "lightgbm_gain": gain[name]} for name in permutation]
    return pl.DataFrame(rows).sort("permutation", "column", descending=[True, False])


def _predictions(table: pl.DataFrame, flat: FlatTable, answers: Floats, classes: Sequence[str]) -> pl.DataFrame:
    """The key, the target where it is known, the likeliest class, and a probability a class."""
    key = table[flat.key] if flat.key else pl.Series("row", np.arange(1, table.height + 1))
    known = [table[flat.target]] if flat.target in table.columns and flat.target != flat.key else []
    likeliest = pl.Series("predicted", [classes[n] for n in answers.argmax(axis=1)], pl.String)
    each = [pl.Series(f"p_{name}", answers[:, n]) for n, name in enumerate(classes)]
    return pl.DataFrame([key, *known, likeliest, *each])


def _segments(
    table: pl.DataFrame, flat: FlatTable, answers: Floats, truth: Labels, classes: Sequence[str]
) -> dict[str, Any]:
    """The classification report of new and of returning visitors, and of each level of `by`."""
    parts: dict[str, pl.Series] = {}
    if flat.user is not None:
        parts[flat.user] = _visitors(table, flat.user, flat.time)
    if flat.by is not None:
        parts[flat.by] = table[flat.by].cast(pl.String).fill_null("(missing)")
    found: dict[str, Any] = {}
    for name, part in parts.items():
        levels = part.value_counts().sort("count", part.name, descending=[True, False]).head(SEGMENTS)[part.name]
        inside = {str(level): (part == level).to_numpy() for level in levels}
        found[name] = {
            level: class_report(truth[rows], answers[rows], classes)
            | {
                "came_true": {c: float((truth[rows] == n).mean()) for n, c in enumerate(classes)},
                "promised": {c: float(answers[rows, n].mean()) for n, c in enumerate(classes)},
            }
            for level, rows in inside.items()
        }
    return found


def _visitors(table: pl.DataFrame, user: str, time: str | None) -> pl.Series:
    """`new` at a visitor's first row, by time or else in the file's order, `returning` afterwards."""
    when = tidy(table.select(time)).to_series().alias("when") if time else pl.Series("when", range(table.height))
    rows = pl.DataFrame([table[user].alias("user"), when]).with_row_index("at")
    first = rows.sort("when", "at", nulls_last=True).unique("user", keep="first", maintain_order=True)["at"]
    seen = rows["at"].is_in(first.implode())
    return (
        pl.DataFrame({"new": seen})
        .select(pl.when("new").then(pl.lit("new")).otherwise(pl.lit("returning")).alias("visitor"))
        .to_series()
    )


def _test(
    into: Path,
    table: pl.DataFrame,
    flat: FlatTable,
    best: str,
    columns: Columns,
    matrix: pd.DataFrame,
    truth: Labels,
    classes: Sequence[str],
) -> dict[str, Any] | None:
    """Write test_predictions; the report of the test table where it holds the target."""
    if flat.test is None:
        return None
    asked = _read(flat.test, flat)
    wanted = [*columns.used, *([flat.key] if flat.key else [])]
    require_columns(asked, wanted, Path(flat.test), f"give it the columns of {flat.table}")
    fitted = model(best, columns, flat.model).fit(matrix, truth)
    like = tidy(table).select(columns.used)
    answers = class_probabilities(fitted, as_pandas(conform(asked, like), columns), len(classes))
    _write(_predictions(asked, flat, answers, classes), into / "test_predictions", flat)
    if flat.target not in asked.columns:
        return None
    named = _named(asked, table, flat)
    numbers = [classes.index(name) if name in classes else -1 for name in named]
    known = np.array(numbers, np.int64) >= 0
    return class_report(np.array(numbers, np.int64)[known], answers[known], classes)


def _named(asked: pl.DataFrame, table: pl.DataFrame, flat: FlatTable) -> list[str | None]:
    """The test table's classes, spelt as the table's."""
    like = tidy(table.select(flat.target))
    return conform(asked.select(flat.target), like).to_series().cast(pl.String).to_list()


def _write(predictions: pl.DataFrame, path: Path, flat: FlatTable) -> None:
    if flat.table.endswith(".parquet"):
        predictions.write_parquet(path.with_suffix(".parquet"))
    else:
        predictions.write_csv(path.with_suffix(".csv"))


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
