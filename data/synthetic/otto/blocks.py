"""Sessions of a generated log of OTTO's shape, some of them at a time, each block from a random stream of its own."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.synthetic.browsing import browse
from data.synthetic.catalogue import Catalogue
from data.synthetic.log import invite, order_at_once
from data.synthetic.otto.config import SHORTER, TRAIN_DAYS, OttoLog
from data.synthetic.shop import OPENING, random_stream
from data.synthetic.visits import DAY_MS, Visits, draw_visits

Ints = NDArray[np.int64]

BLOCK_SESSIONS = 2_000
"""Sessions that share a random stream: the log depends neither on who draws a block nor on what is drawn before it."""
TRAIN, TEST = 2, 3  # places of random streams; the shop's own log has 0 and 1


class Block(NamedTuple):
    """Sessions and their events.

    Attributes
    ----------
    first
        The first session's key; the others follow.
    offsets
        (m + 1) int64, the first event of each session, then e.
    shown
        (m) int64, how many of a session's events are shown; the others are what is asked.
    items, ts, types
        (e) int64: keys; ms since 1970, ascending within a session; places in `data.schema.TYPES`.
    """

    first: int
    offsets: Ints
    shown: Ints
    items: Ints
    ts: Ints
    types: Ints


def train_block(log: OttoLog, catalogue: Catalogue, keys: Ints, number: int) -> Block:
    """Block `number` of the sessions that train, all of whose events are shown.

    Parameters
    ----------
    log
        The log.
    catalogue
        Of `log.whole`.
    keys
        (n) int64, what the log calls the catalogue's items.
    number
        From 0 to `blocks_of(log.train.sessions)`.
    """
    first, count = _place(log.train.sessions, number)
    rng = random_stream(log.whole, TRAIN, number)
    drawn = _drawn(log, catalogue, keys, draw_visits(log.train, first, count, rng), rng)
    return Block(first, drawn[0], np.diff(drawn[0]), *drawn[1:])


def test_block(log: OttoLog, catalogue: Catalogue, keys: Ints, number: int) -> Block:
    """Block `number` of the sessions that are asked, cut at random after one event or more."""
    first, count = _place(log.test.sessions, number)
    rng = random_stream(log.whole, TEST, number)
    visits = draw_visits(log.test, first, count, rng, SHORTER)
    drawn = _drawn(log, catalogue, keys, visits._replace(ts=visits.ts + TRAIN_DAYS * DAY_MS), rng)
    shown = rng.integers(1, np.diff(drawn[0]))
    return Block(log.train.sessions + first, drawn[0], shown, *drawn[1:])


def blocks_of(sessions: int) -> int:
    """How many blocks there are."""
    return -(-sessions // BLOCK_SESSIONS)


def _place(sessions: int, number: int) -> tuple[int, int]:
    first = number * BLOCK_SESSIONS
    return first, min(BLOCK_SESSIONS, sessions - first)


def _drawn(
    log: OttoLog, catalogue: Catalogue, keys: Ints, visits: Visits, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    items, types = browse(catalogue.goods, invite(log.whole, catalogue.goods, visits, rng))
    session = np.repeat(np.arange(len(visits.offsets) - 1), np.diff(visits.offsets))
    ts = order_at_once(session, visits.ts, types) + int(OPENING.timestamp() * 1000)
    return visits.offsets, keys[items], ts, types
