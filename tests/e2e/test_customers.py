"""Rows of customers at origins, of the generated shop and of two public logs."""

from datetime import UTC, datetime

import polars as pl
import pytest

from data.errors import AisleError
from data.formats import LogFormat
from data.readers.online_retail import read_online_retail
from data.schema import Timestamp
from evaluation.value import value_metrics
from pipeline.cli import configure
from pipeline.plans.customers import Customers
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.store.store import Store
from pipeline.store.workdir import locked
from tests.e2e.conftest import TINY
from tests.oracle.customers import returned
from value.lifetime.naive import naive_answers
from value.lifetime.population import bought_before
from value.lifetime.purchases import purchases_of
from value.lifetime.targets import Bringing

SHOP = (*TINY, "--ltv.horizons", "2,5", "--ltv.origins.last", "2", "--ltv.origins.every", "3d")
SHOP = (*SHOP, "--ltv.origins.step", "2d", "--ltv.origins.observe-least", "4d")


def planned(folder, *flags, said=None):
    """What the plan makes in a folder: the rows by origin, and the plan."""
    config = configure("prepare", "", [*flags, "--workdir", str(folder)])
    with locked(config.workdir) as workdir:
        place = Place(Store(workdir, [].append if said is None else said.append))
        plan = Customers(config, place, Preparation(config, place))
        rows = {name: pl.read_parquet(made.path / "rows.parquet") for name, made in plan.rows.items()}
    return rows, plan


def test_the_generated_shop(tmp_path):
    rows, plan = planned(tmp_path, *SHOP)
    assert len(rows) == 2
    assert "customer_visits" in {group.name for group in plan.groups}
    for asked in plan.asked:
        table = rows[asked.name]
        scored, taught = table.filter("scored"), table.filter(~pl.col("scored"))
        assert scored.height > taught.height / len(asked.teaching)  # ever more have bought
        assert taught["origin"].unique().sort(descending=True).to_list() == list(asked.teaching)
        assert scored["target__d5"].null_count() == 0
        assert 0 < taught["target__d5"].null_count() < taught.height
        assert (table["target__d2"] <= table["target__d5"]).all()
    said = []
    again, _ = planned(tmp_path, *SHOP, said=said)
    assert not [line for line in said if "built" in line]
    assert all(again[name].equals(table) for name, table in rows.items())


def test_the_log_s_end_is_scored_without_a_truth(tmp_path):
    rows, plan = planned(tmp_path, *SHOP, "--ltv.origins.live", "true")
    (table,) = rows.values()
    assert table.filter("scored")["target__d2"].null_count() == table.filter("scored").height
    assert plan.asked[0].at == plan.end


def test_an_origin_outside_the_log_is_told_in_a_line(tmp_path):
    with pytest.raises(AisleError, match=r"^`ltv.origins.at` names 2031-01-01 00:00, and the log ends"):
        planned(tmp_path, *SHOP, "--ltv.origins.at", "2031-01-01")


def test_cdnow(shared_data, tmp_path):
    few = ("--ltv.training-rows", "9", "--ltv.origins.most", "1", "--ltv.origins.step", "120d")
    rows, _ = planned(tmp_path, "--config", "configs/ltv_cdnow.yaml", *few)
    scored = rows["1997-10-01"].filter("scored")
    assert scored.height == 23_570
    assert scored["target__d273"].sum() == pytest.approx(776_961.13, abs=1e-3)
    zeros = value_metrics(scored["target__d273"], scored["known__d273__all_zeros"])
    assert (zeros["mae"], zeros["rmse"], zeros["rmsle"]) == pytest.approx((32.964, 128.963, 2.315), abs=1e-3)


AT = [datetime(2010, 12, 1), datetime(2011, 3, 1), datetime(2011, 6, 1), datetime(2011, 9, 1)]
ZEROS = {"mae": 384, "rmse": 2213, "rmse_trim": 1218, "rmsle": 3.763, "r2": -0.03, "top10": 0.1}
PAST = {"ngini": 0.787, "spearman": 0.489, "auc": 0.755, "mae": 430, "rmse": 1495, "rmse_trim": 1024, "rmsle": 4.256}
PAST |= {"r2": 0.48, "dwmape": 0.669, "top10": 0.6, "ratio": 1.62}


@pytest.fixture(scope="module")
def invoices(shared_data):
    """ORDERED of Online Retail, by its reader's rules alone."""
    read = pl.concat(read_online_retail(shared_data / "online_retail" / "online_retail_ii.parquet", LogFormat()))
    lines = read.filter(pl.col("dropped").is_null(), pl.col("user").is_not_null()).select(
        pl.col("user").cast(pl.UInt32),
        pl.col("ts").dt.replace_time_zone("UTC").cast(Timestamp),
        pl.col("session").cast(pl.UInt32),
        visit=pl.lit(0, pl.UInt32),
        item=pl.lit(0, pl.UInt32),
        pieces=pl.col("quantity").cast(pl.Float64),
        spend=pl.col("quantity") * pl.col("price"),
    )
    assert lines.height == 791_044
    return lines


def test_online_retail_as_it_is_told_elsewhere(invoices):
    bringing = Bringing(invoices, returned(), (90,), "gross")
    measured, counts = {"all_zeros": [], "past_average": []}, []
    for origin in (moment.replace(tzinfo=UTC) for moment in AT):
        users = bought_before(invoices, origin)
        truth = bringing(users, origin, datetime(2011, 12, 9, tzinfo=UTC))["d90"]
        before = purchases_of(invoices.lazy().filter(pl.col("ts") < origin), returned().lazy()).collect()
        answers = naive_answers(before, users, origin, (90,), "gross")["d90"]
        counts.append(len(users))
        for name, found in measured.items():
            found.append(value_metrics(truth, answers[name]))
    assert counts == [4266, 4537, 4933, 5249]
    for name, expected in (("all_zeros", ZEROS), ("past_average", PAST)):
        for metric, value in expected.items():
            mean = sum(found[metric] for found in measured[name]) / len(AT)
            assert mean == pytest.approx(value, abs=6e-3 if value < 10 else 0.6), (name, metric)
