import pytest

from features import GROUPS
from features.choice import FeatureChoice

CLOCK = {"session_clock", "item_hours", "item_weekdays"}
PAUSES = {"visit_pause", "item_pause"}


def names(choice, **how):
    return [group.name for group in choice.groups(**how)]


def test_all_groups_where_all_may_be_known():
    assert FeatureChoice().groups(clock=True, transductive=True, returning=True) == GROUPS


def test_without_a_clock_or_the_scored_period():
    found = names(FeatureChoice(), clock=False, transductive=False)
    assert found == [g.name for g in GROUPS if g.name not in {*CLOCK, *PAUSES, "item_scored_period"}]


def test_left_out_by_name():
    found = names(FeatureChoice(leave_out=("user_past",)), clock=True, transductive=True, returning=True)
    assert found == [g.name for g in GROUPS if g.name != "user_past"]


def test_pauses_are_told_where_those_are_asked_who_come_back():
    found = names(FeatureChoice(), clock=True, transductive=False)
    assert found == [g.name for g in GROUPS if g.name not in {*PAUSES, "item_scored_period"}]
    assert set(names(FeatureChoice(), clock=True, transductive=False, returning=True)) - set(found) == PAUSES


def test_refuses_unknown_names():
    with pytest.raises(ValueError, match=r"`features.leave_out` names \['prices'\]; the groups are \['session_shape'"):
        FeatureChoice(leave_out=("prices",))
