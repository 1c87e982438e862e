import pytest

from features.groups.item_trend import item_trend
from tests.features.reading import read
from tests.oracle.frames import events

DAY = 24 * 60


def trend(*rows):
    return {row["item"]: row for row in read(item_trend, history=events(*rows))}


def test_by_hand():
    # twenty days; item 1: one event 20 days before the end, one 8 days, one 7.5, two within the last day
    found = trend(
        (0, 1, 0, "clicks"),
        (1, 1, 12 * DAY, "clicks"),
        (2, 1, 12.5 * DAY, "clicks"),
        (3, 1, 19 * DAY, "clicks"),  # exactly a day old counts
        (3, 2, 19 * DAY + 1, "clicks"),
        (4, 1, 20 * DAY, "carts"),
    )
    assert found[1] == pytest.approx(
        {
            "item": 1,
            "recent_1": 2,
            "recent_3": 2 / 3,
            "recent_7": 2 / 7,
            "recent_14": 4 / 14,
            "trend_1": 2 / (5 / 20),
            "trend_3": 2 / 3 / (5 / 20),
            "trend_7": 2 / 7 / (5 / 20),
            "trend_14": 4 / 14 / (5 / 20),
            "trend_1_to_7": 7,
            "trend_3_to_14": 2 / 3 / (4 / 14),
            "weekday_uplift": 3 / 3,
            "recent_1_rank": 1 / 2,
            "recent_7_rank": 1 / 2,
        }
    )
    assert found[2]["weekday_uplift"] == 2
    assert found[2]["recent_1_rank"] == 1


def test_what_was_not_seen_lately_has_no_ratio():
    found = trend((0, 1, 0, "clicks"), (0, 2, 20 * DAY, "clicks"))
    assert found[1]["recent_14"] == found[1]["trend_14"] == 0
    assert found[1]["trend_1_to_7"] is found[1]["trend_3_to_14"] is None
    assert found[1]["weekday_uplift"] == 1


def test_short_history_counts_as_its_own_length():
    found = trend((0, 1, 0, "clicks"), (0, 2, 12 * 60, "clicks"))
    assert {found[1][f"recent_{d}"] for d in (1, 3, 7, 14)} == {2}
    assert {found[1][f"trend_{d}"] for d in (1, 3, 7, 14)} == {1}
    assert found[1]["weekday_uplift"] is None
