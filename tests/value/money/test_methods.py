import pytest
from sklearn.base import clone

from value.money.methods import ANCHORED, DIRECT, MEMBERS, NAMES, Methods, build, same_as


def test_what_rows_allow():
    assert set(ANCHORED) <= set(Methods().chosen(50_000, anchored=True))
    assert not set(ANCHORED) & set(Methods().chosen(50_000, anchored=False))
    assert "lean" in Methods().chosen(1_000, anchored=False)
    assert "lean" not in Methods().chosen(50_000, anchored=False)
    assert "stack" in Methods(meta="trees").chosen(1_000, anchored=False)
    assert set(DIRECT) <= set(Methods().chosen(1_000, anchored=False))


def test_named_methods_bring_the_stacks_members_along():
    assert Methods(names="l2").chosen(100, anchored=False) == ["l2", "tweedie", "xgboost", "catboost"]
    assert Methods(names="l2", members="l2, lean").chosen(100, anchored=True) == ["l2", "lean"]


def test_the_stacks_lightgbm_is_one_of_the_methods():
    assert (same_as("lightgbm", anchored=True), same_as("lightgbm", anchored=False)) == ("ratio_tweedie", "tweedie")
    assert same_as("xgboost", anchored=True) == "xgboost"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"lightgbm"}))
@pytest.mark.parametrize("anchored", [True, False])
def test_every_method_can_be_cloned(name, anchored):
    made = build(name, Methods(), anchored=anchored)
    assert clone(made).get_params(deep=False).keys() == made.get_params(deep=False).keys()


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"names": "l2,forest"}, "`names` must be of .*, got forest"), ({"members": "stack"}, "`members` must be of"),
     ({"meta": "lasso"}, "`meta` must be one of"), ({"power": 2.0}, "`power` must lie between 1 and 2")],
)  # fmt: skip
def test_unknown_ones_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        Methods(**settings)


def test_lightgbm_is_the_first_member():
    assert MEMBERS[0] == "lightgbm"
