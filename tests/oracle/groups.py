"""Popularity within groups in plain Python, to compare the sources with."""

from collections import Counter, defaultdict

from tests.oracle.votes import best, recall, whole


def tops(visits, group_of, since, weights, limit):
    """By group [(item, rank, share), ...]; visits are (item, minute, type), those before `since` count nothing."""
    sums = Counter()
    for item, minute, name in visits:
        if minute >= since:
            sums[item] += whole(weights[name])
    inside = defaultdict(dict)
    for item, weight in sums.items():
        if weight and group_of.get(item) is not None:
            inside[group_of[item]][item] = weight
    return {
        group: best({item: weight / sum(items.values()) for item, weight in items.items()}, limit)
        for group, items in inside.items()
    }


def proposals(session, group_of, top, k, *, last, decay, weights):
    """The k best items of the groups of [(item, type), ...]."""
    grouped = [(group_of.get(item), name) for item, name in session]
    return recall(grouped, top, k, last=last, decay=decay, weights=weights)
