"""What lifetime models say, as people read it: values, a submission, and measures beside naive answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import read_json, read_whole, scan_all
from data.warned import write_warnings
from evaluation.lifetime import lifetime_metrics, order_violations
from pipeline.store.task import Artifact
from pipeline.tasks.known_labels import labels_known
from pipeline.tasks.lifetime import METHOD, MODEL, NAIVE
from pipeline.tasks.lifetime_values import write_answers
from pipeline.tasks.shards import shard_files
from value.lifetime.at_horizon import CHANCE, OUTPUTS
from value.lifetime.table import KEY, SEGMENT, TARGET
from value.money.out_of_fold import PART
from value.money.recipes import AIMS

FEWEST = 30  # rows of a segment below which its measures say nothing
OF_CHANCE = ("auc", "ap")
"""The measures of a probability."""


@dataclass(frozen=True)
class LifetimeResults:
    """values.parquet, submission.csv and ltv_metrics.json.

    The metrics' keys: `ltv.<split or origin>.<horizon>.<output, method, naive answer>.<metric>` of rows whose truth is
    known; `segments.<split>.<horizon>.<segment>.<level>.<output>.<metric>`; `order_violations`; `mean_of_origins`, the
    mean of each measure over origins, where there are several; `out_of_fold`, what models were chosen by; `counts`;
    `warnings`, of which warnings.json has those that are first seen here.

    Parameters
    ----------
    scored
        By split or origin, an artifact a chunk, in the rows' order.
    models
        By split or origin.
    horizons
        By name, shortest first.
    key
        What the key's column is called in the log.
    submitted
        Output and horizon of the submission's `prediction`.
    dated
        Whether a row's moment stands beside its key.
    truth
        By split, truth.parquet with `key` and `target__<horizon>`, where the rows themselves do not tell.
    named
        Splits whose truth stands in a file of labels of its own.
    warnings
        What looked wrong.
    """

    scored: Mapping[str, tuple[Artifact, ...]]
    models: Mapping[str, Artifact]
    horizons: tuple[str, ...]
    key: str
    submitted: tuple[str, str]
    dated: bool = False
    truth: Mapping[str, Artifact] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If a file of labels knows none of the scored rows.
        """
        truth = {name: read_whole(made.path / "truth.parquet") for name, made in self.truth.items()}
        warned = [one for name in self.named for one in labels_known(self._keys(name), truth[name], "`labels`")]
        write_warnings(into, warned)
        rows = write_answers(self._files(), into, self.key, self.horizons, self.submitted, dated=self.dated)
        files = {name: list(shard_files(shards)) for name, shards in self.scored.items()}
        metrics = judged(files, self.horizons, truth)
        reports = {
            name: read_json(model.path / MODEL / "lifetime.json")["report"] for name, model in self.models.items()
        }
        metrics |= {"out_of_fold": reports, "warnings": [*self.warnings, *(one.plain() for one in warned)]}
        (into / "ltv_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
        return {"rows": rows}

    def _keys(self, split: str) -> pl.DataFrame:
        return scan_all(shard_files(self.scored[split])).select(KEY).collect()

    def _files(self) -> list[Path]:
        return [file for shards in self.scored.values() for file in shard_files(shards)]


def judged(
    files: Mapping[str, Sequence[Path]], horizons: Sequence[str], truth: Mapping[str, pl.DataFrame] | None = None
) -> dict[str, Any]:
    """The measures of scored rows by split or origin, as they stand in ltv_metrics.json.

    Parameters
    ----------
    files
        By split, scored rows (see `pipeline.tasks.lifetime.scored_rows`).
    horizons
        By name, shortest first.
    truth
        By split, `key` and `target__<horizon>`, where scored rows have no targets.
    """
    found: dict[str, Any] = {"ltv": {}, "segments": {}, "order_violations": {}, "counts": {}}
    for split, parts in files.items():
        table = pl.concat([read_whole(file) for file in parts], how="diagonal_relaxed")
        for name, measures in judged_rows(table, horizons, (truth or {}).get(split)).items():
            found[name][split] = measures
    if len(files) > 1:
        found["ltv_mean_of_origins"] = _means(found["ltv"])
    return found


def judged_rows(table: pl.DataFrame, horizons: Sequence[str], truth: pl.DataFrame | None = None) -> dict[str, Any]:
    """The same of the rows of one split: `ltv`, `segments`, `order_violations`, `counts`."""
    if truth is not None:
        table = table.join(truth, on=KEY, how="left", validate="m:1", maintain_order="left")
    promised = {out: [table[f"{h}{PART}{out}"].to_numpy() for h in horizons] for out in OUTPUTS}
    known = {horizon: _known(table, horizon) for horizon in horizons}
    return {
        "ltv": {
            horizon: {name: _measured(rows, horizon, column) for name, column in _answers(table, horizon).items()}
            for horizon, rows in known.items()
        },
        "segments": {horizon: _segments(rows, horizon) for horizon, rows in known.items()},
        "order_violations": sum(order_violations(one) for one in promised.values()),
        "counts": {"scored": table.height, "judged": {horizon: rows.height for horizon, rows in known.items()}},
    }


def _known(table: pl.DataFrame, horizon: str) -> pl.DataFrame:
    name = f"{TARGET}{horizon}"
    return table.filter(pl.col(name).is_not_null()) if name in table.columns else table.clear()


def _answers(table: pl.DataFrame, horizon: str) -> dict[str, str]:
    """Columns of money and what they are called, naive ones first."""
    start = f"{horizon}{PART}"
    mine = [name for name in table.columns if name.startswith(start)]
    naive = {name.removeprefix(f"{start}{NAIVE}"): name for name in mine if name.startswith(f"{start}{NAIVE}")}
    methods = {
        name.removeprefix(f"{start}{METHOD}"): name
        for name in mine
        if name.startswith(f"{start}{METHOD}") and not name.endswith(f"{PART}p")
    }
    return naive | methods | {aim: f"{start}{aim}" for aim in (CHANCE, *AIMS)}


def _measured(known: pl.DataFrame, horizon: str, column: str) -> dict[str, float | None] | None:
    if known.is_empty():
        return None
    found = lifetime_metrics(known[f"{TARGET}{horizon}"].to_numpy(), known[column].to_numpy())
    return {name: found[name] for name in OF_CHANCE} if column.endswith(CHANCE) else found


def _segments(known: pl.DataFrame, horizon: str) -> dict[str, Any]:
    """The outputs' measures by each segment's levels that enough rows have."""
    found: dict[str, Any] = {}
    for name in (column for column in known.columns if column.startswith(SEGMENT)):
        levels = known.with_columns(pl.col(name).cast(pl.String).fill_null("(missing)"))
        found[name.removeprefix(SEGMENT)] = {
            str(level): {"rows": part.height} | {aim: _measured(part, horizon, f"{horizon}{PART}{aim}") for aim in AIMS}
            for (level,), part in levels.sort(name, maintain_order=True).group_by(name, maintain_order=True)
            if part.height >= FEWEST
        }
    return found


def _means(by_origin: Mapping[str, Any]) -> dict[str, Any]:
    """The mean of each measure over all origins, of answers that every one of them has at a horizon."""
    found: dict[str, Any] = {}
    asked: dict[str, int] = {}
    for by_horizon in by_origin.values():
        for horizon, answers in by_horizon.items():
            asked[horizon] = asked.get(horizon, 0) + any(measures is not None for measures in answers.values())
            for name, measures in answers.items():
                for metric, value in (measures or {}).items():
                    if value is not None:
                        found.setdefault(horizon, {}).setdefault(name, {}).setdefault(metric, []).append(value)
    return {
        horizon: {
            name: {m: sum(v) / len(v) for m, v in some.items() if len(v) == asked[horizon]}
            for name, some in answers.items()
            if max(map(len, some.values())) == asked[horizon]
        }
        for horizon, answers in found.items()
    }
