"""Co-visitation, popularity and votes in plain Python, to compare the sources with."""

import math
from collections import Counter

import numpy as np

ONE = 2**24


def whole(weight):
    return round(weight * ONE)


def best(scores, k):
    """(item, rank, f32 score) of the k highest, ties by item."""
    order = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
    return [(item, rank, float(np.float32(score))) for rank, (item, score) in enumerate(order, 1)]


def covisit(sessions, until, *, window, last_events, max_gap, half_life, normalise, keep_self, neighbours):
    """Neighbours by item; sessions are lists of (item, ms), times in ms."""
    weights = Counter()
    for visits in sessions:
        recent = visits[-last_events:]
        for i, (item, ts) in enumerate(recent):
            for j in range(i + 1, min(i + max_gap, len(recent) - 1) + 1):
                other, later = recent[j]
                if later - ts > window or (item == other and not keep_self):
                    continue
                decay = 0.5 ** ((until - ts) / half_life) if half_life else 1.0
                weight = whole(decay / (j - i))
                weights[item, other] += weight
                weights[other, item] += weight
    weights = Counter({pair: weight for pair, weight in weights.items() if weight})
    sums = Counter()
    for (item, _), weight in weights.items():
        sums[item] += weight
    table = {}
    for (item, other), weight in weights.items():
        divisor = {
            "raw": 1.0,
            "conditional": sums[item] / ONE,
            "cosine": math.sqrt(sums[item] / ONE * (sums[other] / ONE)),
        }[normalise]
        table.setdefault(item, {})[other] = weight / ONE / divisor
    return {item: best(scores, neighbours) for item, scores in table.items()}


def prefix_weights(visits, last, decay, weights):
    """What each item of [(item, type), ...] counts, in whole numbers."""
    sums = Counter()
    for since, (item, name) in enumerate(reversed(visits)):
        if since < last and weights.get(name, 0.0) > 0:
            sums[item] += max(1, whole(weights[name] * decay**since))
    return sums


def waits(visits, item):
    """Whether an item of [(item, type), ...] was carted and not ordered afterwards."""
    carted, ordered = (
        max((i for i, visit in enumerate(visits) if visit == (item, name)), default=-1) for name in ("carts", "orders")
    )
    return carted > ordered


def recall(visits, table, k, *, last, decay, weights):
    """The k items with most votes; `table` maps an item to [(neighbour, rank, score), ...]."""
    sums = Counter()
    for item, weight in prefix_weights(visits, last, decay, weights).items():
        for neighbour, _, score in table.get(item, []):
            sums[neighbour] += round(weight * score)
    return best({item: total / ONE for item, total in sums.items()}, k)
