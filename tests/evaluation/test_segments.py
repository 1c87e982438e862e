import polars as pl
import pytest

from data.schema import TypeEnum
from evaluation.segments import LENGTH_NAMES, by_segment, length_class

SESSIONS = pl.DataFrame(
    {"query": [0, 1, 2], "session": [10, 10, 11]}, schema={"query": pl.UInt32, "session": pl.UInt32}
)
PLACED = pl.DataFrame(
    [(0, "clicks", 1, 2), (0, "carts", 1, 1), (0, "carts", 2, None), (1, "clicks", 3, None), (2, "clicks", 4, 1)],
    schema={"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "ranked": pl.UInt16},
    orient="row",
)
HOW = {"resamples": 20, "seed": 1}


def measured(segments):
    told = by_segment(PLACED, SESSIONS, segments, "ranked", **HOW)
    return {
        one["segment"]: (
            one["queries"],
            one["labels"],
            one["measures"]["clicks"]["value"],
            one["measures"]["carts"]["value"],
        )
        for one in told
    }


def test_by_what_a_query_is_like():
    segments = pl.DataFrame({"query": [0, 1, 2], "segment": ["b", "a", "a"]}, schema_overrides={"query": pl.UInt32})
    found = measured(segments)
    assert list(found) == ["a", "b"]
    assert found == {"a": (2, {"clicks": 2}, 0.5, None), "b": (1, {"carts": 2, "clicks": 1}, 1.0, 0.5)}


def test_by_what_the_wanted_item_is_like():
    segments = pl.DataFrame(
        {"item": [1, 2, 3, 4], "segment": ["old", "new", "new", "new"]},
        schema={"item": pl.UInt32, "segment": pl.Enum(["old", "new"])},
    )
    found = measured(segments)
    assert list(found) == ["old", "new"]  # an enum's own order
    assert found == {"old": (1, {"carts": 1, "clicks": 1}, 1.0, 1.0), "new": (3, {"carts": 1, "clicks": 2}, 0.5, 0.0)}


def test_a_segment_without_a_label_is_none():
    segments = pl.DataFrame({"query": [0, 7], "segment": ["a", "z"]}, schema_overrides={"query": pl.UInt32})
    assert list(measured(segments)) == ["a"]


@pytest.mark.parametrize(
    ("events", "name"),
    [(0, "none"), (1, "1"), (3, "3"), (4, "4 to 5"), (5, "4 to 5"), (6, "6 to 10"), (20, "11 to 20"), (21, "over 20")],
)
def test_classes_of_length(events, name):
    found = pl.DataFrame({"events": [events]}).select(name=length_class(pl.col("events")))["name"]
    assert found.to_list() == [name]
    assert name in LENGTH_NAMES
