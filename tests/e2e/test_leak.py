"""The cardinal sin: events appended to the raw log after a moment change nothing that was answered at it."""

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.cli import configure
from pipeline.tasks.describing import Described
from tests.e2e.conftest import run_in

COLUMNS = (
    "{session: session, user: user, item: item, ts: ts, type: type, price: price, category: category, "
    "brand: brand, text: text}"
)


def base(log):
    return (
        *("--config", "configs/dev.yaml", "--train", str(log), "--input.format.columns", COLUMNS),
        *("--folds.cut", "first_n", "--folds.first-n", "2", "--rankers.model.boosting.rounds", "5"),
        *("--folds.valid-start", "2025-03-17T00:00:00", "--folds.test-start", "2025-03-24T00:00:00"),
        *("--folds.end", "2025-03-31T00:00:00"),
    )


def later_events(log):
    """Hostile futures: new sessions after the end, popular new items, and test sessions that go on and on."""
    end = pl.lit("2025-03-31 00:00:00").str.to_datetime(time_unit="ms", time_zone="UTC")
    twins = log.with_columns(
        session=pl.col("session") + 1_000_000,
        user=pl.format("later{}", "user"),
        ts=end + (pl.col("ts") - pl.col("ts").min()),
    )
    new_items = twins.with_columns(item=pl.col("item") + 10_000_000, price=pl.col("price") * 9, text=pl.lit("later"))
    last = log.group_by("session").agg(pl.all().sort_by("ts").last())
    going_on = [
        last.with_columns(ts=end + timedelta(seconds=i), item=pl.col("item").reverse(), type=pl.lit("orders"))
        for i in (1, 2)
    ]
    return pl.concat([f.select(log.columns) for f in (twins, new_items, *going_on)])


def in_shop_keys(folder, fold):
    """FEATURES of every candidate, with the shop's own keys for codes, which may move when keys are added."""
    config = configure("run", "", ["--config", "configs/dev.yaml"])
    root = folder / fold
    folders = (root / name for name in ("fold", "candidates", "history", "pairs"))
    described = Described(*folders, folder / "log" / "items.parquet", config.candidates.total, config.feature_groups)
    queries = pl.scan_parquet(root / "fold" / "queries" / "*.parquet")
    features = described.some(queries.select("query"), 0)
    items = pl.scan_parquet(folder / "log" / "items.parquet").select("item", item_key="key")
    keyed = features.join(queries.select("query", "session_key", "events"), on="query").join(items, on="item")
    return keyed.drop("query", "item").sort("session_key", "events", "fused__rank").collect()


@pytest.mark.parametrize("fold", ["valid", "test"])
def test_the_future_changes_no_candidate_and_no_feature(shop_log, tmp_path_factory, fold, request):
    folders = []
    for name, log in (("now", shop_log), ("later", pl.concat([shop_log, later_events(shop_log)]))):
        folder = tmp_path_factory.getbasetemp() / f"leak-{name}"
        if not folder.exists():
            folder.mkdir()
            log.sort("ts", maintain_order=True).write_parquet(folder / "raw.parquet")
            assert run_in(folder / "work", base=base(folder / "raw.parquet")) == 0
        folders.append(folder / "work")
    now, later = (in_shop_keys(folder, fold) for folder in folders)
    assert now.height > 1_000
    assert_frame_equal(now, later, check_exact=True)


def test_the_history_ends_before_the_fold_begins(tiny):
    queries = pl.read_parquet(tiny / "test" / "fold" / "queries" / "000.parquet")
    events = pl.read_parquet(tiny / "log" / "events" / "000.parquet")
    start = queries["start_ts"].min()
    seen = events.filter(pl.col("ts") < start)["item"].unique()
    counted = pl.read_parquet(tiny / "test" / "history" / "item_popularity.parquet")["item"]
    assert set(counted) <= set(seen)
    prefixes = pl.read_parquet(tiny / "test" / "fold" / "prefixes" / "000.parquet")
    cuts = prefixes.join(queries.select("query", "cut_ts", "events"), on="query")
    assert (cuts["ts"] <= cuts["cut_ts"]).all()
    assert (cuts["position"] < cuts["events"]).all()


def test_a_user_lies_in_one_part(tiny):
    queries = pl.read_parquet(tiny / "valid" / "fold" / "queries" / "000.parquet")
    assert queries.group_by("user").agg(pl.col("part").n_unique())["part"].max() == 1
    assert set(queries["part"].cast(pl.String)) == {"tune", "fit", "stop"}
