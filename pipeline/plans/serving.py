"""What a recommender opens of a run: paths and settings of what ranks, gives probabilities and values."""

from datetime import datetime
from functools import cached_property
from pathlib import Path

from pipeline.plans.actions import Acting
from pipeline.plans.candidates import Proposing
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.plans.ranking import Ranking
from pipeline.plans.value import SessionValue
from pipeline.settings.config import Config
from pipeline.store.task import Artifact
from pipeline.tasks.contents import PublishedContents
from pipeline.tasks.history import ROWS
from pipeline.tasks.moments import is_drawn
from serving.contents import FOLDER, ActionContents, Contents, LogReading, RankingContents, ValueContents
from serving.whole import parts_of


class Serving:
    """Publishes what `serving.recommender.Recommender` opens: `serving/ranking.json`, `actions.json`, `value.json`.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared, proposed, ranked, acted, valued
        The plans whose products are opened.
    """

    def __init__(
        self,
        config: Config,
        place: Place,
        prepared: Preparation,
        proposed: Proposing,
        ranked: Ranking,
        acted: Acting,
        valued: SessionValue,
    ) -> None:
        self.config = config
        self.place = place
        self.prepared = prepared
        self.proposed = proposed
        self.ranked = ranked
        self.acted = acted
        self.valued = valued

    @cached_property
    def ranking(self) -> Artifact:
        """The scored fold's sources and tables, and the rankers."""
        proposed, settings = self.proposed.test, self.config.candidates
        fold, told, barred = proposed.fold, proposed.description, self.proposed.barred
        contents = RankingContents(
            log=self._reading(fold.asked, fold.tables, fold.known_items, fold.window.until),
            sources=self.proposed.sources,
            fits={name: fit.fitted.folder for name, fit in self.proposed.fits(fold).items()},
            order=self.proposed.order.path,
            per_source=settings.per_source,
            total=settings.total,
            groups=tuple(group.name for group in told.groups),
            history={name: table.path / ROWS for name, table in told.history.items()},
            pairs=told.pairs.path,
            models={objective: model.path for objective, model in self.ranked.models.items()},
            popular=self.proposed.fillers.path / "popular.parquet",
            threads=self.ranked.threads,
            until=fold.window.until,
            top=self.config.top,
            barred=barred.path if barred else None,
            filters=self.config.filters,
            rules=rules.path if (rules := self.proposed.rules) else None,
        )
        return self._published("ranking", contents)

    @cached_property
    def actions(self) -> Artifact:
        """What makes probabilities of the rankers' scores."""
        return self._published("actions", ActionContents(self.acted.models.path, self.config.actions.top))

    @cached_property
    def value(self) -> Artifact:
        """Value models, and what was known of the past."""
        valued, log = self.valued, self.prepared.test_log or self.prepared.log
        contents = ValueContents(
            log=self._reading(log, log),
            tables=self.prepared.log.path,
            names_until=valued.span.learn_from,
            closed=valued.closed.path,
            past={name: table.path / ROWS for name, table in valued.past.items()},
            groups=valued.group_names,
            targets=self.config.value.targets,
            models={cut: model.path for cut, model in valued.models.items()},
        )
        return self._published("value", contents)

    def _reading(
        self, log: Artifact, items: Artifact, known_items: Path | None = None, until: datetime | None = None
    ) -> LogReading:
        given = self.config.input
        drops = given.quality.duplicates == "drop"
        drawn = is_drawn(log.path)
        tables = log.path / "keys", items.path / "items.parquet"
        asked_from = None if self.config.asking.returning == "new" else until
        return LogReading(given.format, given.sessions, drops, *tables, known_items, asked_from, drawn)

    def _published(self, name: str, contents: Contents) -> Artifact:
        parts = parts_of(contents, self.place.store.root, self.place.output)
        made = self.place.make(f"{FOLDER}/{name}", PublishedContents(contents, self.place.output, parts))
        self.place.store.publish(made.path / f"{name}.json", self.place.named(f"{FOLDER}/{name}.json"))
        return made
