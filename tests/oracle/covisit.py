"""Co-visit members by Polars expressions, every option of them, to compare the kernels with."""

import math

import numpy as np
import polars as pl

from candidates.algorithms.votes import best_neighbours
from data.fixed import ONE, as_float, fixed
from data.schema import TYPES


def neighbours(member, history, until):
    """NEIGHBOURS of one `CoVisit`, from EVENTS before `until`."""
    recent = _paired(member, history.lazy(), until)
    pairs = pl.concat([_at_gap(member, recent, gap) for gap in range(1, member.max_gap + 1)])
    if not member.forward_only:
        pairs = pl.concat([pairs, pairs.select(item="neighbour", neighbour="item", weight="weight")])
    if not member.keep_self:
        pairs = pairs.filter(pl.col("item") != pl.col("neighbour"))
    weights = pairs.group_by("item", "neighbour").agg(pl.col("weight").sum()).filter(pl.col("weight") > 0)
    return best_neighbours(_scored(member, weights), member.neighbours).collect()


def _paired(member, history, until):
    """The events that are paired, with what each brings to the pairs in which it is the earlier."""
    from_end = pl.len().over("session") - pl.int_range(pl.len()).over("session")
    events = history.select("session", "item", "ts", "type", from_end=from_end)
    events = events.filter(pl.col("from_end") <= member.last_events)
    if member.recent is not None:
        events = events.filter(pl.col("ts") >= until - member.recent)
    age = (pl.lit(until).cast(pl.Datetime("ms", "UTC")) - pl.col("ts")).dt.total_milliseconds().clip(0)
    kept = pl.len().over("session").cast(pl.Float64)
    share = {"none": pl.lit(1.0), "length": 1 / kept, "log": 1 / (kept + 1).log()}[member.session_share]
    return events.with_columns(factor=_halved(age, member.half_life) * share)


def _halved(ms, half_life):
    """0.5 ^ (ms / half life), as the kernels' product of three powers."""
    if half_life is None:
        return pl.lit(1.0)
    whole = half_life.total_seconds() * 1_000
    steps = (ms // 2**20 * 2**20, ms // 2**10 % 2**10 * 2**10, ms % 2**10)
    high, middle, low = (pl.lit(0.5).pow(step.cast(pl.Float64) / whole) for step in steps)
    return high * middle * low


def _at_gap(member, events, gap):
    """All pairs at one distance: item, neighbour, weight (fixed-point)."""
    later = {c: pl.col(c).shift(-gap).over("session") for c in ("item", "ts", "type")}
    weights = dict.fromkeys(TYPES, 1.0) | dict(member.type_weights or {})
    by_type = {name: 1 / gap**member.gap_power * float(w) for name, w in weights.items()}
    ms = (pl.col("later_ts") - pl.col("ts")).dt.total_milliseconds()
    weight = pl.col("factor") * pl.col("later_type").cast(pl.String).replace_strict(by_type, return_dtype=pl.Float64)
    return (
        events.with_columns(neighbour=later["item"], later_ts=later["ts"], later_type=later["type"])
        .filter(
            pl.col("neighbour").is_not_null(),
            pl.col("later_ts") - pl.col("ts") <= member.window,
            pl.col("type").is_in(member.from_types),
            pl.col("later_type").is_in(member.to_types),
        )
        .select("item", "neighbour", weight=fixed(weight * _halved(ms, member.apart_half_life)))
    )


def _scored(member, weights):
    """item, neighbour, score."""
    mine = weights.group_by("item").agg(mine=as_float(pl.col("weight").sum()))
    its = weights.group_by("neighbour").agg(its=as_float(pl.col("weight").sum()))
    total = weights.select(pl.col("weight").sum()).collect().item() / ONE
    pairs = weights.join(mine, on="item", validate="m:1").join(its, on="neighbour", validate="m:1").collect()
    weight, mine, its = (as_float(pl.col("weight")), pl.col("mine"), pl.col("its"))
    ratio = weight * (1 / its) / (mine / total)
    score = {
        "raw": weight,
        "conditional": weight / mine,
        "cosine": weight * (1 / its.sqrt()) / mine.sqrt(),
        "pmi": ratio.log(),
        "idf": weight * pl.lit(pl.Series(np.log(1 + total / pairs["its"].to_numpy()))),
    }[member.normalise]
    found = pairs.select("item", "neighbour", score=score)
    return (found.filter(pl.col("score") > 0) if member.normalise == "pmi" else found).lazy()


def by_hand(member, log, until):
    """Summed weights of one `CoVisit` in plain Python: {(item, neighbour): weight}.

    `log` holds sessions, lists of (item, minute, type) sorted by minute; `until` is in minutes.
    """
    sums = {}
    for session in log:
        begin = 0 if member.recent is None else until - _minutes(member.recent)
        visits = [visit for visit in session[-member.last_events :] if visit[1] >= begin]
        for q, later in enumerate(visits):
            for p in range(max(q - member.max_gap, 0), q):
                weight = round(_pair(member, visits[p], later, q - p, until, len(visits)) * ONE)
                ways = [(visits[p][0], later[0])]
                ways += [] if member.forward_only else [(later[0], visits[p][0])]
                for way in ways:
                    sums[way] = sums.get(way, 0) + weight
    return {pair: total / ONE for pair, total in sums.items() if total}


def _pair(member, earlier, later, gap, until, events):
    apart = later[1] - earlier[1]
    if apart > _minutes(member.window) or (earlier[0] == later[0] and not member.keep_self):
        return 0.0
    if earlier[2] not in member.from_types or later[2] not in member.to_types:
        return 0.0
    weight = (member.type_weights or {}).get(later[2], 1.0) / gap**member.gap_power
    weight /= {"none": 1.0, "length": events, "log": math.log(events + 1)}[member.session_share]
    for time, half in ((until - earlier[1], member.half_life), (apart, member.apart_half_life)):
        weight *= 0.5 ** (time / _minutes(half)) if half else 1.0
    return weight


def _minutes(time):
    return time.total_seconds() / 60
