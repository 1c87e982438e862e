import math

import polars as pl
import pytest

from data.customer_schema import Paced
from features.groups.customer_pace import customer_pace
from tests.features.reading import read
from tests.oracle.customers import customers
from tests.oracle.frames import table


def test_by_hand():
    rows = ((7, 10.0, 30.0), (7, 20.0, 90.0), (7, 0.0, 1.0), (8, 5.0, 365.0), (9, 5.0, 5.0))
    mine, other = read(customer_pace, queries=customers(400, 7, 8), paced=table(Paced, *rows))
    assert mine == pytest.approx(
        {
            "query": 0,
            "spend_fading_30": 10 * math.exp(-1) + 20 * math.exp(-3),
            "spend_fading_90": 10 * math.exp(-1 / 3) + 20 * math.exp(-1),
            "spend_fading_180": 10 * math.exp(-1 / 6) + 20 * math.exp(-1 / 2),
            "purchases_fading_30": math.exp(-1) + math.exp(-3),
            "purchases_fading_90": math.exp(-1 / 3) + math.exp(-1),
            "purchases_fading_180": math.exp(-1 / 6) + math.exp(-1 / 2),
            **{"spend_30": 10, "spend_90": 30, "spend_180": 30, "spend_365": 30},
            **{"purchases_30": 1, "purchases_90": 2, "purchases_180": 2, "purchases_365": 2},
            **{"days_since": 30, "days_known": 90, "quiet": 1 / 3},
        },
        abs=1e-3,
    )
    assert (other["spend_180"], other["spend_365"], other["purchases_365"], other["quiet"]) == (0, 5, 1, 1)


def test_who_bought_this_moment_has_no_share_of_quiet():
    found = read(customer_pace, queries=customers(400, 7), paced=pl.DataFrame(table(Paced, (7, 5.0, 0.0))))
    assert found[0]["quiet"] is None
