"""What `rank` and `evaluate` build: training rows, rankers, answers and their metrics."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl

from data.errors import AisleError
from data.filters import Filters
from data.folds import history_of
from data.schema import TYPES
from data.tables import read_json, scan
from data.unasked import why_unlearnable
from pipeline.plans.candidates import Proposed, Proposing
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.settings.config import Config
from pipeline.store.task import Artifact, Task
from pipeline.tasks.answers import Answers
from pipeline.tasks.explaining import Explainer, find_query
from pipeline.tasks.explanations import Explanations
from pipeline.tasks.metrics import Metrics
from pipeline.tasks.model import ModelPlan, RankerModel
from pipeline.tasks.ranked import RULED, RankedShard
from pipeline.tasks.served import COUNTS
from pipeline.tasks.spread import SpreadRanker
from pipeline.tasks.training_rows import TrainingRows
from pipeline.tasks.tuned import TunedSettings, tuned_ranker
from ranker.lambdarank import LambdaRank, features_of
from ranker.learnt_rows import HELD_BYTES, fits
from ranker.session_lists import Asked, SessionLists


class Ranking:
    """Builds rankers and what they answer, each once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared, proposed
        The folds and their candidates.
    """

    def __init__(self, config: Config, place: Place, prepared: Preparation, proposed: Proposing) -> None:
        self.config = config
        self.place = place
        self.prepared = prepared
        self.proposed = proposed

    @cached_property
    def training_rows(self) -> Artifact:
        """The valid fold's described candidates with their labels."""
        served = None if self.served is None else self.served.description
        task = TrainingRows(self.proposed.valid.description, self.config.training_size, served)
        return self.place.make("valid/training", task)

    @cached_property
    def served(self) -> Proposed | None:
        """Served lists' questions, which rankers learn from too; null where none are given."""
        file = self.config.rankers.served
        return None if file is None else self.proposed.served(file)

    @cached_property
    def model_plan(self) -> Artifact:
        """Which model serves which objective."""
        minimum = self.config.rankers.size.min_positive_queries
        task = ModelPlan(self.training_rows, self.prepared.valid.tables, minimum)
        return self.place.make("models/plan", task)

    @cached_property
    def models(self) -> Mapping[str, Artifact]:
        """The model of each trained objective."""
        planned = read_json(self.model_plan.path / "plan.json")["models"]
        served = {o: model for o in TYPES if (model := planned[o]) is not None}
        shared = ", ".join(o for o, model in served.items() if model != o)
        if shared:
            self.place.store.report(f"{shared}: too few queries for an own model, one over all types serves")
        members = self.config.rankers.members
        most = self._spread
        tasks: dict[str, Task] = {
            model: SpreadRanker(self.training_rows, model, self._ranker(model), most)
            if most is not None
            else RankerModel(self.training_rows, model, self._ranker(model), members)
            for model in dict.fromkeys(served.values())
        }
        made = self.place.make_all({f"models/{model}": task for model, task in tasks.items()}, self._models_at_once)
        by_model = dict(zip(tasks, made, strict=True))
        return {objective: by_model[model] for objective, model in served.items()}

    def tuned(self, model: str) -> Artifact | None:
        """What a search has found for a model; null without a search."""
        search, ranker = self.config.search, self.config.rankers.model
        if not search.trials:
            return None
        storage = self.place.output / "models" / f"study-{model}.sqlite"
        task = TunedSettings(self.training_rows, model, ranker, search, storage)
        return self.place.make(f"models/tuned-{model}", task)

    @property
    def searched(self) -> dict[str, dict[str, Any]]:
        """What a search has found, by model; empty without a search."""
        found = {artifact.path.name: self.tuned(artifact.path.name) for artifact in self.models.values()}
        return {model: read_json(tuned.path / "tuned.json") for model, tuned in found.items() if tuned}

    @cached_property
    def explanations(self) -> Artifact:
        """What each feature is worth to each objective: explanations.json."""
        task = Explanations(self.training_rows, self.models, self.config.rankers.importances, self.threads)
        made = self.place.make("models/explanations", task)
        self.place.publish(made, "explanations.json")
        return made

    def find(self, session: str) -> Asked:
        """The query of the scored fold that a session's key names, before anything is trained for it."""
        return find_query(self.prepared.test.tables.path / "queries", session, self.config.shards)

    def explained(self, asked: Asked) -> SessionLists:
        """A query's lists and the reasons for them."""
        source, top = self.proposed.test.description, self.config.top
        return Explainer.open(source, self.models, self.listing, top, self.threads)(asked)

    @property
    def listing(self) -> tuple[Artifact, Artifact | None, Filters, Artifact | None]:
        """What fills short lists, what may not be proposed and how that is read, and the shop's own rules."""
        return self.proposed.fillers, self.proposed.barred, self.config.filters, self.proposed.rules

    def why_unlearnable(self) -> str:
        """Why there is no model: no label of the valid fold is among its candidates."""
        fold = self.prepared.valid
        history = history_of(scan(fold.log.path / "events"), fold.window.until)
        return why_unlearnable(scan(fold.tables.path / "labels"), history, fold.window.until)

    @cached_property
    def answers(self) -> Artifact:
        """RANKED, and the same in the shop's keys."""
        config, proposed, models = self.config, self.proposed.test, self.models
        if not models:
            raise AisleError(f"no ranker can learn: {self.why_unlearnable()}")
        how = self.threads, config.top, self.proposed.barred, config.filters, self.proposed.rules
        ranked = self.place.make_shards(
            "test/ranked",
            [RankedShard(proposed.description, n, models, self.proposed.fillers, *how) for n in range(config.shards)],
        )
        otto = config.input.format.reader.startswith("otto")
        task = Answers(ranked, proposed.fold.tables, otto, config.top, self.proposed.rules)
        answers = self.place.make("test/answers", task)
        for file in ("recommendations.parquet", *(["submission.csv"] if otto else [])):
            self.place.publish(answers, file)
        return answers

    @property
    def ruled(self) -> list[dict[str, Any]]:
        """What the shop's own rules have done (`pipeline.tasks.rules.told_counts`); empty where there are none."""
        if self.config.rules is None:
            return []
        found: list[dict[str, Any]] = read_json(self.answers.path / RULED)["rules"]
        return found

    @property
    def served_counts(self) -> dict[str, Any] | None:
        """What became of the served lists (`pipeline.tasks.served`); null where none were given."""
        return None if self.served is None else read_json(self.served.fold.tables.path / COUNTS)

    @cached_property
    def metrics(self) -> dict[str, Any] | None:
        """The metrics, as in metrics.json; null where the test fold has no labels."""
        fold, labels = self.prepared.test, self.prepared.test.labels
        if labels is None:
            return None
        proposed, answers = self.proposed.test, self.answers
        searches = {objective: self.tuned(model.path.name) for objective, model in self.models.items()}
        trained = {o: (model, *([search] if (search := searches[o]) else [])) for o, model in self.models.items()}
        recall, valid_recall = self.proposed.recall(proposed), self.proposed.recall(self.proposed.valid)
        assert recall is not None  # the test fold has labels, as above,
        assert valid_recall is not None  # and the valid fold has its own
        task = Metrics(
            fold=fold.tables,
            labels=labels,
            candidates=proposed.candidates,
            popular=proposed.popular,
            ranked=answers,
            recall=recall,
            valid_recall=valid_recall,
            plan=self.model_plan,
            trained=trained,
            mode=self.config.mode,
            top=self.config.top,
            warnings=self.prepared.warnings,
            served=None if self.served is None else self.served.fold.tables,
        )
        made = self.place.make("test/metrics", task)
        self.place.publish(made, "metrics.json")
        return read_json(made.path / "metrics.json")

    @property
    def _models_at_once(self) -> int:
        """How many models learn side by side: one alone leaves cores idle, and the rows of all must fit in memory."""
        rows = scan(self.training_rows.path / "rows")
        small = fits(rows, features_of(rows), HELD_BYTES // self.threads)
        return self.threads if small and self.config.rankers.members.alone else 1

    @property
    def _spread(self) -> int | None:
        """Rows that one machine holds, where there are more; null where one learns from all.

        Raises
        ------
        AisleError
            If members are blended, which one machine learns.
        """
        most = self.config.spread_rows
        if most is None or scan(self.training_rows.path / "rows").select(pl.len()).collect().item() <= most:
            return None
        if not self.config.rankers.members.alone:
            raise AisleError(
                "`spread_rows` has the rankers learnt by all workers, and `rankers.members` are learnt by one; leave "
                "one of the two out."
            )
        return most

    @property
    def threads(self) -> int:
        """Of scoring: fixed, for the same sums in every run."""
        return self.config.rankers.model.boosting.threads

    def _ranker(self, model: str) -> LambdaRank:
        """A model's configuration: as given, or as a search has found it."""
        tuned = self.tuned(model)
        return tuned_ranker(tuned.path, self.config.rankers.model) if tuned else self.config.rankers.model
