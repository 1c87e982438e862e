"""What lifetime value builds of a log: what customers have ordered, what was known at each origin, what came after."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

import polars as pl

from data.errors import AisleError
from data.tables import read_json, scan
from features import CUSTOMER_GROUPS, FeatureGroup
from features.groups.customer_visits import customer_visits
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.settings.config import Config
from pipeline.store.task import Artifact
from pipeline.tasks.customers import CustomerRows, CustomersAt
from pipeline.tasks.ordered import ORDERED, OrderedLog
from pipeline.tasks.value_rows import ClosedSessions, ValuePast
from pipeline.tasks.window import blaming
from value.lifetime.origins import Asked, asked_origins, log_end
from value.session.cuts import Span
from value.session.targets import Targets


class Customers:
    """Builds the rows of a log's customers at origins, each artifact once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared
        The log's tables.
    """

    def __init__(self, config: Config, place: Place, prepared: Preparation) -> None:
        self.config = config
        self.settings = config.ltv
        self.place = place
        self.prepared = prepared

    @cached_property
    def ordered(self) -> Artifact:
        """ORDERED and RETURNED."""
        task = OrderedLog(self.prepared.log, self.settings.closes_after, self.config.shards)
        return self.place.store.make("ltv/ordered", task)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The scored origins with those that teach them, earliest first.

        Raises
        ------
        AisleError
            If an origin lies outside the log, or the log is too short.
        """
        first, last = self._ends
        try:
            return asked_origins(self.settings.origins, self.settings.horizons, first, last)
        except ValueError as error:
            with blaming(read_json(self.prepared.log.path / "summary.json")):
                raise AisleError(str(error)) from None

    @cached_property
    def end(self) -> datetime:
        """When the log ends: what is over by then is known."""
        return log_end(self.settings.origins, self._ends[1])

    @cached_property
    def groups(self) -> tuple[FeatureGroup, ...]:
        """What describes customers; nothing of visits where the log tells of orders alone, nor of a made-up clock."""
        left_out = {*self.settings.leave_out, *(() if self._looks_around else (customer_visits.name,))}
        clock = not self.config.ingest.synthetic_clock
        return tuple(g for g in CUSTOMER_GROUPS if g.name not in left_out and (clock or not g.clock))

    @cached_property
    def closed(self) -> Artifact:
        """CLOSED of the log."""
        targets = Targets(closes_after=self.settings.closes_after)
        return self.place.store.make(
            "ltv/closed", ClosedSessions(self.prepared.log, self._span, targets, self.config.shards)
        )

    @cached_property
    def past(self) -> Mapping[str, Artifact]:
        """What was known from which moment on, by group."""
        groups = [group for group in self.groups if group.from_history]
        tasks = {f"ltv/past/{g.name}": ValuePast(g, self.prepared.log, self.closed, self._span) for g in groups}
        made = self.place.store.make_all(tasks)
        return {group.name: artifact for group, artifact in zip(groups, made, strict=True)}

    @cached_property
    def at(self) -> Mapping[datetime, Artifact]:
        """All customers at each origin, with what was known."""
        settings = self.settings
        tasks = {
            f"ltv/at/{origin:%Y%m%dT%H%M%S}": CustomersAt(
                log=self.prepared.log,
                ordered=self.ordered,
                closed=self.closed,
                past=self.past,
                origin=origin,
                within=settings.origins.within,
                groups=self.groups,
                horizons=settings.horizons,
                of=settings.money,
            )
            for origin in self._origins
        }
        return dict(zip(self._origins, self.place.make_all(tasks), strict=True))

    @cached_property
    def rows(self) -> Mapping[str, Artifact]:
        """The rows that a scored origin's model learns from and is asked about, by the origin's name."""
        settings = self.settings
        tasks = {
            f"ltv/{asked.name}/rows": CustomerRows(
                asked=asked,
                at=tuple(self.at[origin] for origin in (asked.at, *asked.teaching)),
                ordered=self.ordered,
                horizons=settings.horizons,
                of=settings.money,
                end=self.end,
                season=settings.season,
                most=settings.training_rows,
            )
            for asked in self.asked
        }
        made = self.place.make_all(tasks)
        return {asked.name: artifact for asked, artifact in zip(self.asked, made, strict=True)}

    @cached_property
    def _ends(self) -> tuple[datetime, datetime]:
        """The first and the last order of a customer."""
        times = scan(self.ordered.path / ORDERED).select(first=pl.col("ts").min(), last=pl.col("ts").max())
        first, last = times.collect().row(0)
        return first, last

    @cached_property
    def _origins(self) -> list[datetime]:
        return sorted({origin for asked in self.asked for origin in (asked.at, *asked.teaching)})

    @cached_property
    def _span(self) -> Span:
        return Span(self._ends[0], self._origins[-1], self.end)

    @cached_property
    def _looks_around(self) -> bool:
        events = scan(self.prepared.log.path / "events")
        return bool(events.filter(pl.col("type") != "orders").select(pl.len()).collect().item())
