"""Served lists join the training rows: counted, said, and no feature of theirs knows what came after them."""

from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline import rank
from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.store.store import Store
from pipeline.store.workdir import locked
from tests.e2e.conftest import SMALL_MODELS, TINY, metrics_of, run_in
from tests.e2e.test_leak import base

MOMENT = datetime(2025, 3, 20, tzinfo=UTC)
FEW = ("--sources", "revisit,covisit,popular")


def lists_of(log, until=None):
    """After each of a session's first four events: the log's first 5 items, and one that nobody has."""
    place = pl.int_range(pl.len()).over("session")
    moments = log.sort("session", "ts", maintain_order=True).filter(place < 4)
    moments = moments if until is None else moments.filter(pl.col("ts") <= until)
    items = [*log.sort("ts")["item"].unique(maintain_order=True).head(5).cast(pl.String), "nothing"]
    shown = pl.DataFrame({"rank": range(1, 7), "item": items, "type": ["clicks"] * 6})
    return moments.select(pl.col("session").cast(pl.String), shown="ts").unique().join(shown, how="cross")


@pytest.fixture(scope="module")
def served(tiny, shop_log, tmp_path_factory):
    """A run with lists, where the tiny one has none."""
    folder = tmp_path_factory.mktemp("lists")
    lists_of(shop_log).write_parquet(folder / "served.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(__file__.rsplit("/tests/", 1)[0])
        assert run_in(folder / "run", "--rankers.served", str(folder / "served.parquet")) == 0
    return folder


def test_they_are_learnt_from_beside_the_folds_own(tiny, served):
    told = metrics_of(served / "run")["served"]
    assert told["lists"] == sum(told.values()) - told["lists"] - told["questions"]
    assert 0 < told["questions"] <= told["joined"]
    assert min(told["outside"], told["elsewhere"], told["nothing_after"], told["held_out"]) > 0
    assert told["unknown"] == 0
    without, with_them = (
        pl.read_parquet(folder / "valid" / "training" / "rows" / "*.parquet") for folder in (tiny, served / "run")
    )
    counts = [dict(rows.group_by("part").agg(pl.col("query").n_unique()).rows()) for rows in (without, with_them)]
    assert counts[1]["fit"] > counts[0]["fit"]
    assert counts[1]["stop"] == counts[0]["stop"]
    assert metrics_of(tiny)["served"] is None
    for name in ("fused", "best_source", "revisit_popular"):
        assert metrics_of(served / "run")["ranking"][name] == metrics_of(tiny)["ranking"][name]


def test_what_became_of_them_is_said(served, capsys):
    given = ("--rankers.served", str(served / "served.parquet"))
    assert rank.main([*TINY, *SMALL_MODELS, "--workdir", str(served / "run"), *given]) == 0
    told = metrics_of(served / "run")["served"]
    joined = f"{told['joined']:,} of {told['lists']:,} served lists join the training rows"
    said = f"{joined}, as {told['questions']:,} questions"
    out = " ".join(capsys.readouterr().out.split())
    assert f"{said}; {told['outside']:,} shown outside the valid fold; " in out
    assert "valid/served/questions: up to date" in out


def test_what_is_refused(tmp_path, capsys):
    assert run_in(tmp_path / "run", "--rankers.served", str(tmp_path / "none.parquet")) == 2
    assert "none.parquet: there is no such file" in capsys.readouterr().err
    assert run_in(tmp_path / "run", "--rankers.served", "x", "--transductive", "true") == 2
    assert "`rankers.served` needs `transductive: false`" in capsys.readouterr().err


def other_future(log, sessions):
    """What the given sessions do after the moment is otherwise, and more of it; what is new comes then only."""
    changed = pl.col("session").is_in(sessions.implode()) & (pl.col("ts") > MOMENT)
    after = log.filter(changed)
    swapped = after.with_columns(item=pl.col("item").reverse(), type=pl.lit("orders"), price=pl.col("price") * 3)
    new = after.with_columns(item=pl.col("item") + 10_000_000, ts=pl.col("ts") + pl.duration(seconds=1))
    return pl.concat([log.filter(~changed), swapped, new]).sort("ts", maintain_order=True)


def described(raw, lists, workdir):
    """FEATURES of the served questions in the shop's keys, and the sessions of the valid fold by part."""
    with locked(workdir) as folder:
        run = Run(configure("run", "", base(raw, *FEW)), Store(folder, lambda line: None))
        served = run.proposed.served(str(lists))
        queries = pl.scan_parquet(served.fold.tables.path / "queries" / "*.parquet")
        items = pl.scan_parquet(served.fold.items).select("item", item_key="key")
        rows = served.description.open().frame(queries.select("query").collect(), 0).lazy()
        keyed = rows.join(queries.select("query", "session_key", "events"), on="query").join(items, on="item")
        own = pl.read_parquet(run.prepared.valid.tables.path / "queries" / "*.parquet")
    return keyed.drop("query", "item").sort("session_key", "events", "fused__rank").collect(), own


def test_what_comes_after_a_list_changes_no_feature_of_it(shop_log, tmp_path):
    """Of those who are learnt from: what others do decides the order of all candidates, as it does without lists."""
    lists_of(shop_log, until=MOMENT).write_parquet(tmp_path / "served.parquet")
    shop_log.sort("ts", maintain_order=True).write_parquet(tmp_path / "now.parquet")
    now, own = described(tmp_path / "now.parquet", tmp_path / "served.parquet", tmp_path / "now")
    learnt = own.filter(pl.col("part") != "tune")["session_key"].cast(pl.Int64)
    other_future(shop_log, learnt).write_parquet(tmp_path / "later.parquet")
    later, _ = described(tmp_path / "later.parquet", tmp_path / "served.parquet", tmp_path / "later")
    assert now.height > 1_000
    assert now.filter(pl.col("revisit__rank").is_null() & pl.col("popular__rank").is_null()).height > 0
    here, there = (common(one, other) for one, other in ((now, later), (later, now)))
    assert here.height == now.height
    assert_frame_equal(here, there, check_exact=True)


def common(rows, others):
    """The questions that both ask: a list after which nothing comes is none."""
    asked = ["session_key", "events"]
    return rows.join(others.select(asked).unique(), on=asked, how="semi", maintain_order="left")
