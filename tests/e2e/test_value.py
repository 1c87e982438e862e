"""`python -m pipeline.value` on logs, through the command line: a tiny shop, a BTK log, and what it refuses."""

import json
import shutil

import numpy as np
import polars as pl
import pytest

from pipeline import value
from tests.e2e.conftest import TINY

QUICK = (
    *("--value.model.methods.names", "l2,hurdle", "--value.model.methods.members", "l2"),
    *("--value.model.methods.boosting.rounds", "8", "--value.model.methods.boosting.threads", "1"),
    *("--value.model.methods.power", "1.5", "--value.model.folds", "2", "--value.model.forward", "2"),
)
CUTS = "{all: {at: all}, first2: {at: first_n, first_n: 2, learn_too: [all]}}"
SHOP = (*TINY, *QUICK, "--value.cuts", CUTS, "--value.training-rows", "1000", "--max-sessions", "150")
OUTPUTS = ("expected_value", "rmsle_value", "mae_value")
SAMPLE = "samples/n150"
NAIVE = ("all_zeros", "value_so_far", "taken_so_far", "user_mean")


@pytest.fixture(scope="module")
def valued(tmp_path_factory):
    """The tiny shop's values."""
    folder = tmp_path_factory.mktemp("valued")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(value.__file__.rsplit("/", 2)[0])
        assert value.main([*SHOP, "--workdir", str(folder)]) == 0
    return folder / SAMPLE


def metrics_of(folder):
    return json.loads((folder / "value_metrics.json").read_text())


def described(folder, cut="all", side="test"):
    return pl.read_parquet(folder / "value" / cut / "described" / "000" / f"{side}.parquet")


class TestShop:
    def test_values_in_the_shops_keys(self, valued):
        table = pl.read_parquet(valued / "values.parquet")
        assert set(table["cut"]) == {"all", "first2"}
        assert not table.select("cut", "session", "events").is_duplicated().any()
        raw = pl.read_parquet(valued.parents[1] / "shop" / "log.parquet")
        assert set(table["session"]) <= set(raw["session"].cast(pl.String))
        assert (table["expected_value"] >= table["so_far"] - 1e-9).all()
        assert (table["low"] <= table["high"]).all()
        assert table["purchase_probability"].is_between(0, 1).all()

    def test_metrics_have_the_documented_form(self, valued):
        metrics = metrics_of(valued)
        assert set(metrics) == {"value", "by_events", "out_of_fold", "counts", "warnings"}
        for cut in ("all", "first2"):
            assert {*OUTPUTS, *NAIVE} <= set(metrics["value"][cut])
            assert not [name for name in metrics["value"][cut] if name.endswith("__p")]  # chances are no money
            assert list(metrics["value"][cut])[: len(NAIVE)] == list(NAIVE)  # naive ones first
        assert metrics["value"]["all"]["all_zeros"]["ratio"] == 0
        lengths = [row["events"] for row in metrics["by_events"]["all"]]
        assert lengths == sorted(set(lengths))
        assert metrics["counts"]["all"]["judged"] == described(valued).height

    def test_targets_are_what_the_raw_log_says(self, valued):
        rows = described(valued).select("session_key", "target", "so_far", "events")
        raw = pl.read_parquet(valued.parents[1] / "shop" / "log.parquet").with_columns(
            pl.col("session").cast(pl.String)
        )
        spent = (pl.col("price") * pl.col("quantity").fill_null(1)).filter(pl.col("type") == "orders").sum()
        truth = raw.group_by(session_key="session").agg(truth=spent)
        joined = rows.join(truth, on="session_key", how="left")
        assert joined.height == rows.height
        np.testing.assert_allclose(joined["target"], joined["truth"], atol=1e-4)
        assert (joined["so_far"] <= joined["target"] + 1e-6).all()
        assert joined["target"].n_unique() > 3

    def test_no_session_is_on_both_sides(self, valued):
        train, test = (described(valued, side=side) for side in ("train", "test"))
        assert not set(train["session"]) & set(test["session"])
        assert train["start_ts"].max() < test["start_ts"].min()

    def test_a_second_run_is_up_to_date_and_the_same(self, valued, capsys):
        before = (valued / "values.parquet").read_bytes(), (valued / "value_metrics.json").read_bytes()
        assert value.main([*SHOP, "--workdir", str(valued.parents[1])]) == 0
        assert "built in" not in capsys.readouterr().out
        assert before == ((valued / "values.parquet").read_bytes(), (valued / "value_metrics.json").read_bytes())

    def test_shards_change_nothing(self, valued, tmp_path):
        assert value.main([*SHOP, "--workdir", str(tmp_path), "--shards", "3"]) == 0
        for name in ("values.parquet", "value_metrics.json"):
            assert (tmp_path / SAMPLE / name).read_bytes() == (valued / name).read_bytes()

    def test_a_search_goes_on_where_it_ended(self, valued, tmp_path):
        copied = tmp_path / "copied"
        shutil.copytree(valued.parents[1], copied)
        flags = (*SHOP, "--workdir", str(copied), "--value.model.searched", "l2")
        for trials in (2, 3):
            assert value.main([*flags, "--tune", str(trials)]) == 0
            for cut in ("all", "first2"):
                tuned = metrics_of(copied / SAMPLE)["out_of_fold"][cut]["tuned"]
                assert tuned["finished"] == trials
                assert tuned["best"] <= tuned["given"]  # of an error


