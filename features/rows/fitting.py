"""How a describer of rows is fitted: what columns hold, what groups learn, and which features tell rows apart."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.model_selection import GroupKFold

from data.errors import AisleError
from features.local.levels import CROSS, Levels
from features.local.rows import Features, Learnt, LocalGroup, LocalRows
from features.local.settings import Local
from features.rows.config import RowFeatures
from features.rows.describer import Fold, RowDescriber, Targets, filled, with_features
from features.rows.inventory import inventory_of
from features.rows.names import check_interactions, local_plan
from features.rows.own import expressions_of, joined, own_features, pieces_of
from features.rows.plan import Plan, plan_of


def fitted(
    frame: pl.DataFrame,
    targets: Targets,
    groups: npt.NDArray[Any],
    config: RowFeatures,
    folds: Sequence[Fold] | None,
) -> tuple[RowDescriber, pl.DataFrame]:
    """See `RowDescriber.fit`."""
    _check_lengths(frame, targets, groups)
    plan = plan_of(frame, config)
    features = expressions_of(plan.sources, config.row_groups)
    local = local_plan(config, plan, features, targets)
    categories = dict.fromkeys(name for group in config.local_groups for name in group.of(local, plan.categories))
    own = joined([own_features(raw, plan.sources, features, categories, config.time) for raw in pieces_of(frame)])
    levels = Levels.of(own.categories, local.most_levels)
    codes = {name: levels.codes(own.categories[name], name) for name in own.categories.columns}
    rows = LocalRows(own.features, codes, levels, targets)
    rows, learnt = _with_local(rows, config, plan, local, folds or _folds(groups, config.folds))
    described = filled(rows.features, config)
    same = _telling(described)
    names = tuple(name for name, as_ in same.items() if as_ is None)
    if not names:
        raise AisleError(
            f"no column of the table tells its {frame.height:,} rows apart; look at `kinds` and `leave_out`."
        )
    columns = inventory_of(frame, config, plan, own.odd, same)
    describer = RowDescriber(config, plan.sources, names, local, levels, learnt, columns)
    return _lean(describer), described.select(names)


def _with_local(
    rows: LocalRows, config: RowFeatures, plan: Plan, local: Local, folds: Sequence[Fold]
) -> tuple[LocalRows, dict[str, Learnt]]:
    learnt: dict[str, Learnt] = {}
    for group in config.local_groups:
        if group.name == "interactions":
            check_interactions(config, plan, rows.features.columns)
        learnt[group.name] = group.learn(rows, local)
        told = _out_of_fold(group, rows, local, folds) if group.reads_target else learnt[group.name].describe(rows)
        rows = with_features(rows, told)
    return rows, learnt


def _out_of_fold(group: LocalGroup, rows: LocalRows, local: Local, folds: Sequence[Fold]) -> Features:
    """What is told of judged rows by what was learnt of taught ones alone."""
    found: Features = {}
    bare = LocalRows(pl.DataFrame(), rows.codes, rows.levels, rows.targets)
    for taught, judged in folds:
        told = group.learn(bare.take(taught), local).describe(bare.take(judged))
        for name, values in told.items():
            found.setdefault(name, np.full(rows.height, np.nan))[judged] = values
    return found


def _folds(groups: npt.NDArray[Any], number: int) -> list[Fold]:
    known = len(np.unique(groups))
    if known < 2:
        raise AisleError(
            f"the taught rows are of {known} group; give rows of at least 2, so that some can be held out."
        )
    some = np.zeros(len(groups))
    return [(np.asarray(a), np.asarray(b)) for a, b in GroupKFold(min(number, known)).split(some, some, groups)]


def _telling(features: pl.DataFrame) -> dict[str, str | None]:
    """By feature null if it tells rows apart, else why it does not: it is constant, or the same as an earlier one."""
    first: dict[bytes, str] = {}
    found: dict[str, str | None] = {}
    for column in features.iter_columns():
        if _is_constant(column):
            found[column.name] = "constant"
            continue
        values = column.fill_null(float("nan")).to_numpy()
        digest = hashlib.blake2b(values.tobytes(), digest_size=16).digest()
        earlier = first.setdefault(digest, column.name)
        found[column.name] = None if earlier == column.name else f"the same as {earlier}"
    return found


def _is_constant(column: pl.Series) -> bool:
    return column.null_count() in (0, len(column)) and column.min() == column.max()


def _lean(describer: RowDescriber) -> RowDescriber:
    """The same without columns of which nothing is told."""
    told = describer.told
    groups, levels = describer.config.row_groups, describer.levels.known
    categories = {part for name in levels for part in name.split(CROSS)}
    sources = tuple(
        source
        for source in describer.sources
        if source.name in categories or not told.isdisjoint(expressions_of([source], groups))
    )
    return replace(describer, sources=sources)


def _check_lengths(frame: pl.DataFrame, targets: Targets, groups: npt.NDArray[Any]) -> None:
    if not frame.height:
        raise AisleError("there are no rows to learn from; give some.")
    for name, values in {
        "groups": groups,
        **{f"targets[{name!r}]": values for name, values in targets.items()},
    }.items():
        if len(values) != frame.height:
            raise ValueError(f"`{name}` must have the frame's {frame.height} rows, got {len(values)}.")
