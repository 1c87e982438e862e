"""Real input, sampled to seconds; full-size figures are in docs/results.md."""

from tests.e2e.conftest import SMALL_MODELS, metrics_of, run_in


def test_next_click_on_a_sample(shared_data, tmp_path, capsys):
    assert (shared_data / "retailrocket").is_dir()
    flags = ("--max-sessions", "500", "--max-history-sessions", "10000", *SMALL_MODELS)
    flags += ("--candidates.sources.word2vec.epochs", "4", "--candidates.sources.factors.iterations", "4")
    assert run_in(tmp_path, *flags, base=("--config", "configs/nextclick.yaml")) == 0
    measured = metrics_of(tmp_path / "samples" / "n500-hn10000")
    assert measured["counts"]["queries"] == measured["counts"]["labels"]["clicks"] == 500
    assert measured["ranking"]["ranked"]["recall@20"]["carts"] is None
    assert (
        measured["ranking"]["ranked"]["next_click"]["HR@20"]
        > measured["ranking"]["revisit_popular"]["next_click"]["HR@20"]
    )
    assert "no model for carts, orders" in capsys.readouterr().out


def test_three_objectives_on_the_taobao_slice(shared_data, tmp_path, capsys):
    assert run_in(tmp_path, base=("--config", "configs/taobao.yaml")) == 0
    measured = metrics_of(tmp_path)
    assert set(measured["models"].values()) == {"shared"}
    assert 350 < measured["counts"]["labels"]["carts"] < 500
    assert 140 < measured["counts"]["labels"]["orders"] < 220
    assert measured["ranking"]["ranked"]["recall@20"]["total"] > 0.1
    assert "one model over all types serves" in capsys.readouterr().out
