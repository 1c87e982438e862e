"""Every order that a user could pick, measured on the test fold: metrics.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.popularity import TOP
from data.schema import TYPES
from data.tables import read_json, scan, scan_all
from evaluation.feedback.promises import promises
from evaluation.profile.plain import plain
from pipeline.store.task import Artifact
from pipeline.tasks.orders_measured import measure_orders, portions
from pipeline.tasks.ranked import COUNTS, RULED
from pipeline.tasks.rivals import best_sources, rivals
from pipeline.tasks.served import COUNTS as SERVED
from pipeline.tasks.shards import shard_files

ACCOUNTS = ("about", "blend", "tuned")  # what a model's and a search's folder may hold


@dataclass(frozen=True)
class Metrics:
    """metrics.json.

    Its keys: `ranking.<name>.recall@20.{clicks,carts,orders,total}` and `ranking.<name>.next_click.{HR@10,HR@20,
    MRR@10,MRR@20}`, and the same at `top` where that is not 20, for ranked, fused, best_source (chosen per objective on
    the valid fold) and revisit_popular;
    `candidates.<member or union>.recall@{20,50,100,200}.{clicks,carts,orders}`; `reciprocal_rank`, the
    same of the union before a first stage has reordered it, and `leave_one_out.<member>`, of that without a member;
    `models`; `training.<type>`, what its model was trained on, how it was stopped, what its members and a search have
    reached (from the folders in `trained`); `best_source`; `counts`, with those of `pipeline.tasks.ranked`;
    `rules`, what each of the shop's own has done (`pipeline.tasks.rules.told_counts`); `promises`,
    how often places of each band of scores have hit (`evaluation.feedback.promises`; of the first 100,000 queries);
    `served`, how many served lists joined the training rows and how many were left aside for what
    (`pipeline.tasks.served`; null without lists);
    `mode`.
    Fractions; null where a type has no labels or no model.

    Parameters
    ----------
    fold, labels
        The scored fold.
    candidates, popular, ranked
        Its CANDIDATES, the popular items, and the answers.
    recall, valid_recall
        What sources are worth in the scored and in the valid fold.
    plan, trained
        Which model serves each objective; each one's model and, where there was one, search.
    mode
        `past` or `transductive`.
    top
        Items of every published list.
    warnings
        What looked wrong in the log, the test file and the folds.
    served
        The questions of served lists; null where none were given.
    """

    fold: Artifact
    labels: Artifact
    candidates: tuple[Artifact, ...]
    popular: Artifact
    ranked: Artifact
    recall: Artifact
    valid_recall: Artifact
    plan: Artifact
    trained: Mapping[str, tuple[Artifact, ...]]
    mode: str
    top: int = TOP
    warnings: tuple[Mapping[str, Any], ...] = ()
    served: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        recall = read_json(self.recall.path / "recall.json")
        truth = scan(self.labels.path / "labels")
        proposed = scan_all(shard_files(self.candidates))
        best = best_sources(read_json(self.valid_recall.path / "recall.json")["recall"])
        queries = scan(self.fold.path / "queries")
        models = json.loads((self.plan.path / "plan.json").read_text())["models"]
        depth = max(self.top, TOP)
        where = self.fold.path, proposed, self.popular.path, self.ranked.path, best, depth
        asked, depths = queries.select(pl.len()).collect().item(), list(dict.fromkeys((TOP, self.top)))
        cuts = sorted({10, TOP, self.top})
        ranking = measure_orders(lambda some: rivals(*where, some), truth, asked, depths, cuts)
        _silence(ranking["ranked"], [name for name in TYPES if models[name] is None])
        lists = scan(self.ranked.path / "ranked.parquet")
        counts = _counts(queries, truth, proposed) | read_json(self.ranked.path / COUNTS)
        metrics = {
            "mode": self.mode,
            "ranking": ranking,
            "candidates": recall["recall"],
            "reciprocal_rank": recall["reciprocal_rank"],
            "leave_one_out": recall["leave_one_out"],
            "best_source": best,
            "models": models,
            "training": {name: _training(folders) for name, folders in self.trained.items()},
            "counts": counts,
            "promises": _promises(lists.filter(next(portions(asked)), pl.col("rank") <= self.top), truth),
            "rules": read_json(self.ranked.path / RULED)["rules"],
            "served": None if self.served is None else read_json(self.served.path / SERVED),
            "warnings": list(self.warnings),
        }
        (into / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
        return counts


def _training(folders: Sequence[Artifact]) -> dict[str, Any]:
    """A model's own account, without the list of its features; what was blended, what was tried."""
    files = [folder.path / f"{name}.json" for folder in folders for name in ACCOUNTS]
    told = {file.stem: json.loads(file.read_text()) for file in files if file.exists()}
    told.get("about", {}).pop("features", None)
    return told


def _promises(ranked: pl.LazyFrame, truth: pl.LazyFrame) -> list[dict[str, Any]]:
    due = truth.select("query", "type", "item", hit=pl.lit(True))
    judged = ranked.join(due, on=["query", "type", "item"], how="left").with_columns(pl.col("hit").fill_null(False))
    return plain(promises(judged.select("type", "score", "hit").collect()))


def _silence(measures: dict[str, Any], untrained: Sequence[str]) -> None:
    """No model, no figure: null and not 0."""
    for name in untrained:
        for recalls in (measured for told, measured in measures.items() if told.startswith("recall@")):
            recalls |= {name: None, "total": None}
    if "clicks" in untrained:
        measures["next_click"] = dict.fromkeys(measures["next_click"])


def _counts(queries: pl.LazyFrame, truth: pl.LazyFrame, candidates: pl.LazyFrame) -> dict[str, Any]:
    by_type = dict(truth.group_by("type").agg(pl.len()).collect().rows())
    return {
        "queries": queries.select(pl.len()).collect().item(),
        "sessions": queries.select(pl.col("session").n_unique()).collect().item(),
        "candidates": candidates.select(pl.len()).collect().item(),
        "labels": {name: by_type.get(name, 0) for name in TYPES},
    }
