"""Session neighbours in plain Python, session by session, to compare the kernel with."""

import math
from collections import Counter


def kept(history, until, max_sessions, window):
    """[(end, items)], the latest to end first, ties by code; `history` is {session: [(item, ms), ...]}."""
    ended = [(visits[-1][1], session) for session, visits in history.items() if len(visits) > 1]
    ended = [(end, session) for end, session in ended if window is None or end >= until - window]
    ended.sort(key=lambda pair: (-pair[0], pair[1]))
    return [(end, [item for item, _ in history[session]]) for end, session in ended[:max_sessions]]


def scores(history, until, visits, now, *, max_sessions, window, max_sessions_per_item, **how):
    """Every voted item's score for a running session that visited `visits`, the last one at `now` (ms)."""
    past = kept(history, until, max_sessions, window)
    having = {}
    for place, (_, items) in enumerate(past):
        for item in set(items):
            having.setdefault(item, []).append(place)
    rarity = {item: math.log(1 + len(past) / len(places)) for item, places in having.items()}
    recent = list(reversed(visits[-how["last_items"] :]))
    distinct = list(dict.fromkeys(recent))
    likeness, shared = Counter(), {}
    for item in distinct:
        for place in having.get(item, [])[:max_sessions_per_item]:
            weight = how["decay"] ** recent.index(item) * rarity[item] ** how["idf"]
            likeness[place] += weight * len(distinct) ** -how["length_power"]
            shared.setdefault(place, item)
    for place in likeness:
        likeness[place] *= len(past[place][1]) ** -how["length_power"]
    total = Counter()
    for place in sorted(likeness, key=lambda place: (-likeness[place], place))[: how["k"]]:
        end, items = past[place]
        weight = likeness[place] * how["match_decay"] ** recent.index(shared[place])
        if how["half_life"]:
            weight *= 0.5 ** (max(0, now - end) / how["half_life"])
        matches = [i for i, item in enumerate(items) if item == shared[place]]
        for item in set(items):
            gap = min(abs(i - match) for i, other in enumerate(items) if other == item for match in matches)
            total[item] += weight * how["vote_decay"] ** gap * (1 + how["vote_idf"] * rarity[item])
    return total
