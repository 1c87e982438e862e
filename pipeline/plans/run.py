"""A run: the plans of one configuration over one store, sharing what they both need."""

from functools import cached_property

from data.opening.unread import require_file
from pipeline.plans.actions import Acting
from pipeline.plans.budget import within_budget
from pipeline.plans.candidates import Proposing
from pipeline.plans.lifetime import Lifetimes
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.plans.profile import Profiling
from pipeline.plans.ranking import Ranking
from pipeline.plans.serving import Serving
from pipeline.plans.value import SessionValue
from pipeline.settings.config import Config, input_file, input_files
from pipeline.store.store import Store


class Run:
    """Asks plans for products; each artifact is built once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    store
        The working directory's artifacts.
    """

    def __init__(self, config: Config, store: Store) -> None:
        _require_files(config)
        self.config = config = within_budget(config)
        self.place = Place(store, f"samples/{config.sampling.tag}" if config.sampling.tag else "")

    @cached_property
    def prepared(self) -> Preparation:
        """The logs' tables and the folds."""
        return Preparation(self.config, self.place)

    @cached_property
    def profiled(self) -> Profiling:
        """What the log looks like."""
        return Profiling(self.config, self.place, self.prepared)

    @cached_property
    def proposed(self) -> Proposing:
        """The folds' candidates."""
        return Proposing(self.config, self.place, self.prepared)

    @cached_property
    def ranked(self) -> Ranking:
        """Rankers, answers and their metrics."""
        return Ranking(self.config, self.place, self.prepared, self.proposed)

    @cached_property
    def acted(self) -> Acting:
        """Probabilities of actions."""
        return Acting(self.config, self.place, self.ranked)

    @cached_property
    def valued(self) -> SessionValue:
        """What sessions are worth."""
        return SessionValue(self.config, self.place, self.prepared)

    @cached_property
    def lifetimes(self) -> Lifetimes:
        """What customers and impressions will bring."""
        return Lifetimes(self.config, self.place, lambda: self.prepared)

    @cached_property
    def served(self) -> Serving:
        """What a recommender opens."""
        plans = self.prepared, self.proposed, self.ranked, self.acted, self.valued
        return Serving(self.config, self.place, *plans)


def _require_files(config: Config) -> None:
    """Refuse at once what a run would miss hours later: a test file, its labels, a filter's list, rules, or lists."""
    for setting, given in (("test", config.test), ("labels", config.labels)):
        if given is not None:
            input_files(given, setting)
    for setting, file in (("rules", config.rules), ("rankers.served", config.rankers.served)):
        if file is not None:
            require_file(input_file(file, setting))
    for rule, given in config.filters.files.items():
        require_file(input_file(given, f"filters.{rule}"))
