"""Events appended to the raw log after a moment change nothing of what is said of sessions cut before it."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline import value
from tests.e2e.conftest import TINY
from tests.e2e.test_value import QUICK, described

COLUMNS = (
    "{session: session, user: user, item: item, ts: ts, type: type, price: price, quantity: quantity, "
    "category: category, brand: brand, text: text}"
)
TEST_START = datetime(2025, 3, 24, tzinfo=UTC)
MOMENT = datetime(2025, 3, 28, tzinfo=UTC)


def hostile(log):
    """From the moment on sessions go on and buy, every user comes again, and new goods sort before the old ones.

    Of the sessions before the test a third go on, as those that do are not over when it begins, and not learnt from.
    """
    last = log.group_by("session").agg(pl.all().sort_by("ts").last()).sort("session")
    goes_on = (pl.col("session") % 3 == 0) | (pl.col("ts") >= TEST_START)
    going_on = [
        last.filter(goes_on).with_columns(
            ts=pl.max_horizontal(pl.lit(MOMENT).cast(log.schema["ts"]), "ts") + timedelta(seconds=i),
            type=pl.lit("orders"),
            price=pl.lit(500.0),
        )
        for i in (1, 2)
    ]
    again = last.with_columns(
        session=pl.col("session") + 1_000_000,
        ts=pl.lit(MOMENT).cast(log.schema["ts"]),
        item=-pl.col("item").cast(pl.Int64) - 1,
    )
    return pl.concat([frame.select(log.columns).cast(log.schema) for frame in (*going_on, again)])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("value-leak")
    made = folder / "shop"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(value.__file__.rsplit("/", 2)[0])
        assert value.main([*TINY, *QUICK, "--workdir", str(made), "--max-sessions", "200"]) == 0
        log = pl.read_parquet(made / "shop" / "log.parquet").cast({"item": pl.Int64, "type": pl.String})
        for name, rows in (("now", log), ("later", pl.concat([log, hostile(log)]))):
            rows.sort("ts", maintain_order=True).write_parquet(folder / f"{name}.parquet")
            flags = ("--train", str(folder / f"{name}.parquet"), "--input.format.columns", COLUMNS)
            flags = (*flags, "--folds.test-start", TEST_START.replace(tzinfo=None).isoformat())
            flags = (*flags, "--value.cuts", "{all: {at: all}}", "--workdir", str(folder / name))
            assert value.main(["--config", "configs/dev.yaml", *flags, *QUICK]) == 0
    return folder / "now", folder / "later"


@pytest.mark.parametrize("side", ["train", "test"])
def test_the_future_changes_no_feature(folders, side):
    now, later = (described(folder, side=side).filter(pl.col("cut_ts") < MOMENT) for folder in folders)
    ours = now.select("session_key", "events")
    # a session that goes on has more cuts, and one that is not over when the test begins is not learnt from
    later = later.join(ours, on=["session_key", "events"], how="semi")
    now = now.join(later, on=["session_key", "events"], how="semi")
    assert now.height > 100
    features = [name for name in now.columns if "__" in name]
    keys = ("session_key", "events")
    assert_frame_equal(
        now.select(*keys, *features).sort(keys), later.select(*keys, *features).sort(keys), check_exact=True
    )


def test_the_appended_events_were_there(folders):
    now, later = (pl.read_parquet(folder / "value" / "closed" / "closed" / "000.parquet") for folder in folders)
    assert later["value"].sum() > 2 * now["value"].sum()
