"""The cardinal sin: events appended to the raw log after a moment change nothing that was answered at it."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from candidates import SOURCES
from features import GROUPS
from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.store.store import Store
from pipeline.store.workdir import locked

COLUMNS = (
    "{session: session, user: user, item: item, ts: ts, type: type, price: price, category: category, "
    "brand: brand, text: text}"
)
FEW = "revisit,covisit,session_neighbours,popular,word2vec"
"""Sources of modes for which these are enough."""
UNNAMED = pl.col("item") % 4 == 1
"""Items whose category, brand, text and price the log does not name until after its end."""


def base(log, *flags):
    return (
        *("--config", "configs/dev.yaml", "--config", "configs/overlays/all_sources.yaml", "--train", str(log)),
        *("--input.format.columns", COLUMNS, "--folds.cut", "first_n", "--folds.first-n", "2"),
        *("--folds.valid-start", "2025-03-17T00:00:00", "--folds.test-start", "2025-03-24T00:00:00"),
        *("--folds.end", "2025-03-31T00:00:00", "--candidates.sources.word2vec.epochs", "2"),
        *("--candidates.sources.factors.iterations", "2", "--candidates.sources.factors.factors", "8"),
        *("--candidates.first-stage.model.boosting.rounds", "5", "--candidates.first-stage.model.cv-rounds", "3"),
        *flags,
    )


def partly_named(log):
    """The log as far as it names items at all."""
    named = ("category", "brand", "text", "price")
    return log.with_columns(pl.when(~UNNAMED).then(name).alias(name) for name in named)


def later_events(log):
    """Hostile futures: new sessions after the end, popular new items, late names, test sessions that go on and on."""
    end = pl.lit("2025-03-31 00:00:00").str.to_datetime(time_unit="ms", time_zone="UTC")
    twins = log.with_columns(
        session=pl.col("session") + 1_000_000,
        user=pl.format("later{}", "user"),
        ts=end + (pl.col("ts") - pl.col("ts").min()),
    )
    new_items = twins.with_columns(item=pl.col("item") + 10_000_000, price=pl.col("price") * 9, text=pl.lit("later"))
    names = twins.filter(UNNAMED).with_columns(
        category=pl.lit(log["category"].drop_nulls()[0]),
        brand=pl.lit("late"),
        text=pl.lit("red later"),
        price=pl.lit(77.0),
    )
    last = log.group_by("session").agg(pl.all().sort_by("ts").last())
    going_on = [
        last.with_columns(ts=end + pl.duration(seconds=i), item=pl.col("item").reverse(), type=pl.lit("orders"))
        for i in (1, 2)
    ]
    return pl.concat([f.select(log.columns) for f in (twins, new_items, names, *going_on)])


def described(raw, workdir, *flags):
    """FEATURES of every candidate of both folds, by production's own inputs, in the shop's keys."""
    with locked(workdir) as folder:
        run = Run(configure("run", "", base(raw, *flags)), Store(folder, lambda line: None))
        found = {}
        for name, proposed in (("valid", run.proposed.valid), ("test", run.proposed.test)):
            queries = pl.scan_parquet(proposed.fold.tables.path / "queries" / "*.parquet")
            items = pl.scan_parquet(proposed.fold.items).select("item", item_key="key")
            rows = proposed.description.open().frame(queries.select("query").collect(), 0)
            keyed = (
                rows.lazy().join(queries.select("query", "session_key", "events"), on="query").join(items, on="item")
            )
            found[name] = keyed.drop("query", "item").sort("session_key", "events", "fused__rank").collect()
    return found, run


MODES = {
    "past": (),
    "transductive": ("--transductive", "true", "--sources", FEW),
    "start": ("--input.sessions.by", "user", "--sources", FEW),
    "first_event": ("--input.sessions.by", "user", "--folds.returning", "first_event", "--sources", FEW),
}


@pytest.mark.parametrize("mode", MODES)
def test_the_future_changes_no_candidate_and_no_feature(shop_log, tmp_path, mode):
    log = partly_named(shop_log)
    told = {}
    for name, rows in (("now", log), ("later", pl.concat([log, later_events(log)]))):
        rows.sort("ts", maintain_order=True).write_parquet(tmp_path / f"{name}.parquet")
        told[name], run = described(tmp_path / f"{name}.parquet", tmp_path / name, *MODES[mode])
    groups = {group.name for group in run.config.feature_groups}
    if mode == "past":
        assert {type(source) for source in run.proposed.sources} == {entry.kind for entry in SOURCES}
        assert groups == {group.name for group in GROUPS if not group.transductive and not group.returning}
    elif mode == "transductive":
        assert groups == {group.name for group in GROUPS if not group.returning}
    else:
        assert groups == {group.name for group in GROUPS if not group.transductive}
    for fold in ("valid", "test"):
        assert told["now"][fold].height > 1_000
        assert_frame_equal(told["now"][fold], told["later"][fold], check_exact=True)
    late = pl.read_parquet(tmp_path / "later" / "log" / "late_names.parquet")
    assert late["category_since"].count() > 5, "no item of the log is named late, so that guard is not tried"


def test_the_history_ends_before_the_fold_begins(tiny):
    queries = pl.read_parquet(tiny / "test" / "fold" / "queries" / "000.parquet")
    events = pl.read_parquet(tiny / "log" / "events" / "000.parquet")
    start = queries["start_ts"].min()
    seen = events.filter(pl.col("ts") < start)["item"].unique()
    counted = pl.read_parquet(tiny / "test" / "history" / "item_popularity" / "rows.parquet")["item"]
    assert set(counted) <= set(seen)
    prefixes = pl.read_parquet(tiny / "test" / "fold" / "prefixes" / "000.parquet")
    cuts = prefixes.join(queries.select("query", "cut_ts", "events"), on="query")
    assert (cuts["ts"] <= cuts["cut_ts"]).all()
    assert (cuts["position"] < cuts["events"]).all()


def test_a_user_lies_in_one_part(tiny):
    queries = pl.read_parquet(tiny / "valid" / "fold" / "queries" / "000.parquet")
    assert queries.group_by("user").agg(pl.col("part").n_unique())["part"].max() == 1
    assert set(queries["part"].cast(pl.String)) == {"tune", "fit", "stop"}
