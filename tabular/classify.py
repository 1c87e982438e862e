"""Three classifiers compared on a flat table, out of fold, and what the best one says of another table."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from data.files import require_columns
from evaluation.classification import class_report
from learning.classifiers import (
    BOOSTED,
    MODELS,
    boosting_gains,
    class_probabilities,
    model,
    out_of_fold,
    permutation_gains,
)
from learning.columns import Columns, as_pandas, conform, tidy
from tabular.classified_rows import FlatTable, Labels, classes_of, groups_of, hashed_order, held_out, learnt_columns
from tabular.files import check_fits, read_table, with_key, write_like
from tabular.judged import JUDGED, PART
from tabular.segments import segments_of
from tabular.suspected import suspected

Floats = npt.NDArray[np.float64]


def build_table(into: Path, *, flat: FlatTable) -> dict[str, Any]:
    """Write table_metrics.json, importance.csv, predictions and, with `test`, test_predictions.

    These are .csv, or .parquet as the table. With judged.parquet: `truth` (a class's number), `group` (whose rows
    belong together) and `<model>__<class number>`, out of fold, in an order that is not the file's.

    Raises
    ------
    AisleError
        If the table, or a named column, cannot be used.
    """
    table = read_table(flat.table, flat.separator, flat.leave_out)
    truth, classes = classes_of(table, flat)
    rows = hashed_order(table)
    columns = learnt_columns(table, flat)
    folds = held_out(table[rows], truth[rows], flat)
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
    write_like(flat.table, _predictions(table, flat, answers[best], classes), into / "predictions")
    _judged(truth[rows], answers, groups_of(table[rows], flat), rows).write_parquet(into / JUDGED)
    metrics = {
        "rows": table.height,
        "classes": {name: int((truth == n).sum()) for n, name in enumerate(classes)},
        "columns": columns.kinds,
        "folds": len(folds),
        "models": reports,
        "best": best,
        "leaks": suspected(table, columns, flat),
        "segments": segments_of(table, flat, answers[best], truth, classes),
        "test": _test(into, table, flat, best, columns, matrix, truth[rows], classes),
    }
    (into / "table_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    return {"rows": table.height}


def _boosted(fitted: Sequence[Any], columns: Columns, flat: FlatTable, matrix: pd.DataFrame, truth: Labels) -> Any:  # noqa: ANN401 - a pipeline
    """LightGBM of the first fold that has one, whose gains are told; fitted on all rows where none has."""
    known = next((one for one in fitted if one is not None), None)
    return model(BOOSTED, columns, flat.model).fit(matrix, truth) if known is None else known


def _judged(truth: Labels, answers: Mapping[str, Floats], groups: Labels, rows: Labels) -> pl.DataFrame:
    said = {f"{name}{PART}{n}": p[rows, n] for name, p in answers.items() for n in range(p.shape[1])}
    return pl.DataFrame({"truth": truth, "group": groups, **said})


def _importance(permutation: dict[str, float], gain: dict[str, float]) -> pl.DataFrame:
    rows = [{"column": name, "permutation": permutation[name], "lightgbm_gain": gain[name]} for name in permutation]
    return pl.DataFrame(rows).sort("permutation", "column", descending=[True, False])


def _predictions(table: pl.DataFrame, flat: FlatTable, answers: Floats, classes: Sequence[str]) -> pl.DataFrame:
    """The key, the target where it is known, the likeliest class, and a probability a class."""
    likeliest = pl.Series("predicted", [classes[n] for n in answers.argmax(axis=1)], pl.String)
    each = [pl.Series(f"p_{name}", answers[:, n]) for n, name in enumerate(classes)]
    return with_key(table, flat.key, flat.target, [likeliest, *each])


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
    asked = read_table(flat.test, flat.separator, flat.leave_out)
    wanted = [*columns.used, *([flat.key] if flat.key else [])]
    require_columns(asked, wanted, Path(flat.test), f"give it the columns of {flat.table}")
    check_fits(asked, table.select(columns.used), flat.test)
    fitted = model(best, columns, flat.model).fit(matrix, truth)
    like = tidy(table).select(columns.used)
    answers = class_probabilities(fitted, as_pandas(conform(asked, like), columns), len(classes))
    write_like(flat.table, _predictions(asked, flat, answers, classes), into / "test_predictions")
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
