import polars as pl
import pytest

from pipeline.tasks.customer_truth import TruthOfCustomers
from pipeline.tasks.ordered import OrderedLog
from tests.oracle.customers import day
from tests.pipeline.tasks.test_customers import PAUSE, log_of


def test_what_came_by_hand(build):
    log = log_of(build)
    ordered = build("ordered", OrderedLog(log, PAUSE, 1))
    made = build("truth", TruthOfCustomers(log, ordered, day(60), day(81), (20, 30), "value"))
    truth = pl.read_parquet(made.path / "truth.parquet")
    assert truth.select("key", "target__d20", "target__d30").rows() == [
        ("ann", 4.0, None),  # 8 at day 75, less a piece of it at day 78; 30 days are not over
        ("bob", 4.0, None),
        ("cid", 4.0, None),  # whom nobody knew at the moment
    ]
    assert truth["d20__naive__past_average"].to_list() == pytest.approx([13 * 20 / 59, 5 * 20 / 40, 0])
    assert truth["d20__naive__past_stretch"].to_list() == [7, 0, 0]
