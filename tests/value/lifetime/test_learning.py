import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from evaluation.lifetime import lifetime_metrics, order_violations
from learning.boosting import Boosting
from tests.oracle.lifetime_rows import customers
from value.lifetime.config import Gates, LifetimeConfig
from value.lifetime.forward import lifetime_group_folds
from value.lifetime.gate_files import BUYER_GATE, WHALE_GATE, write_gates
from value.lifetime.learning import learn_lifetime
from value.lifetime.model import LifetimeModel
from value.lifetime.rows import LifetimeRows
from value.lifetime.training_data import LifetimeData
from value.money.config import ValueConfig
from value.money.methods import Methods

SMALL = Methods(boosting=Boosting(rounds=25, min_rows=20, threads=1), beta=True)
FIRST = ("ratio_tweedie", "d30")
CONFIG = LifetimeConfig(names="tweedie,hurdle,ordered", model=ValueConfig(folds=2, forward=0, methods=SMALL))


@pytest.fixture(scope="module")
def learnt():
    return learn_lifetime(customers(unmatured=0.2), CONFIG)


def saved(found, folder):
    found.model.save(folder)
    write_gates(folder / BUYER_GATE, found.buyer)
    write_gates(folder / WHALE_GATE, found.whale)
    return LifetimeModel.load(folder)


def test_it_promises_what_comes(learnt):
    asked = customers(seed=2)
    said = learnt.model.predict(asked.features, asked.told)
    for horizon, truth in asked.targets.items():
        found = lifetime_metrics(truth, said[f"{horizon}__expected_value"])
        assert found["ratio"] == pytest.approx(1, abs=0.2)
        assert found["ngini"] > 0.5
        assert lifetime_metrics(truth, said[f"{horizon}__purchase_probability"])["auc"] > 0.55


def test_longer_horizons_never_promise_less(learnt):
    asked = customers(seed=3)
    wild = asked.features.with_columns(pl.all() * 20)
    said = learnt.model.predict(wild, asked.told)
    for output in ("purchase_probability", "expected_value", "rmsle_value", "mae_value", "low", "high"):
        assert order_violations([said[f"d30__{output}"], said[f"d60__{output}"]]) == 0


def test_a_kept_model_says_the_same_in_any_pieces(learnt, tmp_path):
    asked = customers(seed=4)
    again = saved(learnt, tmp_path)
    whole = learnt.model.predict(asked.features, asked.told)
    assert again.predict(asked.features, asked.told).equals(whole)
    told = {h: {name: said[:100] for name, said in some.items()} for h, some in asked.told.items()}
    assert again.predict(asked.features.head(100), told).equals(whole.head(100))


def test_every_method_and_every_naive_answer_is_told(learnt):
    table = learnt.model.report["horizons"]["d60"]
    assert {"tweedie", "hurdle", "ordered", "btyd", "hurdle__log"} <= set(table["methods"])
    assert {"all_zeros", "mean"} <= set(table["baselines"])
    assert set(table["outputs"]) == {"expected_value", "rmsle_value", "mae_value"}
    assert table["rows"] < learnt.model.report["rows"]  # some have not matured
    json.dumps(learnt.model.report)


def test_edited_gates_are_honoured(learnt, tmp_path):
    asked = customers(seed=5)
    saved(learnt, tmp_path)
    (tmp_path / BUYER_GATE).write_text('{"mae_value": {"d30": {"cutoff": 1.0, "below": 0}}}')
    said = LifetimeModel.load(tmp_path).predict(asked.features, asked.told)
    assert said["d30__mae_value"].max() == 0
    assert said["d30__expected_value"].equals(learnt.model.predict(asked.features, asked.told)["d30__expected_value"])


def test_a_zero_rate_is_kept(tmp_path):
    config = LifetimeConfig(
        names="tweedie,hurdle", model=CONFIG.model, gates=Gates(zero_rate=0.6, tolerance=0.02, whale=False)
    )
    found = learn_lifetime(customers(), config)
    assert found.buyer["rmsle_value"]["d30"].zero_rate == pytest.approx(0.6, abs=0.06)
    asked = customers(seed=6)
    said = saved(found, tmp_path).predict(asked.features, asked.told)
    assert (said["d30__rmsle_value"] == 0).mean() == pytest.approx(0.6, abs=0.08)


