"""Co-visit members as the kernels read them: tables of numbers, so that one loop serves every option."""

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import product

import numpy as np

from candidates.covisit.best import Scoring
from candidates.covisit.loops import BACK, KINDS, SAME, Floats, Ints, Log, Rules
from candidates.covisit.member import CoVisit
from data.fixed import ONE
from data.schema import TYPES


def compile_rules(members: Sequence[CoVisit], log: Log, until_ms: int) -> Rules:
    """All members' weights of a pair, a column a member.

    Parameters
    ----------
    members
        Their configurations.
    log
        One event or more: what no session is long enough for takes no room.
    until_ms
        The history's end.
    """
    longest = int(np.diff(log.offsets).max())
    span = int(max(until_ms, log.ts.max()) - log.ts.min())
    half_lives = sorted({h for m in members for h in (m.half_life, m.apart_half_life) if h is not None})
    rows = {h: row for row, h in enumerate(half_lives)}
    return Rules(
        window=np.array([min(_ms(m.window), span) for m in members], np.int64),
        last=np.array([min(m.last_events, longest) for m in members], np.int64),
        since=np.array([-(2**62) if m.recent is None else until_ms - _ms(m.recent) for m in members], np.int64),
        age=np.array([-1 if m.half_life is None else rows[m.half_life] for m in members], np.int64),
        apart=np.array([-1 if m.apart_half_life is None else rows[m.apart_half_life] for m in members], np.int64),
        by_length=np.array([[_share(m, n) for m in members] for n in range(longest + 1)], np.float64),
        by_kind=_by_kind(members, longest),
        powers=_powers(half_lives, span),
        until=until_ms,
        back=not all(m.forward_only for m in members),
    )


def compile_scoring(members: Sequence[CoVisit], out: Ints, into: Ints) -> Scoring:
    """How the members' sums become scores.

    Parameters
    ----------
    members
        Their configurations.
    out, into
        (items, members) the sums of the pairs from each item on, and of those that lead to it, in units of 2^-24.
    """
    mine, its = np.ones(out.shape), np.ones(out.shape)
    for m, member in enumerate(members):
        both = out[:, m] + into[:, m]
        own, other = (_weights(w if member.forward_only else both) for w in (out[:, m], into[:, m]))
        total = (int(out[:, m].sum()) if member.forward_only else int(both.sum())) / ONE
        match member.normalise:
            case "conditional":
                mine[:, m] = own
            case "cosine":
                mine[:, m], its[:, m] = np.sqrt(own), 1 / np.sqrt(other)
            case "pmi":
                mine[:, m], its[:, m] = own / max(total, 1 / ONE), 1 / other
            case "idf":
                its[:, m] = np.log(1 + total / other)
    logarithm = np.array([member.normalise == "pmi" for member in members])
    return Scoring(mine, its / ONE, logarithm, np.array([member.neighbours for member in members], np.int64))


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def _weights(sums: Ints) -> Floats:
    """Sums as weights; none is 0, as a pair with an item has a weight."""
    weights: Floats = np.maximum(sums, 1) / ONE
    return weights


def _share(member: CoVisit, events: int) -> float:
    if events < 2 or member.session_share == "none":
        return 1.0
    return 1 / (events if member.session_share == "length" else math.log(events + 1))


def _by_kind(members: Sequence[CoVisit], longest: int) -> Floats:
    """(events apart, kinds, members) the weight of a pair that is no older than the history's end."""
    reach = max(min(m.max_gap, m.last_events - 1, longest - 1) for m in members)
    table = np.zeros((reach + 1, KINDS, len(members)))
    for m, member in enumerate(members):
        weights = dict.fromkeys(TYPES, 1.0) | dict(member.type_weights or {})
        far = np.arange(1, min(member.max_gap, reach) + 1)
        by_gap = np.array([1 / gap**member.gap_power for gap in far.tolist()])
        for earlier, later in product(range(len(TYPES)), repeat=2):
            if TYPES[earlier] in member.from_types and TYPES[later] in member.to_types:
                for same, back in product(
                    [False] + [True] * member.keep_self, [False] + [True] * (not member.forward_only)
                ):
                    kind = 3 * earlier + later + SAME * same + BACK * back
                    table[far, kind, m] = by_gap * weights[TYPES[later]] * ONE
    return table


def _powers(half_lives: Sequence[timedelta], span: int) -> Floats:
    """(half lives, 3, entries) for `covisit_loops._power`: 0.5 ^ (ms / half life) of 2^20, of 2^10 and of 1 ms each."""
    entries = max(span >> 20, 1_023) + 1
    units = (2**20, 2**10, 1)
    return np.array(
        [[[0.5 ** (n * unit / _ms(h)) for n in range(entries)] for unit in units] for h in half_lives], np.float64
    ).reshape(len(half_lives), 3, entries)
