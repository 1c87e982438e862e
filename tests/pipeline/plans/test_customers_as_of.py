"""At which moment a log's customers are asked about."""

from datetime import UTC, datetime

import pytest

from data.errors import AisleError
from pipeline.cli import configure
from pipeline.plans.customers_as_of import CustomersAsOf

CONFIG = configure("ltv", "", ["--ltv.horizons", "30,60"])
FIRST, LAST = datetime(2024, 1, 3, tzinfo=UTC), datetime(2024, 12, 26, 18, 30, tzinfo=UTC)


def of(month=None, day=1, hour=0, *, judged=False, ends=(FIRST, LAST), groups=("customer_spend",)):
    at = None if month is None else datetime(2024, month, day, hour, tzinfo=UTC)
    customers = CustomersAsOf(CONFIG, None, None, groups, at, judged=judged)
    customers.__dict__["_ends"] = ends
    return customers


def test_the_log_s_end_where_no_moment_is_named():
    customers = of()
    assert customers.moment == customers.end == datetime(2024, 12, 26, 18, 30, 0, 1000, tzinfo=UTC)
    dated = of(ends=(FIRST, datetime(2024, 12, 26, tzinfo=UTC)))
    assert dated.moment == datetime(2024, 12, 27, tzinfo=UTC)  # a day without a time lasts until the next
    assert [(asked.at, asked.teaching) for asked in dated.asked] == [(dated.moment, ())]


def test_what_came_is_asked_at_the_latest_midnight_that_knows():
    customers = of(judged=True)
    assert customers.moment == datetime(2024, 11, 26, tzinfo=UTC)
    assert customers.end == datetime(2024, 12, 26, 18, 30, 0, 1000, tzinfo=UTC)
    assert customers.over == (30,)
    assert of(10, judged=True).over == (30, 60)


def test_nothing_is_known_of_what_comes_unless_it_is_judged():
    customers = of(7)
    assert customers.end == customers.moment
    assert customers._span.end == customers._span.test_start == customers.moment
    assert of(7, judged=True)._span == customers._span  # features are the same


def test_the_day_that_the_log_ends_may_be_asked_to_its_end():
    assert of(12, 27).moment == datetime(2024, 12, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("customers", "told"),
    [
        (of(1, 3), "when nobody had bought: the log's first order of a customer is of 2024-01-03 00:00 UTC"),
        (of(12, 27, 1), "the log ends 2024-12-26 18:30 UTC"),
        (of(11, 27, judged=True), "before the shortest horizon, 30 days, is over"),
        (of(judged=True, ends=(datetime(2024, 12, 1, tzinfo=UTC), LAST)), "nothing can be judged: the log spans 25d"),
    ],
)
def test_a_moment_outside_is_one_line(customers, told):
    with pytest.raises(AisleError, match=told):
        _ = customers.moment


def test_groups_are_those_that_were_learnt():
    assert [group.name for group in of(groups=("customer_visits", "customer_spend")).groups] == [
        "customer_visits",
        "customer_spend",
    ]
    with pytest.raises(AisleError, match="`customer_mood` is a feature group that the stored model was taught by"):
        _ = of(groups=("customer_mood",)).groups
