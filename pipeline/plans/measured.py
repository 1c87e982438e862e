"""The measures of a ranking that its page shows, each an artifact of its own."""

from functools import cached_property
from typing import Any

from data.errors import AisleError
from data.tables import read_json
from pipeline.plans.candidates import Proposing
from pipeline.plans.place import Place
from pipeline.plans.ranking import Ranking
from pipeline.settings.config import Config
from pipeline.store.task import Artifact, Task
from pipeline.tasks.beyond import Beyond
from pipeline.tasks.curves import Curves
from pipeline.tasks.intervals import Intervals
from pipeline.tasks.measured_lists import MeasuredLists
from pipeline.tasks.paired import Answered, PairedRuns
from pipeline.tasks.places import Places
from pipeline.tasks.popularity import Popularity
from pipeline.tasks.quality import Quality
from pipeline.tasks.stories import Stories

MEASURED = (Places, Intervals, MeasuredLists, Curves, Popularity, Quality, Beyond, Stories, PairedRuns)
"""The kinds of what is built here."""


class Measured:
    """Builds measures of what was ranked, each once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    ranked, proposed
        The answers and the candidates.
    """

    def __init__(self, config: Config, place: Place, ranked: Ranking, proposed: Proposing) -> None:
        self.config = config
        self.place = place
        self.ranked = ranked
        self.proposed = proposed
        self._told: dict[str, Any] = {}

    @property
    def told(self) -> dict[str, Any]:
        """All that was asked for, by name."""
        return dict(self._told)

    @cached_property
    def places(self) -> Artifact | None:
        """Where every label stood; null without labels."""
        proposed, fold = self.proposed.test, self.proposed.test.fold
        if fold.labels is None:
            return None
        valid_recall = self.proposed.recall(self.proposed.valid)
        assert valid_recall is not None  # the valid fold has its own labels
        how = fold.tables, fold.labels, proposed.candidates, proposed.popular, self.ranked.answers
        return self.place.make("test/report/places", Places(*how, valid_recall, self.config.top))

    @cached_property
    def popularity(self) -> Artifact:
        """How popular the history's items are."""
        return self.place.make("test/report/popularity", Popularity(self._past))

    @cached_property
    def intervals(self) -> dict[str, Any]:
        """How sure the headlines are."""
        made = self._labelled, self.proposed.test.fold.tables, self.ranked.model_plan
        return self._read("intervals", Intervals(*made, *self._drawn))

    @cached_property
    def lists(self) -> dict[str, Any]:
        """The lists by the measures that other tools report."""
        return self._read("lists", MeasuredLists(self._labelled, self.ranked.model_plan))

    @cached_property
    def curves(self) -> dict[str, Any]:
        """How deep sources find."""
        return self._read("curves", Curves(self._labelled, self.proposed.test.description.total))

    @cached_property
    def segments(self) -> dict[str, Any]:
        """Where the ranking is good."""
        fold = self.proposed.test.fold
        made = self._labelled, fold.tables, self.ranked.model_plan, self.popularity
        return self._read("segments", Quality(*made, fold.window.until, *self._drawn))

    @cached_property
    def beyond(self) -> dict[str, Any]:
        """What is shown, beyond accuracy."""
        proposed = self.proposed.test
        made = proposed.fold.tables, proposed.candidates, proposed.popular, self.ranked.answers, self.places
        return self._read("beyond", Beyond(*made, self.popularity, self._past, self.config.report.diverse))

    @cached_property
    def stories(self) -> list[dict[str, Any]]:
        """Sessions as stories."""
        ranked, settings = self.ranked, self.config.report
        task = Stories(
            self.proposed.test.description,
            self._labelled,
            self.popularity,
            ranked.models,
            ranked.listing,
            ranked.threads,
            settings.stories,
            settings.seed,
        )
        stories: list[dict[str, Any]] = self._read("stories", task)["stories"]
        return stories

    @cached_property
    def explanations(self) -> dict[str, Any]:
        """What features are worth."""
        self._told["explanations"] = told = read_json(self.ranked.explanations.path / "explanations.json")
        return told

    def paired(self, other: Answered) -> dict[str, Any]:
        """Compare it with another run, on the same sessions.

        Raises
        ------
        AisleError
            If this run has no labels, or the two have no session in common.
        """
        fold = self.proposed.test.fold
        if fold.labels is None:
            raise AisleError("`against` compares what is measured, and this run has no labels; give --labels.")
        this = Answered(fold.tables, fold.labels, self.ranked.answers)
        return self._read("paired", PairedRuns(this, other, *self._drawn))

    def _read(self, name: str, task: Task) -> dict[str, Any]:
        made = self.place.make(f"test/report/{name}", task)
        self._told[name] = told = read_json(made.path / f"{name}.json")
        return told

    @property
    def _labelled(self) -> Artifact:
        assert self.places is not None  # asked for where there are metrics, and so labels
        return self.places

    @property
    def _past(self) -> Any:  # noqa: ANN401 - `Past`
        return self.proposed.past(self.proposed.test.fold)

    @property
    def _drawn(self) -> tuple[int, int]:
        return self.config.report.resamples, self.config.report.seed
