"""The moments from which customers are looked ahead: those that are scored, and those before each that teach."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.checks import check_at_least, check_durations
from data.durations import in_words

DAY = timedelta(days=1)
FIRST = timedelta(milliseconds=1)
SEEN = 1 / 3
"""The share of a horizon that is over where the whole is told from a part of it."""


@dataclass(frozen=True)
class Origins:
    """When customers are asked about, and from when on others before them are learnt from.

    Parameters
    ----------
    at
        The origins that are scored (UTC). Empty: the `last` ones whose longest horizon has matured, `every` apart.
    last
        How many those are.
    every
        The time from one of them to the next.
    live
        Whether the log's end is scored, of which nobody knows yet what follows, and nothing else.
    step
        An origin that is scored learns from those a multiple of this earlier.
    observe_least
        How long the log has run at least when an origin teaches.
    most
        So many teach at most, the latest; null: all that the log has.
    within
        The window before an origin in which a customer must have bought to be asked about; null: ever.
    end
        When the log ends (UTC): what a horizon brings is known if it is over by then. Null: at its last event, or a day
        later where that has no time of day.
    """

    at: tuple[datetime, ...] = ()
    last: int = 4
    every: timedelta = timedelta(days=90)
    live: bool = False
    step: timedelta = timedelta(days=30)
    observe_least: timedelta = timedelta(days=90)
    most: int | None = None
    within: timedelta | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        check_at_least(self, 1, "last", "most")
        check_durations(self, "every", "step", "observe_least", "within")
        if self.live and self.at:
            raise ValueError(
                f"`at` names origins and `live` scores the log's end alone, got {len(self.at)}; leave one."
            )
        if len(set(self.at)) < len(self.at):
            raise ValueError("`at` names an origin twice.")


@dataclass(frozen=True)
class Asked:
    """An origin that is scored, and the earlier ones that teach, the latest first.

    Nothing from the origin on is known to what is learnt from the teaching ones: of these a horizon counts if it is
    over by then.
    """

    at: datetime
    teaching: tuple[datetime, ...]

    @property
    def name(self) -> str:
        """What it is called in files and metrics: its date, with the time where it has one."""
        return f"{self.at:%Y-%m-%d}" if self.at.time() == datetime.min.time() else f"{self.at:%Y-%m-%dT%H%M%S}"

    def matured(self, origin: datetime, days: int) -> bool:
        """Whether what a teaching origin's horizon brought is known at the scored one."""
        return origin + timedelta(days=days) <= self.at

    def stretched(self, origin: datetime, days: int) -> bool:
        """Whether a teaching origin tells of a horizon that no teaching one has seen the end of.

        Where a log is too young for a horizon, what came until the scored origin counts by the day in its place, from
        origins that have seen a third of it.
        """
        told = any(self.matured(teaching, days) for teaching in self.teaching)
        return not told and self.at - origin >= timedelta(days=days) * SEEN


def asked_origins(origins: Origins, horizons: tuple[int, ...], first: datetime, last: datetime) -> tuple[Asked, ...]:
    """The origins of a log.

    Parameters
    ----------
    origins
        The configuration.
    horizons
        In days, ascending.
    first, last
        The log's first and last order of a customer (UTC).

    Returns
    -------
    tuple
        Earliest first.

    Raises
    ------
    ValueError
        If an origin lies outside the log or none of its horizons has matured; if the log is too short for as many; if
        nothing can be learnt before an origin.
    """
    end = log_end(origins, last)
    scored = _scored(origins, horizons, first, end)
    return tuple(_taught(Asked(at, _teaching(origins, horizons, first, at)), horizons) for at in scored)


def log_end(origins: Origins, last: datetime) -> datetime:
    """The moment by which all that happened is known."""
    if origins.end is not None:
        return _utc(origins.end)
    return last + (DAY if last.time() == datetime.min.time() else FIRST)


def _scored(origins: Origins, horizons: tuple[int, ...], first: datetime, end: datetime) -> tuple[datetime, ...]:
    if origins.live:
        return (end,)
    if not origins.at:
        return _latest(origins, horizons, first, end)
    named = tuple(sorted(_utc(at) for at in origins.at))
    for at in named:
        called = f"`ltv.origins.at` names {at:%Y-%m-%d %H:%M}"
        if at <= first:
            raise ValueError(
                f"{called}, when nobody had bought: the log's first order of a customer is of {first:%Y-%m-%d %H:%M} "
                "UTC; name a later one."
            )
        if at + timedelta(days=horizons[0]) > end:
            raise ValueError(
                f"{called}, and the log ends {end:%Y-%m-%d %H:%M} UTC, before its shortest horizon, {horizons[0]} days,"
                " is over; name an earlier one, or score the log's end (`ltv.origins.live: true`)."
            )
    return named


def _latest(origins: Origins, horizons: tuple[int, ...], first: datetime, end: datetime) -> tuple[datetime, ...]:
    """Midnights, so that the same origins come of a log whose last day goes on."""
    latest = (end - timedelta(days=horizons[-1])).replace(hour=0, minute=0, second=0, microsecond=0)
    found = tuple(latest - n * origins.every for n in reversed(range(origins.last)))
    if found[0] <= first:
        raise ValueError(
            f"`ltv.origins.last` asks for {origins.last} origins {in_words(origins.every)} apart, the latest "
            f"{horizons[-1]} days before the log's end, and the log spans {in_words(end - first)}; lower it, "
            "`ltv.origins.every` or `ltv.horizons`, or score the log's end (`ltv.origins.live: true`)."
        )
    return found


def _teaching(origins: Origins, horizons: tuple[int, ...], first: datetime, at: datetime) -> tuple[datetime, ...]:
    """The latest first."""
    found, n = [], 1
    while (origin := at - n * origins.step) >= first + origins.observe_least and origin > first:
        if origin + timedelta(days=horizons[0]) <= at:
            found.append(origin)
        n += 1
    if not found:
        raise ValueError(
            f"nothing can be learnt for the origin {at:%Y-%m-%d %H:%M} UTC: no earlier one, a multiple of "
            f"`ltv.origins.step` {in_words(origins.step)} before it, lies `ltv.origins.observe_least` "
            f"{in_words(origins.observe_least)} after the first order ({first:%Y-%m-%d %H:%M}), its shortest horizon"
            f" of {horizons[0]} days over; lower them, or name a later origin."
        )
    return tuple(found[: origins.most])


def _taught(asked: Asked, horizons: tuple[int, ...]) -> Asked:
    """The same, if every horizon is told by some teaching origin."""
    for days in horizons:
        if not any(asked.matured(origin, days) or asked.stretched(origin, days) for origin in asked.teaching):
            raise ValueError(
                f"`ltv.horizons` names {days} days, of which no origin that teaches {asked.at:%Y-%m-%d %H:%M} UTC has "
                f"seen a third (the first is of {asked.teaching[-1]:%Y-%m-%d %H:%M}); leave it out, lower "
                "`ltv.origins.observe_least`, or name a later origin."
            )
    return asked


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
