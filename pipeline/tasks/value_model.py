"""Value models of a log: learnt from described sessions, scored, measured."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.aside import ASIDE
from data.errors import AisleError
from data.keys import mix
from data.schema import Values
from data.tables import read_json, read_whole, scan_all, shard_file, write
from evaluation.value import value_metrics
from pipeline.store.task import Artifact
from pipeline.tasks.shards import shard_files
from value.money.model import ValueConfig, ValueModel, learn_and_judge
from value.money.out_of_fold import PART
from value.session.described import anchor, feature_names, value_rows
from value.session.naive import Naive, learn_naive
from value.session.targets import Targets

SALT_ROWS = 11
LARGEST_SHARE, FEW_ROWS = 0.01, 50
"""Of a cut's training rows a session has at most: a share, or so many if that is more."""
SHOWN_ROWS = 30  # scored sessions of a length, below which its measures say nothing


LOG = logging.getLogger("aisle")


@dataclass(frozen=True)
class SessionValueModel:
    """model/ and naive.json, learnt from the training sessions of a cut and of others that it names.

    Parameters
    ----------
    described
        The cut's described sessions, an artifact a shard.
    also
        Those of other cuts that are learnt from as well.
    checked
        That nothing in them is known too early.
    targets, settings
        What is predicted and by what.
    left_out
        Feature groups that are not learnt from.
    most
        Rows at most, drawn by a hash of the session.
    studies
        The file of searches, which outlives the artifact.
    name
        What is learnt, for what is said of it meanwhile.
    """

    described: tuple[Artifact, ...]
    also: tuple[Artifact, ...]
    checked: Artifact
    targets: Targets
    settings: ValueConfig
    left_out: tuple[str, ...]
    most: int
    studies: Path = field(metadata=ASIDE)
    name: str = field(metadata=ASIDE)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Learn and write it.

        Raises
        ------
        AisleError
            If no training session has a target.
        """
        own = _capped(_train(self.described).filter(pl.col("target").is_not_null()))
        if own.is_empty():
            raise AisleError("no session that is learnt from has a value; check `value.targets.kind`.")
        others = [_capped(_train([folder]).filter(pl.col("target").is_not_null())) for folder in self.also]
        table = _drawn(pl.concat([own, *others]), self.most)
        naive = learn_naive(own)
        names = feature_names(table, self.left_out)
        rows = value_rows(table, names, self.targets, naive)
        try:
            learnt = learn_and_judge(
                rows,
                self.settings,
                studies=self.studies,
                report=lambda line: LOG.info("%s: %s", self.name, line),
            )
        except ValueError as error:
            raise AisleError(f"value models cannot learn: {error}") from None
        learnt.model.save(into / "model")
        (into / "naive.json").write_text(json.dumps({"naive": naive.to_json(), "features": names}, indent=1) + "\n")
        return {"rows": rows.height, "features": len(names)}


def _train(folders: Sequence[Artifact]) -> pl.DataFrame:
    return scan_all([folder.path / "train.parquet" for folder in folders]).collect()


BY_HASH = mix(pl.col("session").cast(pl.UInt64) * 2**16 + pl.col("events"), SALT_ROWS)


def _capped(table: pl.DataFrame) -> pl.DataFrame:
    """Without what a session has beyond a hundredth of the rows, drawn by hash: one crawler is no market."""
    most = max(int(LARGEST_SHARE * table.height), FEW_ROWS)
    if table.is_empty() or int(table["session"].value_counts()["count"].max()) <= most:  # type: ignore[arg-type]
        return table
    place = pl.int_range(pl.len()).over("session", order_by=[BY_HASH, pl.col("events")])
    return table.filter(place < most)


def _drawn(table: pl.DataFrame, most: int) -> pl.DataFrame:
    if table.height <= most:
        return table.sort("session", "events")
    return table.sort(BY_HASH).head(most).sort("session", "events")


@dataclass(frozen=True)
class ScoredSessions:
    """NNN.parquet: the outputs of a shard's scored sessions, the methods' and the naive answers, and targets."""

    described: Artifact
    model: Artifact
    targets: Targets
    shard: int
    cut: str

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = read_whole(self.described.path / "test.parquet")
        about = read_json(self.model.path / "naive.json")
        learnt = ValueModel.load(self.model.path / "model")
        answers = learnt.predict(table.select(about["features"]), anchor(table, self.targets), methods=True)
        naive = Naive(**about["naive"])(table)
        keys = ("session_key", "user", "start_ts", "cut_ts", "events", "so_far", "target")
        scored = pl.concat(
            [
                table.select(pl.lit(self.cut).alias("cut"), *keys),
                pl.DataFrame({f"naive__{name}": values for name, values in naive.items()}),
                answers,
            ],
            how="horizontal",
        )
        return {"rows": write(scored, shard_file(into, self.shard))}


@dataclass(frozen=True)
class ValueResults:
    """values.parquet and value_metrics.json.

    The metrics' keys: `value.<cut>.<output, method or naive answer>.<metric>`; `by_events.<cut>`, the same of the
    outputs and naive answers by the number of visible events; `out_of_fold.<cut>`, what the model was chosen by;
    `counts`, `unvalued` being sessions of a test file of which nothing is told; `warnings`, what looked wrong in the
    logs and what was known too early. Null where the scored sessions' values are not known.
    """

    scored: Mapping[str, tuple[Artifact, ...]]
    models: Mapping[str, Artifact]
    unvalued: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        metrics: dict[str, Any] = {"value": {}, "by_events": {}, "out_of_fold": {}, "counts": {}}
        metrics["warnings"] = list(self.warnings)
        values = []
        for cut, shards in self.scored.items():
            table = pl.concat([read_whole(file) for file in shard_files(shards)]).sort("session_key", "events")
            names = _answers(table)
            judged = table.filter(pl.col("target").is_not_null())
            metrics["value"][cut] = {shown: _measures(judged, name) for name, shown in names.items()}
            metrics["by_events"][cut] = _by_events(judged, names)
            metrics["out_of_fold"][cut] = ValueModel.load(self.models[cut].path / "model").report
            metrics["counts"][cut] = {"scored": table.height, "judged": judged.height}
            if cut in self.unvalued:
                metrics["counts"][cut]["unvalued"] = self.unvalued[cut]
            values.append(Values.validate(table.rename({"session_key": "session"}), cast=True))
        (into / "value_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
        return {"rows": write(pl.concat(values), into / "values.parquet")}


def _answers(table: pl.DataFrame) -> dict[str, str]:
    """Columns with answers in money and what they are called, naive ones first."""
    naive = {name: name.removeprefix("naive__") for name in table.columns if name.startswith("naive__")}
    own = {name: name for name in ("expected_value", "rmsle_value", "mae_value")}
    chance = f"{PART}p"  # a method's probability of a purchase is no money
    methods = {
        name: name.removeprefix("method__")
        for name in table.columns
        if name.startswith("method__") and not name.endswith(chance)
    }
    return naive | methods | own


def _measures(judged: pl.DataFrame, name: str) -> dict[str, float | None] | None:
    if judged.is_empty():
        return None
    return value_metrics(judged["target"].to_numpy(), judged[name].to_numpy())


def _by_events(judged: pl.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The measures of each number of visible events that enough sessions have, methods left out."""
    kept = {name: shown for name, shown in names.items() if not name.startswith("method__")}
    return [
        {"events": events, "rows": part.height} | {shown: _measures(part, name) for name, shown in kept.items()}
        for (events,), part in judged.sort("events").group_by("events", maintain_order=True)
        if part.height >= SHOWN_ROWS
    ]