BTK_KINDS = ("VIEW", "VIEW", "ADD_CART", "REMOVE_CART", "BUY")


def btk_kinds(n):
    """What session n does: one to five events, as irregular as a shop's."""
    first, length = n * n + n // 7, (n * 3 + n * n // 5) % 5 + 1
    return [BTK_KINDS[(first + k) % 5] for k in range(length)]


def btk_rows(sessions, first_day, labelled):
    """Rows of a BTK file; a session is worth 10 a purchase and 1 an event."""
    rows = ["event_time,event_type,product_id,category_id,user_id,user_session" + (",session_value" * labelled)]
    for n in sessions:
        kinds = btk_kinds(n)
        worth = 10 * kinds.count("BUY") + len(kinds)
        for k, kind in enumerate(kinds):
            when = f"2025-06-{first_day + n // 12:02d} {10 + n % 12:02d}:{k:02d}:07"
            row = f"{when},{kind},PROD_{(n * 7 + k) % 9:03d},CAT_{n % 3},USER_{n % 11:03d},SESSION_{n:04d}"
            rows.append(row + (f",{worth}" if labelled else ""))
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def btk(tmp_path_factory):
    """A BTK train file and a test file, whose sessions follow."""
    folder = tmp_path_factory.mktemp("btk")
    (folder / "train.csv").write_text(btk_rows(range(180), 1, labelled=True))
    (folder / "test.csv").write_text(btk_rows(range(180, 200), 3, labelled=False))
    return folder


class TestBtk:
    FLAGS = ("--config", "configs/value_btk.yaml", *QUICK)

    def test_the_last_days_are_scored_and_measured(self, btk):
        work = btk / "own"
        flags = ("--train", str(btk / "train.csv"), "--folds.test", "4d", "--workdir", str(work))
        assert value.main([*self.FLAGS, *flags]) == 0
        metrics = metrics_of(work)["value"]["whole"]
        assert metrics["expected_value"]["rmse"] < metrics["user_mean"]["rmse"]
        rows = described(work, "whole")
        told = {f"SESSION_{n:04d}": 10 * btk_kinds(n).count("BUY") + len(btk_kinds(n)) for n in range(180)}
        assert rows["target"].to_list() == [told[key] for key in rows["session_key"]]

    def test_a_test_file_is_scored_whole(self, btk):
        work = btk / "theirs"
        flags = ("--train", str(btk / "train.csv"), "--test", str(btk / "test.csv"), "--workdir", str(work))
        assert value.main([*self.FLAGS, *flags]) == 0
        values = pl.read_parquet(work / "values.parquet")
        visible = [n for n in range(180, 200) if set(btk_kinds(n)) != {"REMOVE_CART"}]
        assert values["session"].to_list() == [f"SESSION_{n:04d}" for n in visible]
        assert metrics_of(work)["value"]["whole"]["expected_value"] is None  # nobody knows what they were worth


class TestRefused:
    def error(self, capsys, *flags):
        assert value.main([*flags]) == 2
        return capsys.readouterr().err

    def test_a_copy_of_the_target(self, tmp_path, capsys):
        flags = (*TINY, *QUICK, "--value.targets.kind", "weights", "--value.cuts", "{whole: {at: whole}}")
        flags = (
            *flags,
            "--value.targets.weights",
            "{clicks: 1.0, carts: 1.0, orders: 1.0}",
            "--workdir",
            str(tmp_path),
        )
        said = self.error(capsys, *flags)
        assert "`session_shape__events` has the target's order" in said
        assert "--allow-leaks" in said
        assert value.main([*flags, "--allow-leaks"]) == 0
        assert "warning: known too early" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("flags", "named"),
        [
            (("--value.cuts", "{a: {at: all, learn_too: [b]}}"), "value.cuts"),
            (("--value.leave-out", "[nothing]"), "value.leave_out"),
            (("--value.learn-from", "2030-01-01T00:00:00"), "value.learn_from"),
            (("--value.targets.kind", "label"), "value.targets.kind"),
            (("--value.cuts", "{a: {at: first_n, first_n: 6000}}"), "min_events"),
            (("--optimize", "luck"), "optimize"),
        ],
    )
    def test_settings_that_cannot_be(self, flags, named, tmp_path, capsys):
        said = self.error(capsys, *TINY, *QUICK, *flags, "--workdir", str(tmp_path))
        assert f"{named}" in said
        assert said.startswith("error: ")
        assert said.count("\n") == 1
