"""Action probabilities: rows drawn blindly, models learnt and judged, the scored fold's probabilities."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.progress import far
from data.tables import read_json, read_whole, scan, scan_all, shard_file, write
from evaluation.classification import probability_measures
from pipeline.store.opened import opened
from pipeline.store.task import Artifact
from pipeline.tasks.description import Describing, Description
from pipeline.tasks.shards import shard_files
from ranker.action_models import RANKER, ActionProbabilities, learn_action_models
from ranker.actions import COLUMNS, Actions, best_actions, draw_queries
from ranker.lambdarank import LambdaRank
from ranker.training_rows import label_rows

QUERIES_AT_ONCE = 10_000


@dataclass(frozen=True)
class ActionRows:
    """NNN.parquet: FEATURES, session, part and a 0/1 column a type, of queries drawn by hash.

    Parameters
    ----------
    description, labels
        The fold.
    most
        How many queries of which part; null is the part of a fold that is only scored.
    """

    description: Description
    labels: Artifact
    most: tuple[tuple[str | None, int], ...]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        source, describing = self.description, self.description.open()
        queries = scan(source.fold.path / "queries").select("query", "session", "part")
        drawn = [draw_queries(queries.filter(pl.col("part").eq_missing(pl.lit(part))), n) for part, n in self.most]
        chosen = pl.concat(drawn).sort("query").collect()
        truth, rows = scan(self.labels.path / "labels"), 0
        for shard in range(len(source.candidates)):
            described = label_rows(describing.frame(chosen, shard).lazy(), truth)
            named = described.join(chosen.lazy(), on="query", how="left", validate="m:1", maintain_order="left")
            rows += write(named, shard_file(into, shard))
        return {"queries": chosen.height, "rows": rows}


@dataclass(frozen=True)
class ActionModels:
    """actions.json, trees/<objective>.txt and judged.json (see `ranker.action_models.learn_action_models`)."""

    rows: Artifact
    training: Artifact
    models: Mapping[str, Artifact]
    ranker: LambdaRank
    actions: Actions

    def __call__(self, into: Path) -> dict[str, Any]:
        """Learn, judge and write them."""
        folders = _folders(self.models)
        return learn_action_models(into, self.rows.path, self.training.path, folders, self.ranker, self.actions)


@dataclass(frozen=True)
class ActionShard:
    """NNN.parquet: session, events, item in the shop's keys, p_click, p_cart, p_order, best first."""

    description: Description
    shard: int
    models: Mapping[str, Artifact]
    learnt: Artifact
    top: int
    threads: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        shard, (describing, items, probabilities) = self.shard, opened(self, self._open)
        queries = read_whole(shard_file(self.description.fold.path / "queries", shard))
        pieces = []
        for first in range(0, max(queries.height, 1), QUERIES_AT_ONCE):
            far(first, queries.height, "queries")
            some = queries.slice(first, QUERIES_AT_ONCE)
            rows = describing.frame(some, shard)
            best = best_actions(rows, probabilities(rows, self.threads), self.top)
            about = some.select("query", session="session_key", events="events")
            pieces.append(
                best.join(about, on="query", how="left", validate="m:1", maintain_order="left")
                .join(items, on="item", how="left", validate="m:1", maintain_order="left")
                .select("session", "events", *COLUMNS.values(), item="key")
                .select("session", "events", "item", *COLUMNS.values())
            )
        return {"rows": write(pl.concat(pieces), shard_file(into, shard))}

    def _open(self) -> tuple[Describing, pl.DataFrame, ActionProbabilities]:
        items = read_whole(self.description.items).select("item", "key")
        return self.description.open(), items, ActionProbabilities.open(_folders(self.models), self.learnt.path)


@dataclass(frozen=True)
class ActionsFile:
    """actions.parquet: all shards, by session and events, best first."""

    shards: tuple[Artifact, ...]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = scan_all(shard_files(self.shards)).collect()
        return {"rows": write(table.sort("session", "events", maintain_order=True), into / "actions.parquet")}


@dataclass(frozen=True)
class ActionsMetrics:
    """actions_metrics.json.

    Its keys: `valid.<type>`, null where nothing could be learnt: `models.<name>` with the measures of
    `evaluation.classification.probability_measures` (F1, precision and recall both `at_half` and `at_best`, the
    F1-best threshold of the calibrating half), `method`, `input` and `calibration` (out of fold); `test.<type>`: the
    same measures of the ranker's probabilities on queries of the scored fold, null without labels; `warnings`, what
    looked wrong in the log, the test file and the folds.
    """

    learnt: Artifact
    models: Mapping[str, Artifact]
    test_rows: Artifact | None
    threads: int
    warnings: tuple[Mapping[str, Any], ...] = ()

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        judged = read_json(self.learnt.path / "judged.json")
        tested: dict[str, Any] = dict.fromkeys(judged)
        if self.test_rows is not None:
            table = scan(self.test_rows.path).collect().sort("query", "fused__rank")
            probabilities = ActionProbabilities.open(_folders(self.models), self.learnt.path)
            for objective, p in probabilities(table, self.threads).items():
                best = judged[objective]["models"][RANKER]["at_best"]["threshold"]
                thresholds = {"at_half": 0.5, "at_best": best}
                tested[objective] = probability_measures(table[objective].to_numpy(), p, thresholds)
        metrics = {"valid": judged, "test": tested, "warnings": list(self.warnings)}
        (into / "actions_metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
        return {}


def _folders(models: Mapping[str, Artifact]) -> dict[str, Path]:
    return {objective: model.path for objective, model in models.items()}
