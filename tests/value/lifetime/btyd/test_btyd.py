"""Equal to the `lifetimes` library on public logs, where these are at hand."""

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from value.lifetime.btyd.btyd import Btyd, BtydConfig, learn_at
from value.lifetime.btyd.summary import DAY


def at(day):
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def made_up(n=600):
    dice = np.random.default_rng(6)
    user = np.repeat(np.arange(n), 1 + dice.poisson(dice.gamma(0.7, 4, n)))
    ts = at("2024-01-01") + dice.integers(0, 300 * DAY, len(user))
    return pl.DataFrame({"user": user, "ts": ts, "money": dice.gamma(2, 15, len(user))})


def test_money_is_purchases_times_spend_and_rises_with_the_horizon():
    model, summary = learn_at(made_up(), at("2024-09-01"), BtydConfig())
    answers = [model.answers(summary, days) for days in (1, 7, 30, 90, 365)]
    for one in answers:
        assert (one["mean"] == one["purchases"] * one["spend"]).all()
        assert ((one["p"] > 0) & (one["p"] < one["alive"] + 1e-12)).all()
    assert (np.diff([one["mean"] for one in answers], axis=0) > 0).all()


def test_the_unit_of_time_does_not_matter():
    answers = []
    for unit in (1.0, 7.0):
        model, summary = learn_at(made_up(), at("2024-09-01"), BtydConfig(unit_days=unit))
        answers.append(model.answers(summary, 30)["mean"])
    assert answers[0] == pytest.approx(answers[1], rel=1e-4)


def test_kept_as_json_and_begun_from():
    model, summary = learn_at(made_up(), at("2024-08-01"), BtydConfig(first_counts=False))
    assert Btyd.from_json(json.loads(json.dumps(model.to_json()))) == model
    later, _ = learn_at(made_up(), at("2024-08-08"), BtydConfig(first_counts=False), start=model)
    anew, _ = learn_at(made_up(), at("2024-08-08"), BtydConfig(first_counts=False))
    assert later.answers(summary, 30)["mean"] == pytest.approx(anew.answers(summary, 30)["mean"], rel=1e-3)


def test_later_purchases_change_nothing():
    rows = made_up()
    known, _ = learn_at(rows.filter(pl.col("ts") < at("2024-08-01")), at("2024-08-01"), BtydConfig())
    assert learn_at(rows, at("2024-08-01"), BtydConfig())[0] == known


def test_settings_are_checked():
    with pytest.raises(ValueError, match="`unit_days` must be above 0, got 0"):
        BtydConfig(unit_days=0)
    with pytest.raises(ValueError, match="`penalizer` must be at least 0"):
        BtydConfig(penalizer=-1)


def cdnow(folder):
    log = pl.read_parquet(folder / "cdnow" / "cdnow.parquet")
    return log.select(user="customer_id", ts=pl.col("date").cast(pl.Datetime("ms")).cast(pl.Int64), money="price")


def online_retail(folder):
    log = pl.read_parquet(folder / "online_retail" / "online_retail_ii.parquet")
    sold = (pl.col("Quantity") > 0) & (pl.col("UnitPrice") > 0) & ~pl.col("InvoiceNo").str.starts_with("C")
    return log.filter(pl.col("CustomerID").is_not_null() & sold).select(
        user="CustomerID",
        ts=pl.col("InvoiceDate").cast(pl.Datetime("ms")).cast(pl.Int64),
        money=pl.col("Quantity") * pl.col("UnitPrice"),
    )


def test_the_published_parameters_of_cdnow(shared_data):
    model, summary = learn_at(cdnow(shared_data), at("1997-10-01"), BtydConfig())
    assert summary.height == 23_570
    rate = [model.rate.r, model.rate.alpha, model.rate.a, model.rate.b]
    assert [round(one, 4) for one in rate] == [0.2516, 4.7889, 0.7234, 2.1611]


@pytest.mark.parametrize(("log", "origin"), [(cdnow, "1997-10-01"), (online_retail, "2011-06-01")])
@pytest.mark.parametrize("first_counts", [False, True])
def test_equal_to_lifetimes(shared_data, log, origin, first_counts):
    lifetimes = pytest.importorskip("lifetimes", reason="the library that stands as oracle is a development one")
    model, summary = learn_at(log(shared_data), at(origin), BtydConfig(first_counts=first_counts))
    number, spend = (summary.repeats, summary.repeat_spend)
    if first_counts:
        number, spend = summary.repeats + 1, summary.spend
    paid = (number > 0) & (spend > 0)
    rate = lifetimes.BetaGeoFitter().fit(summary.repeats, summary.recency, summary.age)
    money = lifetimes.GammaGammaFitter().fit(number[paid], spend[paid])
    assert list(vars(model.rate).values()) == pytest.approx(rate.params_.tolist(), rel=1e-3)
    assert list(vars(model.spend).values()) == pytest.approx(money.params_.tolist(), rel=1e-3)
    known = (summary.repeats, summary.recency, summary.age)
    told = model.answers(summary, 90)
    alive = rate.conditional_probability_alive(*known)
    assert told["purchases"] == pytest.approx(
        rate.conditional_expected_number_of_purchases_up_to_time(90 / 7, *known), rel=1e-3, abs=1e-6
    )
    assert told["alive"] == pytest.approx(alive, rel=1e-3, abs=1e-6)
    assert told["spend"] == pytest.approx(money.conditional_expected_average_profit(number, spend), rel=1e-3)
