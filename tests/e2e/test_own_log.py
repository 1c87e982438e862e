"""A log in a format of its own, through the shipped template."""

import polars as pl

from tests.e2e.conftest import SMALL_MODELS, metrics_of, run_in


def own_format(shop_log):
    """Semicolons, German local times without a zone, own event names, users instead of sessions, wish lists."""
    names = {"clicks": "view", "carts": "add_to_cart", "orders": "purchase"}
    rows = shop_log.select(
        visitor="user",
        product=pl.format("SKU-{}", "item"),
        event=pl.col("type").cast(pl.String).replace(names),
        time=pl.col("ts").dt.convert_time_zone("Europe/Berlin").dt.strftime("%Y-%m-%d %H:%M:%S"),
    )
    wishes = rows.head(200).with_columns(event=pl.lit("wishlist"))
    return pl.concat([rows, wishes]).sort("time", maintain_order=True)


def test_an_own_log_runs_through_the_template(shop_log, tmp_path, capsys):
    file = tmp_path / "mine.csv"
    own_format(shop_log).write_csv(file, separator=";")
    flags = ("--train", str(file), "--input.format.separator", ";", *SMALL_MODELS)
    assert run_in(tmp_path / "work", *flags, base=("--config", "configs/own.yaml")) == 0
    printed = capsys.readouterr().out
    assert "dropped: event wishlist is ignored: 200" in printed
    metrics = metrics_of(tmp_path / "work")
    assert metrics["ranking"]["ranked"]["recall@20"]["clicks"] > 0.3
    answers = pl.read_parquet(tmp_path / "work" / "recommendations.parquet")
    assert answers["item"].str.starts_with("SKU-").all()
    assert answers["session"].str.contains("@2025-03-").all()


def test_sessions_are_cut_at_gaps(shop_log, tmp_path):
    file = tmp_path / "mine.csv"
    own_format(shop_log).write_csv(file, separator=",")
    from pipeline import prepare

    flags = ["--config", "configs/own.yaml", "--train", str(file)]
    sessions = []
    for gap in ("10m", "12h"):
        assert prepare.main([*flags, "--input.sessions.gap", gap, "--workdir", str(tmp_path / gap)]) == 0
        sessions.append(pl.read_parquet(tmp_path / gap / "log" / "keys" / "session.parquet").height)
    assert sessions[0] > sessions[1] > shop_log["user"].n_unique()
