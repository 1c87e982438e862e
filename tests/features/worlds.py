"""Random sessions over a random history, with all that a log may lack: what a describer is asked in tests."""

import random
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from candidates.fusion import Fusion
from data.candidates import Candidates, candidates_of
from data.schema import TYPES, Events, Items, Prefixes, Proposals, Queries
from data.visible import Visible, visible_of
from features.join import describe
from tests.features.conftest import neighbours
from tests.oracle.frames import at, table
from tests.oracle.recalling import unite

KNOWN, ITEMS, USERS = 10, 16, 5
"""Items that ITEMS knows, items that sessions may touch, users."""


@dataclass
class World:
    """Tables by parameter name, and the same queries as arrays."""

    tables: dict[str, pl.DataFrame]

    @property
    def lazy(self) -> dict[str, pl.LazyFrame]:
        return {name: frame.lazy() for name, frame in self.tables.items()}

    @property
    def visible(self) -> Visible:
        return visible_of(self.tables["prefixes"], self.tables["queries"])

    @property
    def candidates(self) -> Candidates:
        return candidates_of(self.tables["candidates"], self.visible.query)

    def described(self, groups) -> pl.DataFrame:
        """FEATURES by the joins, sorted."""
        tables = self.lazy
        rows = describe(tables["candidates"], tables["queries"], tables, groups).collect()
        return rows.sort("query", "fused__rank")


def random_world(seed, queries=12, lengths=(0, 1, 1, 2, 3, 7, 9, 14)):
    """A world; every seed has other holes: users, prices, categories, brands, vectors, events."""
    dice = random.Random(seed)
    history = _events(dice, dice.choice([0, 4, 40, 80]), range(KNOWN))
    asked = [_session(dice, number, lengths, history) for number in sorted(dice.sample(range(99), queries))]
    prefixes = [event for _, events in asked for event in events]
    tables = {
        "history": table(Events, *history),
        "queries": table(Queries, *(query for query, _ in asked)),
        "prefixes": table(Prefixes, *prefixes),
        "items": table(Items, *(_item(dice, item) for item in range(KNOWN))),
        "neighbours": neighbours().filter(pl.col("item") % dice.choice([1, 2, 3]) == 0),
        "vectors": _vectors(dice),
    }
    tables["asked"] = tables["prefixes"]
    tables["candidates"] = _candidates(dice, tables["queries"]["query"])
    return World(tables)


def one_alone(world, number):
    """The world's arrays of one query alone, and which rows of the batch are its candidates."""
    query = int(world.visible.query[number])
    rows = {name: world.tables[name].filter(pl.col("query") == query) for name in ("prefixes", "queries", "candidates")}
    starts = world.candidates.starts
    return World(world.tables | rows), slice(starts[number], starts[number + 1])


def bits(values):
    """f32 values as whole numbers, all NaN alike."""
    return np.where(np.isnan(values), np.float32(np.nan), values).view(np.uint32)


def _candidates(dice, queries):
    lists = {}
    for member in ("near", "far", "wide"):
        rows = [(q, item, dice.choice([-0.5, 0.0, 1 / 3, 7.5])) for q in queries for item in _sample(dice)]
        ranked = [(q, item, rank, score) for rank, (q, item, score) in enumerate(rows, 1)]
        lists[member] = table(Proposals, *ranked).lazy()
    return Fusion({"near": 1.0, "far": 0.5, "wide": 0.0})(unite(lists)).collect()


def _sample(dice):
    return dice.sample(range(ITEMS), dice.choice([0, 1, 5, 9]))


def _some(dice, share, value):
    return value if dice.random() < share else None


def _events(dice, sessions, items):
    made = []
    for session in range(sessions):
        moment, user = at(dice.randrange(30_000)), _some(dice, 0.7, dice.randrange(USERS))
        for _ in range(dice.randint(1, 6)):
            kind = dice.choice(TYPES)
            made.append((session, dice.choice(items), moment, kind, user, _price(dice), None, None))
            moment += timedelta(milliseconds=dice.choice([0, 1, 999, 60_000, 10**6]))
    return made


def _session(dice, number, lengths, history):
    user = _some(dice, 0.7, dice.randrange(USERS + 2))
    start = moment = at(dice.randrange(45_000)) - timedelta(milliseconds=dice.randrange(10**9))
    if history and dice.random() < 0.4:  # at the very moment of an event that it must not know
        _, _, start, _, user, *_ = dice.choice(history)
        moment = start
    pool = dice.choices(range(ITEMS), k=dice.randint(1, 6))
    events = []
    for position in range(dice.choice(lengths)):
        moment += timedelta(milliseconds=dice.choice([0, 0, 7, 1_000, 123_456, 10**7, 3 * 10**8]) if position else 0)
        category = _some(dice, 0.3, dice.randrange(5))
        price, pieces = _price(dice), _some(dice, 0.2, 2.0)
        events.append((number, position, dice.choice(pool), moment, dice.choice(TYPES), user, price, pieces, category))
    moment += timedelta(milliseconds=dice.choice([0, 0, 5 * 10**8]))  # who comes back may be asked before he is there
    return (number, 500 + number, str(number), user, start, moment, len(events), None), events


def _price(dice):
    return _some(dice, 0.4, dice.choice([0.0, 0.1, 9.99, 19.9, dice.uniform(0, 500)]))


def _item(dice, item):
    category, brand = _some(dice, 0.7, dice.randrange(3)), _some(dice, 0.6, dice.choice(["acme", "bolt"]))
    return item, str(item), category, brand, None, _price(dice)


def _vectors(dice):
    size = dice.choice([1, 4])
    known = [item for item in range(ITEMS) if dice.random() < 0.7]
    rows = [[dice.gauss(0, 1) for _ in range(size)] if dice.random() < 0.9 else [0.0] * size for _ in known]
    schema = {"item": pl.UInt32, "vector": pl.Array(pl.Float32, size)}
    return pl.DataFrame({"item": known, "vector": rows}, schema=schema)
