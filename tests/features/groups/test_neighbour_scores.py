import math
import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.groups.neighbour_scores import neighbour_scores
from features.kernels.neighbour import COLUMNS, DEPTH
from features.kernels.visited import DECAY, REACH, TYPE_WEIGHTS, visited_items
from tests.features.reading import read
from tests.oracle.frames import prefixes

KINDS = ("1", "2", "sum", "typed", "mean", "max")
PAIR = {"query": pl.UInt32, "item": pl.UInt32}
WIDE = {"item": pl.UInt32, "neighbour": pl.UInt32, "a__score": pl.Float32, "b__score": pl.Float32}


def asked(*pairs):
    return pl.DataFrame(list(pairs), schema=PAIR, orient="row")


def neighbours(*rows):
    return pl.DataFrame(list(rows), schema=WIDE, orient="row")


TABLE = neighbours((5, 8, 0.5, None), (5, 9, 0.25, 0.75), (6, 8, 1.0, 0.5), (7, 9, None, 2.0))


def test_by_hand():
    # from the last: 6 once, 5 twice (clicked four events ago and carted one ago), 7 two ago
    visits = prefixes(
        (0, 5, 0, "clicks"), (0, 7, 1, "clicks"), (0, 7, 2, "clicks"), (0, 5, 3, "carts"), (0, 6, 4, "clicks"),
        (1, 5, 0, "orders"),
    )  # fmt: skip
    rows = read(neighbour_scores, candidates=asked((0, 8), (1, 9), (2, 8)), prefixes=visits, neighbours=TABLE)
    six, five, five_typed = 1, 0.8 + 0.8**4, 6 * 0.8 + 0.8**4
    assert rows[0] == pytest.approx(
        {
            "query": 0,
            "item": 8,
            "a_1": 1.0,
            "a_2": 0.5,
            "a_sum": six * 1.0 + five * 0.5,
            "a_typed": six * 1.0 + five_typed * 0.5,
            "a_mean": 1.5 / 3,
            "a_max": 1.0,
            "b_1": 0.5,
            "b_2": 0,
            "b_sum": 0.5,
            "b_typed": 0.5,
            "b_mean": 0.5 / 3,
            "b_max": 0.5,
        },
        rel=1e-6,
    )
    assert [rows[1][f"b_{kind}"] for kind in KINDS] == [0.75, None, 0.75, pytest.approx(3 * 0.75), 0.75, 0.75]
    assert [rows[2][f"{m}_{kind}"] for m in "ab" for kind in KINDS] == [None] * 12  # a query without events


def test_events_out_of_reach_do_not_count():
    visits = prefixes((0, 5, 0, "clicks"), *((0, 7, i + 1, "clicks") for i in range(REACH)))
    (row,) = read(neighbour_scores, candidates=asked((0, 8)), prefixes=visits, neighbours=TABLE)
    assert [row[f"a_{kind}"] for kind in KINDS] == [0, None, 0, 0, 0, 0]


def test_without_any_neighbour_table_there_is_no_column():
    nothing = TABLE.select("item", "neighbour").clear()
    (row,) = read(
        neighbour_scores, candidates=asked((0, 8)), prefixes=prefixes((0, 5, 0, "clicks")), neighbours=nothing
    )
    assert row == {"query": 0, "item": 8}


def by_joins(candidates, prefixes, neighbours):
    """What the kernel does, as joins of all pairs."""
    order = (pl.int_range(pl.len()) + 1).over("query")
    visited = visited_items(prefixes.lazy()).collect().with_columns(order=order).rename({"item": "visited"})
    pairs = candidates.join(visited, on="query", how="left").join(
        neighbours.rename({"item": "visited", "neighbour": "item"}), on=["visited", "item"], how="left"
    )
    columns = []
    for member in "ab":
        score = pl.col(f"{member}__score").fill_null(0).cast(pl.Float64)
        score = pl.when(pl.col("visited").is_not_null()).then(score)
        nth = [score.filter(pl.col("order") == i).first().alias(f"{member}_{i}") for i in range(1, DEPTH + 1)]
        sums = {
            "sum": (score * pl.col("weight")).sum(),
            "typed": (score * pl.col("typed")).sum(),
            "mean": score.mean(),
            "max": score.max(),
        }
        known = score.count() > 0
        columns += nth + [pl.when(known).then(value).alias(f"{member}_{kind}") for kind, value in sums.items()]
    return pairs.group_by("query", "item", maintain_order=True).agg(columns)


@pytest.mark.parametrize("seed", range(5))
def test_as_joins_say(seed):
    dice = random.Random(seed)
    visits = prefixes(
        *(
            (query, dice.randrange(15), i, dice.choice(list(TYPE_WEIGHTS)))
            for query in range(0, 40, 2)
            for i in range(dice.randint(1, 14))
        )
    )
    pairs = sorted({(dice.randrange(15), dice.randrange(20)) for _ in range(120)})
    table = neighbours(*((i, n, dice.choice([None, dice.random()]), dice.random()) for i, n in pairs))
    wanted = asked(*sorted({(dice.randrange(41), dice.randrange(22)) for _ in range(300)}))
    frames = {"candidates": wanted, "prefixes": visits, "neighbours": table.sample(fraction=1, shuffle=True, seed=seed)}
    found = neighbour_scores({name: frame.lazy() for name, frame in frames.items()}).collect()
    assert found.width == 2 + 2 * COLUMNS
    expected = by_joins(wanted, visits, table)
    found = found.rename(lambda name: name.removeprefix("neighbour_scores__"))
    assert_frame_equal(found, expected, check_dtypes=False, rel_tol=1e-5)


def test_weights_of_visited_items():
    visits = prefixes((4, 5, 0, "carts"), (4, 6, 1, "clicks"), (4, 5, 2, "clicks"))
    found = visited_items(visits.reverse().lazy()).collect()
    assert found.columns == ["query", "item", "since", "weight", "typed"]
    assert found.select("query", "item", "since").rows() == [(4, 5, 0), (4, 6, 1)]
    assert found["weight"].to_list() == pytest.approx([1 + DECAY**2, DECAY], abs=1e-6)
    assert found["typed"].to_list() == pytest.approx([1 + 6 * DECAY**2, DECAY], abs=1e-6)
    assert math.isclose(sum(found["weight"]), 1 + DECAY + DECAY**2, abs_tol=1e-6)
