"""recall@k in plain Python, to compare the measures with."""

WEIGHTS = {"clicks": 0.10, "carts": 0.30, "orders": 0.60}


def recall_at(lists, labels, k):
    """Recall by type and in total; `lists` maps a (query, type) to items in order, `labels` to sets."""
    recalls = {}
    for name in WEIGHTS:
        hits = possible = 0
        for (query, kind), wanted in labels.items():
            if kind == name:
                hits += len(set(lists.get((query, kind), [])[:k]) & wanted)
                possible += min(k, len(wanted))
        recalls[name] = hits / possible if possible else None
    known = None not in recalls.values()
    return recalls | {"total": sum(WEIGHTS[name] * recalls[name] for name in WEIGHTS) if known else None}
