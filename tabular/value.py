"""What is learnt of a flat table of values, and the files that it leaves in."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.errors import AisleError
from data.files import require_columns
from data.listed import listed
from data.tables import read_json
from evaluation.classification import probability_measures
from evaluation.value import value_metrics
from tabular.classified_rows import FlatTable
from tabular.classify import build_table
from tabular.files import check_fits, read_table, with_key, write_like
from tabular.judged import JUDGED, NAIVE
from tabular.moved import moved
from tabular.value_rows import (
    ValueTable,
    check_settings,
    is_boolean,
    leaks_of,
    money_of,
    rows_of_table,
    so_far_of,
    wanted,
)
from value.money.leaks import told
from value.money.model import Learnt, baselines, learn_and_judge
from value.money.recipes import AIMS
from value.money.rows import ValueRows

OUTPUT_OF = {"mae": "mae_value", "rmsle": "rmsle_value"}


def build_value_table(into: Path, *, flat: ValueTable, studies: Path) -> dict[str, Any]:
    """Write value_metrics.json, importance.csv, predictions out of fold, the model and, with `test`, test_predictions.

    With judged.parquet: `truth`, `group` (whose rows belong together), each output out of fold and
    `naive__<answer>`.

    Parameters
    ----------
    into
        The folder to write.
    flat
        The table and what is asked of it.
    studies
        The file of searches, which outlives the artifact.

    Raises
    ------
    AisleError
        If the table, or a named column, cannot be used, or something is known too early.
    """
    table = read_table(flat.table, flat.separator, flat.leave_out)
    asked = None if flat.test is None else read_table(flat.test, flat.separator, flat.leave_out)
    check_settings(table, flat)
    leaks = leaks_of(table, asked, flat)
    if leaks and not flat.allow_leaks:
        raise AisleError(f"{flat.table}: something is known too early: {told(leaks)}; mend it, or give --allow-leaks.")
    if is_boolean(table[flat.target]):
        return _classify(into, flat, leaks)
    rows = rows_of_table(table, flat)
    try:
        learnt = learn_and_judge(rows, flat.learning, categories=tuple(listed(flat.categories)), studies=studies)
    except ValueError as error:
        raise AisleError(f"{flat.table}: {error}") from None
    write_like(flat.table, _predictions(table, learnt.out_of_fold, flat), into / "predictions")
    learnt.model.save(into / "model")
    _judged(rows, learnt).write_parquet(into / JUDGED)
    moved(learnt.model, rows.features, rows.so_far).write_csv(into / "importance.csv")
    report = dict(learnt.model.report)
    tested = None
    if asked is not None:
        require_columns(asked, wanted(table, flat), Path(flat.test or ""), f"give it the columns of {flat.table}")
        check_fits(asked, table.select(name for name in table.columns if name not in flat.apart), flat.test or "")
        said = learnt.model.predict(asked, so_far_of(asked, flat))
        write_like(flat.table, _predictions(asked, said, flat), into / "test_predictions")
        tested = _tested(asked, said, flat)
    frame = learnt.model.frame
    kinds = dict.fromkeys(rows.features.columns, "number") if frame.columns is None else frame.columns.kinds
    value = {"out_of_fold": report["baselines"] | report["methods"] | report["outputs"], "test": tested}
    metrics = {"value": value, "rows": table.height, "columns": kinds, "leaks": leaks, "report": report}
    (into / "value_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    return {"rows": table.height}


def _judged(rows: ValueRows, learnt: Learnt) -> pl.DataFrame:
    naive = {f"{NAIVE}{name}": said for name, said in baselines(rows).items()}
    first = {"truth": rows.target, "group": np.unique(rows.group, return_inverse=True)[1]}
    return pl.DataFrame(first | naive).hstack(learnt.out_of_fold)


def _predictions(table: pl.DataFrame, said: pl.DataFrame, flat: ValueTable) -> pl.DataFrame:
    """The key, the target where it is known, `prediction` for the named measure, and all outputs."""
    main = said[OUTPUT_OF.get(flat.learning.optimize, "expected_value")].alias("prediction")
    return with_key(table, flat.key, flat.target, [main, *said.get_columns()])


def _tested(asked: pl.DataFrame, said: pl.DataFrame, flat: ValueTable) -> dict[str, Any] | None:
    if flat.target not in asked.columns:
        return None
    truth = money_of(asked, flat.target, flat.test or "")
    buys = probability_measures(truth > 0, said["purchase_probability"].to_numpy())
    inside = (said["low"].to_numpy() <= truth) & (truth <= said["high"].to_numpy())
    outputs = {aim: value_metrics(truth, said[aim].to_numpy()) for aim in AIMS}
    return outputs | {"purchase_probability": buys, "coverage": float(inside.mean())}


def _classify(into: Path, flat: ValueTable, leaks: list[str]) -> dict[str, Any]:
    """The purchase classifier: the same table, by classifiers."""
    plain = FlatTable(
        table=flat.table,
        target=flat.target,
        test=flat.test,
        user=flat.group,
        time=flat.time,
        key=flat.key,
        categories=flat.categories,
        leave_out=flat.leave_out,
        separator=flat.separator,
    )
    made = build_table(into, flat=plain)
    found = read_json(into / "table_metrics.json")
    (into / "table_metrics.json").unlink()
    value = {"out_of_fold": found["models"], "test": found["test"]}
    told = [*leaks, *found["leaks"]]
    metrics = {"value": value, "rows": found["rows"], "columns": found["columns"], "leaks": told, "report": found}
    (into / "value_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    return made
