from datetime import timedelta

import polars as pl
import pytest

from candidates.algorithms.group_popularity import GroupPopularity, groups_of
from candidates.algorithms.votes import NeighbourRecall
from data.visible import visible_of
from tests.oracle.frames import at, events, prefixes

WEIGHTS = pl.LazyFrame(
    {"item": [1, 2, 3, 4, 5], "weight": [6, 2, 0, 4, 9]}, schema={"item": pl.UInt32, "weight": pl.Int64}
)
GROUPS = pl.LazyFrame({"item": [1, 2, 3, 4], "group": [7, 7, 7, 8]}, schema={"item": pl.UInt32, "group": pl.UInt32})


def test_events_weigh_by_type_in_the_window():
    rows = events((0, 1, 0, "clicks"), (0, 1, 60, "clicks"), (0, 1, 61, "carts"), (0, 1, 62, "orders"))
    source = GroupPopularity(timedelta(hours=1), type_weights={"clicks": 1.0, "carts": 2.5})
    assert rows.select(source.weight(at(120))).to_series().to_list() == [0, 2**24, 2.5 * 2**24, 0]


def test_best_of_every_group_by_share():
    assert GroupPopularity().top(WEIGHTS, GROUPS).collect().rows() == [(7, 1, 1, 0.75), (7, 2, 2, 0.25), (8, 4, 1, 1.0)]
    # the share stays that of the whole group
    assert GroupPopularity(limit=1).top(WEIGHTS, GROUPS).collect().rows() == [(7, 1, 1, 0.75), (8, 4, 1, 1.0)]


def test_groups_by_the_session_s_weights():
    asked = prefixes((0, 1, 0, "clicks"), (0, 4, 1, "clicks"), (0, 5, 2, "clicks"), (1, 5, 0, "clicks"))
    visible, groups = visible_of(asked), groups_of(GROUPS)
    source = GroupPopularity(votes=NeighbourRecall(decay=0.5))
    answer = source.open(source.top(WEIGHTS, GROUPS), lambda visible: groups(visible.item))
    # the event without a group is a later event all the same: group 7 weighs 1/4, group 8 weighs 1/2
    assert answer(visible, 9).frame(visible.query).rows() == [
        (0, 4, 1, 0.5),
        (0, 1, 2, 0.1875),
        (0, 2, 3, 0.0625),
    ]
    assert answer(visible, 1).frame(visible.query).rows() == [(0, 4, 1, 0.5)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"window": timedelta(0)}, "`window` must be above 0, got 0:00:00"),
        ({"limit": 0}, "`limit` must be at least 1, got 0"),
        ({"type_weights": {"views": 1.0}}, "`type_weights` must"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        GroupPopularity(**wrong)
