import shutil

import polars as pl
import pytest

from data.schema import TYPES
from pipeline import candidates, evaluate, prepare, rank
from tests.e2e.conftest import SMALL_MODELS, TINY, metrics_of, results, run_in


def numbers(tree):
    return [n for value in tree.values() for n in (numbers(value) if isinstance(value, dict) else [value])]


def test_metrics_have_the_documented_form(tiny):
    metrics = metrics_of(tiny)
    about = {"mode", "best_source", "models", "training", "counts", "warnings", "promises", "rules", "served"}
    assert set(metrics) == {"ranking", "candidates", "reciprocal_rank", "leave_one_out", *about}
    members = {"revisit", "covisit", "chain", "session_neighbours", "popular", "category_popular"}
    assert set(metrics["leave_one_out"]) == members
    assert metrics["mode"] == "past"
    assert set(metrics["training"]["clicks"]) == {"about"}
    assert metrics["training"]["clicks"]["about"]["objective"] == metrics["models"]["clicks"]
    assert "features" not in metrics["training"]["clicks"]["about"]
    assert set(metrics["ranking"]) == {"ranked", "fused", "best_source", "revisit_popular"}
    for measures in metrics["ranking"].values():
        assert set(measures["recall@20"]) == {*TYPES, "total"}
        assert set(measures["next_click"]) == {"HR@10", "HR@20", "MRR@10", "MRR@20"}
    assert set(metrics["candidates"]) == {*members, "union"}
    for recalls in metrics["candidates"].values():
        assert list(recalls) == ["recall@20", "recall@50", "recall@100", "recall@200"]
        assert all(set(by_type) == set(TYPES) for by_type in recalls.values())
    assert all(0 <= n <= 1 for n in numbers(metrics["ranking"]) + numbers(metrics["candidates"]))


def test_the_ranking_beats_chance_by_far(tiny):
    ranking = metrics_of(tiny)["ranking"]
    assert ranking["ranked"]["recall@20"]["clicks"] > 0.4
    assert ranking["ranked"]["recall@20"]["total"] > 0.4


def test_the_total_is_weighted(tiny):
    for measures in metrics_of(tiny)["ranking"].values():
        recall = measures["recall@20"]
        expected = 0.1 * recall["clicks"] + 0.3 * recall["carts"] + 0.6 * recall["orders"]
        assert recall["total"] == pytest.approx(expected, abs=1e-12)


def test_twenty_distinct_items_in_the_shops_own_keys(tiny, shop_log):
    table = pl.read_parquet(tiny / "recommendations.parquet")
    lists = table.group_by("session", "events", "type").agg(
        n=pl.len(), distinct=pl.col("item").n_unique(), best=pl.col("rank").min(), worst=pl.col("rank").max()
    )
    assert lists["n"].unique().to_list() == [20]
    assert lists["distinct"].unique().to_list() == [20]
    assert (lists["best"].min(), lists["worst"].max()) == (1, 20)
    assert set(table["item"]) <= set(shop_log["item"].cast(pl.String))
    assert set(table["session"]) <= set(shop_log["session"].cast(pl.String))
    assert table["type"].unique().cast(pl.String).sort().to_list() == sorted(TYPES)


def test_a_second_run_skips_everything(tiny, capsys):
    before = results(tiny)
    assert run_in(tiny) == 0
    printed = capsys.readouterr().out
    assert "built in" not in printed
    assert "up to date" in printed
    assert results(tiny) == before


def test_many_shards_give_the_same_bytes(tiny, tmp_path):
    assert run_in(tmp_path, "--shards", "3") == 0
    assert results(tmp_path) == results(tiny)


def test_one_batch_or_many_give_the_same_bytes(tiny, tmp_path):
    assert run_in(tmp_path, "--input.format.batch-rows", "700") == 0
    assert results(tmp_path) == results(tiny)


def test_stages_build_what_they_need(tiny, tmp_path, capsys):
    flags = [*TINY, *SMALL_MODELS, "--workdir", str(tmp_path)]
    assert candidates.main(flags) == 0
    assert "log: built in" in capsys.readouterr().out
    assert prepare.main(flags) == 0
    assert "log: up to date" in capsys.readouterr().out
    assert rank.main(flags) == 0
    assert (tmp_path / "recommendations.parquet").exists()
    assert not (tmp_path / "metrics.json").exists()
    assert evaluate.main(flags) == 0
    assert "revisit + popularity" in capsys.readouterr().out
    assert results(tmp_path) == results(tiny)