def test_a_season_is_divided_out_and_multiplied_back():
    rows, config = customers(), LifetimeConfig(names="tweedie,hurdle", model=CONFIG.model)
    double = {h: np.full(rows.height, 2.0) for h in rows.horizons}
    plain = learn_lifetime(LifetimeRows(rows.features, rows.targets, rows.group, rows.time), config).model
    targets = {h: 2 * y for h, y in rows.targets.items()}
    season = learn_lifetime(LifetimeRows(rows.features, targets, rows.group, rows.time, level=double), config).model
    some = [model.predict(rows.features, level=level) for model, level in ((plain, None), (season, double))]
    assert np.allclose(2 * some[0]["d60__expected_value"], some[1]["d60__expected_value"], rtol=1e-6)


def test_anchored_methods_start_from_what_is_told():
    config = LifetimeConfig(names="ratio_tweedie,hurdle", model=CONFIG.model, anchor="btyd")
    rows = customers()
    found = learn_lifetime(rows, config).model
    assert found.anchor == "btyd"
    assert found.told["d30"] >= {"btyd"}
    with pytest.raises(ValueError, match="`told` must have `btyd` at d30"):
        found.predict(rows.features)
    assert np.isfinite(found.predict(rows.features, rows.told)["d60__expected_value"].to_numpy()).all()


def test_a_season_is_not_counted_twice_where_methods_start_from_what_is_told():
    """A year of double money, its told answer too: the same trees, and twice the promises."""
    config = LifetimeConfig(names="ratio_tweedie,ordered", model=CONFIG.model, anchor="btyd")
    rows = customers(400)
    double = {horizon: np.full(rows.height, 2.0) for horizon in rows.horizons}
    targets = {horizon: 2 * values for horizon, values in rows.targets.items()}
    told = {horizon: {name: 2 * said for name, said in some.items()} for horizon, some in rows.told.items()}
    twice = LifetimeRows(rows.features, targets, rows.group, rows.time, told, level=double)
    folds = lifetime_group_folds(rows, 2)
    plain, season = (LifetimeData.of(one, config).answers(config.methods, folds).columns for one in (rows, twice))
    for horizon in rows.horizons:
        for name, said in plain[horizon].items():
            assert np.allclose(2 * said, season[horizon][name], rtol=1e-9)
    model, fit = learn_lifetime(twice, config).model, LifetimeData.of(twice, config).fit(*FIRST)
    fitted = replace(model.horizons["d30"], methods=model.horizons["d30"].methods | {"ratio_tweedie": fit})
    said = replace(model, horizons={"d30": fitted}, extended={}).predict(rows.features, told, double, methods=True)
    anchored = LifetimeData.of(rows, config).fit(*FIRST).predict(LifetimeData.of(rows, config).matrix_of("d30"))
    assert np.allclose(2 * anchored, said["d30__method__ratio_tweedie"], rtol=1e-9)


def test_old_rows_count_less():
    """What customers bring has doubled: rows of a half-life before say little of it."""
    rows = customers(600, origins=5)
    later = rows.time > np.median(rows.time)
    targets = {horizon: values * np.where(later, 4.0, 1.0) for horizon, values in rows.targets.items()}
    grown = LifetimeRows(rows.features, targets, rows.group, rows.time, rows.told)
    promised = []
    for life in (None, timedelta(days=10)):
        data = LifetimeData.of(grown, LifetimeConfig(names="tweedie", model=CONFIG.model, half_life=life))
        promised.append(data.fit("tweedie", "d60").predict(data.matrix_of("d60")).sum())
    assert promised[1] > 1.3 * promised[0]


