from datetime import timedelta

import pytest

from candidates.covisit.member import CoVisit


@pytest.mark.parametrize("name", ["last_events", "max_gap", "neighbours"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        CoVisit(**{name: 0})


@pytest.mark.parametrize("name", ["max_gap", "neighbours"])
def test_refuses_counts_of_more_than_16_bits(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at most 65535, got 65536"):
        CoVisit(**{name: 65_536})


@pytest.mark.parametrize("name", ["window", "recent", "half_life", "apart_half_life"])
def test_refuses_times_of_nothing(name):
    with pytest.raises(ValueError, match=f"`{name}` must be above 0"):
        CoVisit(**{name: timedelta(0)})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"gap_power": -1}, "`gap_power` must be at least 0, got -1"),
        ({"normalise": "cosinus"}, "`normalise` must be one of .* got 'cosinus'"),
        ({"session_share": "root"}, "`session_share` must be one of .* got 'root'"),
        ({"type_weights": {"buys": 1.0}}, "`type_weights` must give"),
        ({"type_weights": {"orders": 256.0}}, "`type_weights` must be at most 255"),
        ({"from_types": ()}, "`from_types` must name one or more of"),
        ({"to_types": ("buys",)}, "`to_types` must name one or more of"),
    ],
)
def test_refuses_other_members(wrong, message):
    with pytest.raises(ValueError, match=message):
        CoVisit(**wrong)