def test_samples_go_to_a_folder_of_their_own(tiny, tmp_path):
    before = results(tiny)
    assert run_in(tiny, "--sample", "0.5") == 0
    assert run_in(tiny, "--max-sessions", "40", "--max-history-sessions", "300") == 0
    assert results(tiny) == before
    full, half = metrics_of(tiny)["counts"], metrics_of(tiny / "samples" / "s0.5")["counts"]
    assert 0.35 * full["sessions"] < half["sessions"] < 0.65 * full["sessions"]
    assert metrics_of(tiny / "samples" / "n40-hn300")["counts"]["sessions"] == 40
    history = pl.read_parquet(tiny / "samples" / "n40-hn300" / "test" / "history" / "item_popularity" / "rows.parquet")
    assert history.height < pl.read_parquet(tiny / "test" / "history" / "item_popularity" / "rows.parquet").height


def test_transductive_runs_say_so(tmp_path):
    assert run_in(tmp_path, "--transductive", "true") == 0
    assert metrics_of(tmp_path)["mode"] == "transductive"
    learnt_from = pl.read_parquet_schema(tmp_path / "valid" / "training" / "rows" / "000.parquet")
    assert "item_scored_period__lift" in learnt_from


def test_groups_can_be_left_out_and_rankers_blended(tiny, tmp_path):
    folder = shutil.copytree(tiny, tmp_path / "work")
    members = (
        "--rankers.members.folds",
        "2",
        "--rankers.members.xgboost.rounds",
        "4",
        "--rankers.members.blend",
        "ranks",
    )
    trees = ("--rankers.members.xgboost.threads", "1")
    assert run_in(folder, "--features.leave_out", "[item_trend, user_past]", *members, *trees) == 0
    learnt_from = pl.read_parquet_schema(folder / "valid" / "training" / "rows" / "000.parquet")
    assert not [
        name for name in learnt_from if name.startswith(("item_trend__", "user_past__", "item_scored_period__"))
    ]
    training = metrics_of(folder)["training"]["clicks"]
    assert training["blend"]["members"] == ["fold_1", "fold_2", "xgboost"]
    assert 0 < training["blend"]["out_of_fold_recall@20"] <= 1


def test_training_queries_are_limited_whole(tmp_path):
    assert run_in(tmp_path, "--train-queries", "30", "--rankers.size.min-positive-queries", "10") == 0
    rows = pl.read_parquet(tmp_path / "valid" / "training" / "rows" / "000.parquet")
    fit = rows.filter(pl.col("part") == "fit")
    assert fit["query"].n_unique() <= 90
    offered = pl.read_parquet(tmp_path / "valid" / "candidates" / "000" / "000.parquet")
    kept = offered.filter(pl.col("fused__rank") <= 150).join(fit.select("query").unique(), on="query", how="semi")
    assert fit.height == kept.height


def test_sources_can_be_chosen_and_what_each_is_worth_is_shown(tmp_path, capsys):
    flags = [*TINY, *SMALL_MODELS, "--workdir", str(tmp_path), "--candidates.sources.chain", "{}"]
    assert candidates.main([*flags, "--sources", "covisit,chain"]) == 0
    printed = capsys.readouterr().out
    assert "without chain" in printed
    assert "revisit" not in printed
    table = pl.read_parquet(tmp_path / "test" / "candidates" / "000" / "000.parquet")
    assert {c for c in table.columns if c.endswith("__rank")} == {"covisit__rank", "chain__rank", "fused__rank"}


def test_leaving_a_source_out_equals_a_run_without_it(tmp_path):
    """The union without a source holds what a run without it holds: depths beyond all candidates, no weights matter."""
    flags = [*TINY, *SMALL_MODELS, "--workdir"]
    assert evaluate.main([*flags, str(tmp_path / "all"), "--sources", "revisit,covisit,popular"]) == 0
    assert evaluate.main([*flags, str(tmp_path / "two"), "--sources", "covisit,popular"]) == 0
    without = metrics_of(tmp_path / "all")["leave_one_out"]["revisit"]
    assert without["recall@200"] == metrics_of(tmp_path / "two")["candidates"]["union"]["recall@200"]


def test_an_unknown_source_is_named(tmp_path, capsys):
    assert candidates.main([*TINY, "--workdir", str(tmp_path), "--sources", "covisit,magic"]) == 2
    assert "`sources` names ['magic']; configured are" in capsys.readouterr().err