def test_own_levels_leave_what_methods_promise():
    config = LifetimeConfig(names="tweedie", model=ValueConfig(folds=2, forward=2, methods=SMALL), level="own")
    found = learn_lifetime(customers(400, origins=5), config).model
    assert all(at.outputs["expected_value"].factor == 1 for at in found.horizons.values())
    with pytest.raises(ValueError, match="`level` must be one of judged, learnt"):
        LifetimeConfig(level="mine")


def test_learnt_levels_meet_the_sum_of_what_was_learnt():
    rows = customers(400)
    model = learn_lifetime(rows, replace(CONFIG, level="learnt")).model
    said = model.predict(rows.features, rows.told)["d30__expected_value"]  # a longer one is raised to it
    assert said.sum() == pytest.approx(rows.targets["d30"].sum(), rel=1e-6)


def test_later_rows_are_judged_where_rows_follow_each_other():
    model = ValueConfig(folds=2, forward=2, methods=SMALL)
    rows = customers(400, origins=5)
    found = learn_lifetime(rows, LifetimeConfig(names="tweedie,ordered,hurdle", model=model))
    assert all(found.model.report["horizons"][h]["chosen"]["expected_value"]["later"] for h in rows.horizons)


def test_models_may_stand_above_others(tmp_path):
    config = LifetimeConfig(names="tweedie,hurdle,meta_stack", model=CONFIG.model, meta_features="a,b")
    rows = customers(400)
    found = learn_lifetime(rows, config)
    assert "meta_stack" in found.model.report["horizons"]["d60"]["methods"]
    assert (
        saved(found, tmp_path).predict(rows.features, rows.told).equals(found.model.predict(rows.features, rows.told))
    )


def test_few_rows_are_judged_and_all_are_learnt_from():
    config = LifetimeConfig(names="tweedie", model=CONFIG.model, judged_rows=300)
    report = learn_lifetime(customers(), config).model.report
    assert (report["rows"], report["judged_rows"]) == (900, 300)


def test_a_horizon_that_nobody_has_lived_through_grows_from_the_longest(tmp_path):
    rows = customers()
    targets = {"d30": rows.targets["d30"], "d60": np.full(rows.height, np.nan)}
    some = LifetimeRows(rows.features, targets, rows.group, rows.time, rows.told)
    found = learn_lifetime(some, LifetimeConfig(names="tweedie,hurdle", model=CONFIG.model))
    said = saved(found, tmp_path).predict(rows.features, rows.told)
    short, long = (said[f"{h}__expected_value"].to_numpy() for h in ("d30", "d60"))
    assert np.allclose(long, short * 2.4)  # as much more as was told: 1.2 over 0.5
    p = [said[f"{h}__purchase_probability"].to_numpy() for h in ("d30", "d60")]
    assert np.allclose(p[1], 1 - (1 - p[0]) ** 2.4)
    untold = learn_lifetime(LifetimeRows(rows.features, targets, rows.group, rows.time), found_config()).model
    plain = untold.predict(rows.features)
    assert np.allclose(plain["d60__mae_value"], 2 * plain["d30__mae_value"])


def found_config():
    return LifetimeConfig(names="tweedie,hurdle", model=CONFIG.model)


def test_without_a_matured_horizon_nothing_is_learnt():
    rows = customers(100)
    unknown = {"d30": np.full(100, np.nan)}
    with pytest.raises(ValueError, match="ask shorter horizons"):
        learn_lifetime(LifetimeRows(rows.features, unknown, rows.group, rows.time), CONFIG)


def test_without_value_nothing_is_learnt():
    rows = customers(100)
    with pytest.raises(ValueError, match="none of 100 rows that have lived through 30 days"):
        learn_lifetime(LifetimeRows(rows.features, {"d30": np.zeros(100)}, rows.group, rows.time), CONFIG)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"names": "tweedi"}, "did you mean `tweedie`"),
        ({"names": ""}, "got none"),
        ({"names": "ratio_tweedie"}, "`anchor`"),
        ({"judged_rows": 5}, "`judged_rows`"),
    ],
)
def test_settings_that_cannot_be_are_refused(given, told):
    with pytest.raises(ValueError, match=told):
        LifetimeConfig(**given)
