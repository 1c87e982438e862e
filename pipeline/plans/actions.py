"""What `actions` builds: probabilities of a click, a cart and an order for every candidate."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from data.errors import AisleError
from data.tables import read_json
from pipeline.plans.place import Place
from pipeline.plans.ranking import Ranking
from pipeline.settings.config import Config
from pipeline.store.task import Artifact
from pipeline.tasks.actions import ActionModels, ActionRows, ActionsFile, ActionShard, ActionsMetrics
from ranker.actions import Actions


class Acting:
    """Builds action probabilities on what `rank` builds.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    ranked
        The rankers and their candidates.
    """

    def __init__(self, config: Config, place: Place, ranked: Ranking) -> None:
        self.config = config
        self.place = place
        self.ranked = ranked

    @cached_property
    def rows(self) -> Artifact:
        """Described candidates of the valid fold's queries, drawn without a look at their labels."""
        actions, fold = self.config.actions, self.ranked.prepared.valid
        most = (("stop", actions.queries), ("fit", actions.rival_queries))
        return self.place.make("valid/actions", ActionRows(self.ranked.proposed.valid.description, fold.tables, most))

    @cached_property
    def test_rows(self) -> Artifact | None:
        """The same of the scored fold; null without labels."""
        labels = self.ranked.prepared.test.labels
        if labels is None:
            return None
        most = ((None, self.config.actions.queries),)
        return self.place.make("test/action-rows", ActionRows(self.ranked.proposed.test.description, labels, most))

    @cached_property
    def models(self) -> Artifact:
        """How scores become probabilities, and what these are worth beside their rivals."""
        if not self.ranked.models:
            raise AisleError(f"no action can be learnt: {self.ranked.why_unlearnable()}")
        config, ranked = self.config, self.ranked
        learning = replace(config.actions, top=Actions().top, queries=Actions().queries)  # which it does not read
        task = ActionModels(self.rows, ranked.training_rows, ranked.models, config.rankers.model, learning)
        return self.place.make("models/actions", task)

    @cached_property
    def probabilities(self) -> Artifact:
        """Probabilities of the scored fold's best candidates, in the shop's keys: actions.parquet."""
        ranked, learnt, top = self.ranked, self.models, self.config.actions.top
        description = ranked.proposed.test.description
        shards = self.place.make_shards(
            "test/actions",
            [
                ActionShard(description, shard, ranked.models, learnt, top, ranked.threads)
                for shard in range(self.config.shards)
            ],
        )
        made = self.place.make("test/actions-file", ActionsFile(shards))
        self.place.publish(made, "actions.parquet")
        return made

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """What the probabilities are worth, as in actions_metrics.json."""
        task = ActionsMetrics(
            self.models, self.ranked.models, self.test_rows, self.ranked.threads, self.ranked.prepared.warnings
        )
        made = self.place.make("test/actions-metrics", task)
        self.place.publish(made, "actions_metrics.json")
        return read_json(made.path / "actions_metrics.json")
