"""What `profile` builds: a log's portrait, what has moved between its folds, and the page that shows both."""

from functools import cached_property
from typing import Any

from data.errors import AisleError
from data.tables import read_json
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.settings.config import Config
from pipeline.store.task import Artifact
from pipeline.tasks.log_profile import PROFILE, FoldDrift, LogProfile, compared
from pipeline.tasks.profile_page import ProfilePage


class Profiling:
    """Builds the portrait of a log, each artifact once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared
        The logs' tables and the folds.
    """

    def __init__(self, config: Config, place: Place, prepared: Preparation) -> None:
        self.config = config
        self.place = place
        self.prepared = prepared

    @cached_property
    def numbers(self) -> Artifact:
        """profile.json, published."""
        config, log = self.config, self.prepared.log
        drift, why = self._drift
        clock, whole_users = not config.ingest.synthetic_clock, config.ingest.by == "user"
        task = LogProfile(log, config.value.targets, clock, whole_users, drift, why, self.prepared.warnings)
        made = self.place.make("profile/numbers", task)
        self.place.publish(made, PROFILE)
        return made

    @cached_property
    def page(self) -> Artifact:
        """The page, published as profile.html; its pictures lie beside it in the artifact."""
        made = self.place.make("profile/page", ProfilePage(self.numbers, "log"))
        self.place.publish(made, "profile.html")
        return made

    @property
    def told(self) -> dict[str, Any]:
        """The same as in profile.json."""
        return read_json(self.numbers.path / PROFILE)

    @cached_property
    def _drift(self) -> tuple[Artifact | None, str]:
        """What moved between the folds; or why there are none, as a log may be looked at that cannot be learnt from."""
        try:
            learnt, scored = self.prepared.valid, self.prepared.test
        except AisleError as error:
            self.place.store.report(f"profile: no folds to compare: {error}")
            return None, str(error)
        sides = ((learnt.tables, learnt.window.until), (scored.tables, scored.window.until))
        task = FoldDrift(self.prepared.log, *sides, compared(self.config.feature_groups))
        return self.place.make("profile/drift", task), ""
