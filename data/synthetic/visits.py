"""When the visitors of a synthetic shop come, how long they stay and when they come back."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.synthetic.shop import SyntheticShop

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY_MS = 86_400_000
HOUR_MS = 3_600_000

# Events per session in the OTTO RecSys dataset (README, "Dataset Statistics"): mean 16.80, standard deviation
# 33.58, minimum 2, quantiles 50 % 6, 75 % 15, 90 % 39, 95 % 68, maximum 500. The other points are ours, chosen
# so that mean and deviation come out.
_QUANTILES = np.array([0.0, 0.12, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0])
_EVENTS = np.array([2.0, 2.4, 3.4, 6.5, 15.5, 39.5, 68.5, 150.0, 310.0, 500.9])

_SCORES = np.linspace(-5.0, 5.0, 1_001)
_SHARES = np.array([NormalDist().cdf(score) for score in _SCORES])

_HOURS = (6, 4, 3, 2, 2, 3, 6, 12, 20, 28, 34, 36, 37, 38, 39, 40, 42, 46, 52, 60, 64, 54, 34, 16)
_WEEKDAYS = (1.0, 0.95, 0.95, 1.0, 0.95, 1.1, 1.3)  # from Monday: Sunday is a shop's busiest day

NEW_VISIT = 0.15  # the chance that an event opens the next visit
# Visitors of long standing show up soon after the log begins; towards its end fewer are seen for the first time,
# and of those there is less to see.
EARLY_SHARE, EARLY_DECAY = 0.06, 0.1
FEWER_NEW = 0.4
LENGTH_FALL = 0.2  # correlation, on the normal scale, of a session's length with how early it starts
RETURN_SPAN = 0.12  # scale, as a share of the log, over which a visitor of two visits returns


class Visits(NamedTuple):
    """When each event of m sessions and e events happens.

    Attributes
    ----------
    offsets
        (m + 1) int64, the first event of each session, then e.
    opens
        (e) bool, whether an event opens a visit.
    ts
        (e) int64, milliseconds since the log's opening, ascending within a session.
    """

    offsets: Ints
    opens: NDArray[np.bool_]
    ts: Ints


def draw_visits(shop: SyntheticShop, first: int, count: int, rng: np.random.Generator, shorter: float = 1.0) -> Visits:
    """Draw the visits of `count` sessions from number `first` on.

    Sessions start in the order of their numbers, apart from the few that `_pull_inside` moves. Of the events after a
    session's first two there is a share, `shorter`.
    """
    lengths = _lengths((first + np.arange(count) + rng.random(count)) / shop.sessions, rng)
    if shorter < 1.0:
        lengths = 2 + np.round((lengths - 2) * shorter).astype(np.int64)
    offsets = np.append(0, np.cumsum(lengths))
    opens = rng.random(offsets[-1]) < NEW_VISIT
    opens[offsets[:-1]] = True
    visit_session = np.repeat(np.arange(count), lengths)[opens]
    starts = _visit_starts(shop, first, visit_session, rng)
    return Visits(offsets, opens, _event_times(shop, starts, visit_session, opens, rng))


def _lengths(arrival: Floats, rng: np.random.Generator) -> Ints:
    """Draw events per session, somewhat more for early sessions, the shares over all sessions as published."""
    early = -np.interp(arrival, _SHARES, _SCORES)
    score = LENGTH_FALL * early + np.sqrt(1 - LENGTH_FALL**2) * rng.normal(size=len(arrival))
    quantile = np.interp(score, _SCORES, _SHARES)
    return np.asarray(np.exp(np.interp(quantile, _QUANTILES, np.log(_EVENTS))), dtype=np.int64)


def _visit_starts(shop: SyntheticShop, first: int, visit_session: Ints, rng: np.random.Generator) -> Floats:
    """Place visits on the shop's own clock, which runs from 0 to 1 and faster when the shop is busy."""
    visits = np.bincount(visit_session)
    arrival = _arrivals((first + np.arange(len(visits)) + rng.random(len(visits))) / shop.sessions)
    rest = 1.0 - arrival
    reach = rng.exponential(RETURN_SPAN, len(visits)) * np.sqrt(visits)
    span = rest * (1.0 - np.exp(-reach / rest))
    later = np.sort(visit_session + rng.random(len(visit_session))) - visit_session
    later[np.append(0, np.cumsum(visits)[:-1])] = 0.0
    return _wall_clock(shop, arrival[visit_session] + span[visit_session] * later)


def _arrivals(share: Floats) -> Floats:
    """Return when, on the shop's clock and a hair before its end, a share of the sessions has begun."""
    grid = np.linspace(0.0, 1.0, 513)
    early = -np.expm1(-grid / EARLY_DECAY) / -np.expm1(-1.0 / EARLY_DECAY)
    steady = grid * (1.0 - FEWER_NEW * grid / 2.0) / (1.0 - FEWER_NEW / 2.0)
    reached = (1.0 - EARLY_SHARE) * steady + EARLY_SHARE * early
    return np.asarray(np.interp(share, reached, grid * (1 - 1e-9)))


def _wall_clock(shop: SyntheticShop, clock: Floats) -> Floats:
    """Turn the shop's clock into milliseconds: this is where night, evening and Sunday come from."""
    hour = np.arange(shop.days * 24)
    busy = np.array(_HOURS)[hour % 24] * np.array(_WEEKDAYS)[hour // 24 % 7]
    elapsed = np.append(0.0, np.cumsum(busy))
    return np.asarray(np.interp(clock, elapsed / elapsed[-1], np.append(hour, len(hour)) * float(HOUR_MS)))


def _event_times(
    shop: SyntheticShop, starts: Floats, visit_session: Ints, opens: NDArray[np.bool_], rng: np.random.Generator
) -> Ints:
    """Let events follow each other within seconds to minutes, and visits never overlap."""
    gaps = np.minimum(rng.lognormal(np.log(35_000.0), 1.1, len(opens)), 600_000.0)
    gaps[opens] = 0.0
    visit = np.cumsum(opens) - 1
    elapsed = np.cumsum(gaps)
    opening = elapsed[opens]
    stay = np.append(opening[1:], elapsed[-1]) - opening + 1_000.0
    # start_v = max(s_v, start_(v-1) + stay_(v-1)) is a running maximum of s_v less all stays before; adding
    # more than the period for every session keeps the maximum from running on into the next one
    before = np.cumsum(stay) - stay
    apart = visit_session * 2.0 * (shop.days * DAY_MS + before[-1])
    starts = np.maximum.accumulate(starts - before + apart) + before - apart
    ts = starts[visit] + elapsed - opening[visit]
    return _pull_inside(ts, visit_session[visit], float(shop.days * DAY_MS - 1))


def _pull_inside(ts: Floats, session: Ints, last: float) -> Ints:
    """Move a session that would outlast the log to an earlier time as a whole."""
    final = np.flatnonzero(np.append(np.diff(session) > 0, True))
    late = np.maximum(ts[final] - last, 0.0)
    return np.maximum(ts - late[session], 0.0).astype(np.int64)
