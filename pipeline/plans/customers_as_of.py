"""All customers of a log as of one moment, described as a stored model was taught: nothing later is read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from data.durations import in_words
from data.errors import AisleError
from features import CUSTOMER_GROUPS, FeatureGroup
from pipeline.plans.customers import Customers
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.settings.config import Config
from value.lifetime.origins import DAY, Asked, log_end
from value.session.cuts import Span


class CustomersAsOf(Customers):
    """Builds the rows of a log's customers at one moment, which no origin teaches.

    Parameters
    ----------
    config
        The configuration that the model was taught by, of another log.
    place
        Where artifacts lie.
    prepared
        That log's tables.
    groups
        What describes customers, by name.
    at
        The moment (UTC). Null: the log's end; if `judged`, the latest midnight at which the shortest horizon is over.
    judged
        Whether rows tell what came afterwards, as far as the log goes; else nothing from the moment on is read.
    """

    def __init__(
        self,
        config: Config,
        place: Place,
        prepared: Preparation,
        groups: Sequence[str],
        at: datetime | None = None,
        *,
        judged: bool = False,
    ) -> None:
        super().__init__(config, place, prepared)
        self.named = groups
        self.given = at
        self.judged = judged

    @cached_property
    def moment(self) -> datetime:
        """The moment.

        Raises
        ------
        AisleError
            If it does not lie within the log, or nothing is known of what came after it and that is asked for.
        """
        first, over = self._ends[0], self.log_end
        at = self.given or (self._latest_midnight() if self.judged else over)
        if at <= first:
            raise AisleError(
                f"`--at` is {_said(at)}, when nobody had bought: the log's first order of a customer is of "
                f"{_said(first)} UTC; name a later moment."
            )
        if at > _midnight(over - timedelta(milliseconds=1)) + DAY:
            raise AisleError(
                f"`--at` is {_said(at)}, and the log ends {_said(over)} UTC, so that nobody knows what was known then; "
                "name an earlier moment, or leave it out for the log's end."
            )
        if self.judged and at + timedelta(days=self.settings.horizons[0]) > over:
            raise AisleError(
                f"`--at` is {_said(at)}, and the log ends {_said(over)} UTC, before the shortest horizon, "
                f"{self.settings.horizons[0]} days, is over; name an earlier moment."
            )
        return at

    @cached_property
    def log_end(self) -> datetime:
        """When the given log ends."""
        return log_end(self.settings.origins, self._ends[1])

    @property
    def over(self) -> tuple[int, ...]:
        """The horizons, in days, that are over by the log's end."""
        return tuple(d for d in self.settings.horizons if self.moment + timedelta(days=d) <= self.log_end)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The moment alone."""
        return (Asked(self.moment, ()),)

    @cached_property
    def end(self) -> datetime:
        """By when what came is known: the moment itself, or the log's end."""
        return self.log_end if self.judged else self.moment

    @cached_property
    def groups(self) -> tuple[FeatureGroup, ...]:
        """Those that the model was taught by, whatever this log looks like.

        Raises
        ------
        AisleError
            If one of them is not there any more.
        """
        known = {group.name: group for group in CUSTOMER_GROUPS}
        if gone := [name for name in self.named if name not in known]:
            raise AisleError(
                f"`{gone[0]}` is a feature group that the stored model was taught by, and is none any more; learn it "
                "again with `python -m pipeline.ltv`."
            )
        return tuple(known[name] for name in self.named)

    @cached_property
    def _span(self) -> Span:
        return Span(self._ends[0], self.moment, self.moment)

    def _latest_midnight(self) -> datetime:
        first, days = self._ends[0], self.settings.horizons[0]
        at = _midnight(self.log_end - timedelta(days=days))
        if at <= first:
            raise AisleError(
                f"nothing can be judged: the log spans {in_words(self.log_end - first)}, and nobody had bought at the "
                f"latest midnight from which its shortest horizon, {days} days, is over; give a longer log."
            )
        return at


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
