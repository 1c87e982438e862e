"""Literal rows as the tables of the contract, and a small random log for the contract suites."""

import random
from datetime import UTC, datetime, timedelta

import polars as pl

from data.schema import Events, Items, Labels, Prefixes, Queries

START = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday


def at(minutes):
    return START + timedelta(minutes=minutes)


def table(schema, *rows):
    """A table of a schema from tuples in its columns' order."""
    return pl.DataFrame(list(rows), schema=schema.create_empty().schema, orient="row")


def events(*rows):
    """EVENTS of (session, item, minute, type[, user]), in the given order."""
    names = ("session", "item", "ts", "type", "user")
    filled = [dict(zip(names, (*row, None)[:5], strict=True)) for row in rows]
    frame = pl.DataFrame(
        [row | {"ts": at(row["ts"]), "price": None, "quantity": None, "category": None} for row in filled],
        schema=Events.create_empty().schema,
    )
    return Events.validate(frame)


def prefixes(*rows):
    """PREFIXES of (query, item, minute, type); positions count up in the given order."""
    seen = {}
    made = []
    for query, item, minute, name in rows:
        seen[query] = seen.get(query, -1) + 1
        made.append({"query": query, "position": seen[query], "item": item, "ts": at(minute), "type": name})
    nulls = {"user": None, "price": None, "quantity": None, "category": None}
    return Prefixes.validate(pl.DataFrame([row | nulls for row in made], schema=Prefixes.create_empty().schema))


def visited(sessions):
    """PREFIXES of sessions that are lists of (item, type), an event a minute."""
    return prefixes(*((q, item, i, name) for q, visits in enumerate(sessions) for i, (item, name) in enumerate(visits)))


def queries(*rows):
    """QUERIES of (query, user, start minute, part); every one asked a minute after its start."""
    made = [
        {
            "query": query,
            "session": 100 + query,
            "session_key": str(40 + query),
            "user": user,
            "start_ts": at(start),
            "cut_ts": at(start + 1),
            "events": 2,
            "part": part,
        }
        for query, user, start, part in rows
    ]
    return Queries.validate(pl.DataFrame(made, schema=Queries.create_empty().schema))


def items(*rows):
    """ITEMS of (item, category, brand, text); the key is the code plus 1,000, no prices."""
    schema = Items.create_empty().schema
    made = [(item, str(1000 + item), category, brand, text, None) for item, category, brand, text in rows]
    return Items.validate(pl.DataFrame(made, schema=schema, orient="row"))


def labels(*rows):
    """LABELS of (query, type, item)."""
    return Labels.validate(table(Labels, *rows))


def random_events(seed, sessions=40, items=12, users=9, days=3):
    """EVENTS of a small log, sorted by session and time."""
    dice = random.Random(seed)
    rows = []
    for session in range(sessions):
        minute = dice.randrange(days * 24 * 60)
        user = dice.choice([None, *range(users)])
        for _ in range(dice.randint(1, 8)):
            kind = dice.choice(["clicks", "clicks", "clicks", "carts", "orders"])
            rows.append((session, dice.randrange(items), minute, kind, user))
            minute += dice.randrange(20)
    return events(*rows)


def shuffled(frame, key, seed=3):
    """The same rows with the order of `key`'s groups shuffled, each group's own order kept."""
    groups = frame.partition_by(key, maintain_order=True)
    random.Random(seed).shuffle(groups)
    return pl.concat(groups)


ITEMS = items(
    (0, 0, "acme", "red cotton shirt"),
    (1, 0, "acme", "blue cotton shirt"),
    (2, 0, "bolt", "red linen shirt"),
    (3, 0, None, "blue linen trousers"),
    (4, 1, "bolt", "hand drill"),
    (5, 1, "bolt", "hand saw"),
    (6, 1, "acme", "power drill"),
    (7, 1, None, "Power saw, hand-made"),
    (8, 2, "acme", None),
    (9, 2, None, "red café chair"),
    (10, None, "bolt", "blue cafe chair"),
    (11, None, None, None),
    (12, 0, "acme", "green cotton shirt"),  # nobody has visited 12 and 99
    (99, 1, "bolt", "cordless drill"),
)
"""What a log says of the items of `random_events`, and of two more."""
