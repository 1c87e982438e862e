"""A run as a chain of artifacts: each names what it is made from, and is built when that has changed."""

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.schema import TYPES
from data.tables import read_json
from pipeline.plans.candidates import CandidatesRun
from pipeline.store.store import Artifact
from pipeline.tasks.describing import build_training_rows
from pipeline.tasks.explaining import build_explanations, explain_session, find_query
from pipeline.tasks.metrics import build_metrics
from pipeline.tasks.scoring import build_answers, build_ranked
from pipeline.tasks.training import build_model, build_plan
from pipeline.tasks.tuned import build_tuned, study_name, tuned_how
from ranker.lambdarank import LambdaRank
from ranker.session_lists import Asked, SessionLists


class Run(CandidatesRun):
    """Builds a whole run's artifacts, from the raw log to the metrics, each once and only when asked for."""

    @cached_property
    def training_rows(self) -> Artifact:
        """The valid fold's described candidates with their labels."""
        config, proposed = self.config, self.valid_proposed
        source = self.described(proposed)
        return self.store.make(
            f"{self.where}valid/training",
            partial(build_training_rows, source=source, size=config.training_size, shards=config.shards),
            config=[config.training_size, *self.description],
            needs=proposed.tables,
        )

    @cached_property
    def model_plan(self) -> Artifact:
        """Which model serves which objective."""
        minimum = self.config.rankers.size.min_positive_queries
        return self.store.make(
            f"{self.where}models/plan",
            partial(build_plan, rows=self.training_rows.path, fold=self.valid.tables.path, minimum=minimum),
            config=minimum,
            needs=[self.training_rows, self.valid.tables],
        )

    @cached_property
    def models(self) -> Mapping[str, Artifact]:
        """The model of each trained objective."""
        rows, members = self.training_rows, self.config.rankers.members
        served = {o: model for o in TYPES if (model := self._plan()["models"][o]) is not None}
        shared = [o for o, model in served.items() if model != o]
        if shared:
            self.store.report(f"{', '.join(shared)}: too few queries for an own model, one over all types serves")
        made = {
            model: self.store.make(
                f"{self.where}models/{model}",
                partial(build_model, rows=rows.path, objective=model, how=how, members=members),
                config=[how, members],
                needs=[rows],
            )
            for model, how in ((model, self._how(model)) for model in dict.fromkeys(served.values()))
        }
        return {objective: made[model] for objective, model in served.items()}

    def _how(self, model: str) -> LambdaRank:
        """A model's configuration: as given, or as a search has found it."""
        tuned = self.tuned(model)
        return tuned_how(tuned.path, self.config.rankers.model) if tuned else self.config.rankers.model

    def tuned(self, model: str) -> Artifact | None:
        """What a search has found for a model; null without a search.

        The study's file lies beside the models and outlives them: more trials of the same rows go on where the last
        ones ended.
        """
        search, how, rows = self.config.search, self.config.rankers.model, self.training_rows
        if not search.trials:
            return None
        storage, study = self.output / "models" / f"study-{model}.sqlite", study_name(rows.id, how, search)
        return self.store.make(
            f"{self.where}models/tuned-{model}",
            partial(build_tuned, rows=rows.path, objective=model, how=how, search=search, storage=storage, study=study),
            config=[how, search],
            needs=[rows],
        )

    @property
    def searched(self) -> dict[str, dict[str, Any]]:
        """What a search has found, by model; empty without a search."""
        found = {artifact.path.name: self.tuned(artifact.path.name) for artifact in self.models.values()}
        return {model: read_json(tuned.path / "tuned.json") for model, tuned in found.items() if tuned}

    @cached_property
    def explanations(self) -> Artifact:
        """What each feature is worth to each objective: explanations.json."""
        rankers, rows = self.config.rankers, self.training_rows
        threads = rankers.model.boosting.threads
        made = self.store.make(
            f"{self.where}models/explanations",
            partial(build_explanations, rows=rows.path, models=self._folders, how=rankers.importances, threads=threads),
            config=[rankers.importances, threads],
            needs=[rows, *self.models.values()],
        )
        self._publish(made, "explanations.json")
        return made

    def find(self, session: str) -> Asked:
        """The query of the scored fold that a session's key names, before anything is trained for it."""
        return find_query(self.test.tables.path / "queries", session, self.config.shards)

    def explained(self, asked: Asked) -> SessionLists:
        """A query's lists and the reasons for them."""
        source = self.described(self.test_proposed)
        return explain_session(source, asked, self._folders, self.config.rankers.model.boosting.threads)

    @property
    def _folders(self) -> Mapping[str, Path]:
        """The folder of each trained objective's model."""
        return {objective: artifact.path for objective, artifact in self.models.items()}

    def _plan(self) -> dict[str, Any]:
        return read_json(self.model_plan.path / "plan.json")

    @cached_property
    def answers(self) -> Artifact:
        """RANKED, and the same in the shop's keys."""
        config, proposed = self.config, self.test_proposed
        models = self.models
        if not models:
            raise AisleError(
                "the valid fold has no label among its candidates, so no ranker can learn; widen `folds.valid`."
            )
        source = self.described(proposed)
        threads = config.rankers.model.boosting.threads
        how: dict[str, Any] = {"source": source, "models": self._folders, "threads": threads}
        needs = [*proposed.tables, *models.values()]
        ranked = self.engine.map(
            lambda shard: self.store.make(
                f"{self.where}test/ranked/{shard:03d}",
                partial(build_ranked, shard=shard, **how),
                config=[*self.description, threads],
                needs=needs,
            ),
            range(config.shards),
        )
        otto = config.input.format.reader.startswith("otto")
        answers = self.store.make(
            f"{self.where}test/answers",
            partial(
                build_answers,
                ranked=[a.path / f"{shard:03d}.parquet" for shard, a in enumerate(ranked)],
                fold=proposed.fold.tables.path,
                items=proposed.fold.items,
                otto=otto,
            ),
            config=otto,
            needs=[*ranked, proposed.fold.tables, proposed.fold.asked],
        )
        for file in ("recommendations.parquet", *(["submission.csv"] if otto else [])):
            self._publish(answers, file)
        return answers

    @cached_property
    def metrics(self) -> dict[str, Any] | None:
        """The metrics, as in metrics.json; null where the test fold has no labels."""
        fold, labels = self.test, self.test.labels
        if labels is None:
            return None
        proposed, valid = self.test_proposed, self.valid_proposed
        answers, plan = self.answers, self.model_plan
        searches = {o: self.tuned(folder.name) for o, folder in self._folders.items()}
        trained = {
            o: [folder, *([search.path] if (search := searches[o]) else [])] for o, folder in self._folders.items()
        }
        recall, valid_recall = self.candidate_recall(proposed), self.candidate_recall(valid)
        assert recall is not None  # the test fold has labels, as above,
        assert valid_recall is not None  # and the valid fold has its own
        made = self.store.make(
            f"{self.where}test/metrics",
            partial(
                build_metrics,
                fold=fold.tables.path,
                labels=labels.path,
                candidates=proposed.files,
                recall=recall,
                valid_recall=valid_recall,
                history_tables=proposed.history_tables.path,
                ranked=answers.path,
                plan=plan.path,
                trained=trained,
                mode=self.config.mode,
            ),
            config=self.config.mode,
            needs=[
                *(fold.tables, labels, *proposed.candidates, *valid.candidates, answers, plan),
                *self.models.values(),
                *(search for search in searches.values() if search),
            ],
        )
        self._publish(made, "metrics.json")
        return read_json(made.path / "metrics.json")
