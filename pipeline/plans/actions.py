"""What `actions` builds on a run: probabilities of a click, a cart and an order for every candidate."""

from functools import cached_property, partial
from typing import Any

from data.errors import AisleError
from data.tables import read_json
from pipeline.plans.ranking import Run
from pipeline.store.store import Artifact
from pipeline.tasks.actions import (
    build_action_models,
    build_action_rows,
    build_actions,
    build_actions_file,
    build_actions_metrics,
)


class ActionsRun(Run):
    """Builds action probabilities on what `rank` builds."""

    @cached_property
    def action_rows(self) -> Artifact:
        """Described candidates of the valid fold's queries, drawn without a look at their labels."""
        config, proposed = self.config, self.valid_proposed
        most: dict[str | None, int] = {"stop": config.actions.queries, "fit": config.actions.rival_queries}
        return self.store.make(
            f"{self.where}valid/actions",
            partial(
                build_action_rows,
                source=self.described(proposed),
                labels=self.valid.tables.path,
                most=most,
                shards=config.shards,
            ),
            config=[most, *self.description, config.shards],
            needs=proposed.tables,
        )

    @cached_property
    def test_action_rows(self) -> Artifact | None:
        """The same of the scored fold; null without labels."""
        config, labels = self.config, self.test.labels
        if labels is None:
            return None
        proposed = self.test_proposed
        most: dict[str | None, int] = {None: config.actions.queries}
        return self.store.make(
            f"{self.where}test/action-rows",
            partial(
                build_action_rows,
                source=self.described(proposed),
                labels=labels.path,
                most=most,
                shards=config.shards,
            ),
            config=[config.actions.queries, *self.description, config.shards],
            needs=[*proposed.tables, labels],
        )

    @cached_property
    def action_models(self) -> Artifact:
        """How scores become probabilities, and what these are worth beside their rivals."""
        config, rows, training = self.config, self.action_rows, self.training_rows
        if not self.models:
            raise AisleError(
                "the valid fold has no label among its candidates, so no action can be learnt; widen `folds.valid`."
            )
        how = config.rankers.model
        return self.store.make(
            f"{self.where}models/actions",
            partial(
                build_action_models,
                rows=rows.path,
                training=training.path,
                models=self._folders,
                how=how,
                actions=config.actions,
            ),
            config=[how, config.actions.rival_rows, config.actions.trees],
            needs=[rows, training, self.valid.tables, *self.models.values()],
        )

    @cached_property
    def actions(self) -> Artifact:
        """Probabilities of the scored fold's best candidates, in the shop's keys."""
        config, proposed = self.config, self.test_proposed
        learnt, threads = self.action_models, config.rankers.model.boosting.threads
        how: dict[str, Any] = {
            "source": self.described(proposed),
            "models": self._folders,
            "learnt": learnt.path,
            "top": config.actions.top,
            "threads": threads,
        }
        shards = self.engine.map(
            lambda shard: self.store.make(
                f"{self.where}test/actions/{shard:03d}",
                partial(build_actions, shard=shard, **how),
                config=[*self.description, config.actions.top, threads],
                needs=[*proposed.tables, learnt, *self.models.values()],
            ),
            range(config.shards),
        )
        files = [a.path / f"{shard:03d}.parquet" for shard, a in enumerate(shards)]
        made = self.store.make(
            f"{self.where}test/actions-file", partial(build_actions_file, shards=files), needs=shards
        )
        self._publish(made, "actions.parquet")
        return made

    @cached_property
    def actions_metrics(self) -> dict[str, Any]:
        """What the probabilities are worth, as in actions_metrics.json."""
        learnt, rows = self.action_models, self.test_action_rows
        threads = self.config.rankers.model.boosting.threads
        made = self.store.make(
            f"{self.where}test/actions-metrics",
            partial(
                build_actions_metrics,
                learnt=learnt.path,
                models=self._folders,
                test_rows=rows.path if rows else None,
                threads=threads,
            ),
            config=threads,
            needs=[learnt, *([rows] if rows else []), *self.models.values()],
        )
        self._publish(made, "actions_metrics.json")
        return read_json(made.path / "actions_metrics.json")
