"""Which rows of a table are read."""

from datetime import datetime

import polars as pl

from data.fault import FAULT
from data.labelled.choice import Choice, moments_of
from data.partitions.drawing import bound_of


def test_rows_without_a_key_or_outside_the_window_are_counted():
    rows = pl.DataFrame(
        {
            "id": ["a", None, " ", "b", "c", "d"],
            "at": [
                "2025-10-01-00-00",
                "2025-10-01-00-00",
                "2025-10-01-00-00",
                "2025-10-02",
                "soon",
                "2025-10-01T01:00",
            ],
            FAULT: [None, None, None, None, None, "line 7 has no end"],
        }
    )
    choice = Choice("id", "at", first=datetime(2025, 10, 1), last=datetime(2025, 10, 1))
    kept, left = choice(rows)
    assert kept.to_list() == [True, False, False, False, False, False]
    assert left == {"no key": 2, "outside the window": 1, "no time": 1, "unreadable line": 1}


def test_keys_are_one_whatever_their_type():
    as_numbers, as_texts = pl.Series([7, 8]), pl.Series(["7", "8.0"])
    assert Choice("id", None)(pl.DataFrame({"id": as_numbers}))[0].all()
    bound = bound_of(0.5)
    choice = Choice("id", None, bound=bound)
    kept = [
        choice(pl.DataFrame({"id": keys}))[0].to_list() for keys in (as_numbers, as_numbers.cast(pl.Float64), as_texts)
    ]
    assert kept[0] == kept[1] == kept[2]


def test_a_share_is_kept_and_lies_within_a_larger_one():
    keys = pl.DataFrame({"id": [f"k{number}" for number in range(10_000)]})
    half, tenth = (Choice("id", None, bound=bound_of(share))(keys)[0] for share in (0.5, 0.1))
    assert abs(half.sum() - 5_000) < 200
    assert abs(tenth.sum() - 1_000) < 120
    assert (half | ~tenth).all()
    assert bound_of(1.0) is None


def test_rows_are_drawn_by_their_owners_where_they_have_one():
    rows = pl.DataFrame({"id": ["a", "b", "c", "d"], "who": ["u", "u", None, 7]}, strict=False)
    numbers = Choice("id", None, owner="who").drawn(rows).to_list()
    plain = Choice("id", None).drawn(pl.DataFrame({"id": ["u", "u", "c", "7"]})).to_list()
    assert numbers == plain
    assert numbers[0] == numbers[1]


def test_moments_of_any_form():
    assert moments_of(pl.Series(["1970-01-02", "2025-10-01-15-00", "01.10.2025", None]), "%d.%m.%Y").to_list() == [
        None,  # systems write such where they know none
        1_759_330_800_000,
        1_759_276_800_000,
        None,
    ]
    assert moments_of(pl.Series([1_759_330_800]), "%d").to_list() == [1_759_330_800_000]
