"""From a frame or a file to recommendations, without the command line."""

import json

import polars as pl
import pytest

import aisle
from pipeline import run
from pipeline.store.workdir import locked
from tests.aisle.conftest import COLUMNS, SMALL, Lines, one_session


def test_a_frame_becomes_recommendations(fitted, log):
    shown = one_session(log)
    lists = fitted.recommender.recommend(shown, k=5)
    assert lists.columns == ["session", "events", "type", "rank", "item", "score"]
    assert lists["session"].unique().to_list() == [str(shown["visit"][0])]
    assert lists.group_by("type").len()["len"].to_list() == [5, 5, 5]
    assert set(lists["item"]) <= set(log["product"].cast(pl.String))
    reasons = fitted.recommender.explain(shown)
    assert (
        reasons.lists["clicks"]["item"].head(5).to_list() == lists.filter(pl.col("type") == "clicks")["item"].to_list()
    )


def test_tables_of_pandas_give_what_those_of_polars_give(fitted, log):
    shop = aisle.open(train=log.to_pandas(), columns=COLUMNS, settings=SMALL, workdir=fitted.workdir)
    assert shop.frames["train"].equals(log)
    shown = one_session(log)
    lists = fitted.recommender.recommend(shown)
    assert fitted.recommender.recommend(shown.to_pandas()).equals(lists)
    with pytest.raises(aisle.AisleError, match="`events` is a list; give a frame"):
        fitted.recommender.recommend([1, 2])


def test_a_fit_leaves_its_results(fitted):
    assert fitted.shop.metrics == json.loads((fitted.workdir / "metrics.json").read_text())
    assert fitted.shop.metrics["ranking"]["ranked"]["recall@20"]["clicks"] > 0.3
    lists = fitted.shop.recommendations
    assert lists.equals(pl.read_parquet(fitted.workdir / "recommendations.parquet"))
    assert lists["session"].n_unique() == fitted.shop.metrics["counts"]["sessions"]


def test_what_a_fit_leaves_is_loaded(fitted, log):
    shown = one_session(log)
    loaded = aisle.load(fitted.workdir)
    assert loaded.recommend(shown).equals(fitted.recommender.recommend(shown))


def test_the_same_frame_again_builds_nothing(fitted, log, capsys):
    again = pl.concat([log.head(10), log.slice(10)], rechunk=False)
    shop = aisle.open(train=again, columns=COLUMNS, settings=SMALL, workdir=fitted.workdir, verbose=True)
    shop.fit()
    lines = capsys.readouterr().out.splitlines()
    assert "given/train: up to date" in lines
    assert "test/metrics: up to date" in lines
    assert not [line for line in lines if "built" in line]
    assert shop.metrics == fitted.shop.metrics


def test_the_lines_go_to_the_logger_alone(fitted, capsys):
    assert any(line.startswith("given/train: built in") for line in fitted.lines)
    fitted.shop.fit()
    assert capsys.readouterr() == ("", "")


def test_a_file_gives_what_its_frame_gives(fitted, log, tmp_path):
    """And the command line the same bytes."""
    file = tmp_path / "log.parquet"
    log.write_parquet(file)
    config = {"train": str(file), "workdir": str(tmp_path / "work"), "input": {"format": {"columns": COLUMNS}}}
    written = tmp_path / "mine.yaml"
    shop = aisle.open(config, settings=SMALL)
    shop.fit()
    name = "recommendations.parquet"
    assert (tmp_path / "work" / name).read_bytes() == (fitted.workdir / name).read_bytes()
    written.write_text(json.dumps(config))
    flags = [f"--{setting}={json.dumps(value)}" for setting, value in SMALL.items()]
    assert run.main(["--config", str(written), *flags]) == 0
    with Lines() as lines:
        shop.fit()
    assert not [line for line in lines if "built" in line]


def test_columns_with_our_names_need_no_naming(log):
    ours = {theirs: name for name, theirs in COLUMNS.items()}
    shop = aisle.open(train=log.rename(ours))
    columns = shop.config.input.format.columns
    assert (columns.session, columns.item, columns.ts, columns.price) == ("session", "item", "ts", "price")
    assert columns.brand is None
    assert shop.config.workdir == "artifacts/own"
    assert shop.config.input.sessions.by == "column"
    assert repr(shop) == "Shop(train='artifacts/own/given/train/log.parquet', workdir='artifacts/own')"


def test_without_sessions_a_pause_ends_one(log):
    visitors = {ours: theirs for ours, theirs in COLUMNS.items() if ours != "session"}
    assert aisle.open(train=log, columns=visitors).config.input.sessions.by == "gap"


def test_a_list_of_files_may_hold_commas():
    shop = aisle.open(train=["a,b.csv", "c.csv"], columns=COLUMNS)
    assert shop.config.train == '"a,b.csv",c.csv'


def test_a_configuration_stands_but_for_what_is_named(tmp_path, log):
    file = tmp_path / "mine.yaml"
    file.write_text("train: log.csv\nworkdir: there\ninput: {sessions: {by: gap}, format: {columns: {user: u}}}\n")
    shop = aisle.open(file, columns={"item": "product"}, events={"view": "clicks"}, **{"folds.valid": "3d"})
    given = shop.config.input
    assert (shop.config.train, given.format.columns.user, given.format.columns.item) == ("log.csv", "u", "product")
    assert (given.sessions.by, given.format.events, shop.config.folds.valid.days) == ("gap", {"view": "clicks"}, 3)
    over = aisle.open(file, train=log, test="test.csv", labels=log.head(2), workdir="here")
    assert over.config.train == "here/given/train/log.parquet"
    assert (over.config.test, over.config.labels) == ("test.csv", "here/given/labels/log.parquet")
    assert sorted(over.frames) == ["labels", "train"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "no log is named: give `train` a frame or a file"),
        ({"train": "log.csv"}, "`train`: name its columns, such as columns="),
        ({"train": pl.DataFrame({"sku": [1]})}, r"name its columns, .*; it has \['sku'\]"),
        ({"train": 5}, "`train` is a int; give a frame"),
        ({"config": pl.DataFrame()}, "the configuration is a DataFrame; a log goes under `train`"),
        ({"train": pl.DataFrame(), "columns": COLUMNS, "workdir": "a,b"}, "a,b: a working directory for frames"),
        ({"train": pl.DataFrame(), "columns": COLUMNS, "folds.valid": "soon"}, "a duration is written like"),
        ({"train": pl.DataFrame(), "columns": {"sku": "x"}}, "there is no setting `input.format.columns.sku`; "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(given, says):
    with pytest.raises(aisle.AisleError, match=says) as raised:
        aisle.open(**given)
    assert "\n" not in str(raised.value)


def test_a_log_that_cannot_be_read_leaves_nothing_half_written(tmp_path):
    broken = pl.DataFrame({"visit": [1], "product": [2], "time": ["never"]})
    shop = aisle.open(train=broken, columns={"session": "visit", "item": "product", "ts": "time"}, workdir=tmp_path)
    with pytest.raises(aisle.AisleError) as raised:
        shop.fit()
    assert "\n" not in str(raised.value)
    assert list((tmp_path / ".aisle" / "unfinished").iterdir()) == []
    assert not (tmp_path / "log").exists()


def test_results_need_a_fit(log):
    shop = aisle.open(train=log, columns=COLUMNS)
    for name in ("metrics", "recommendations"):
        with pytest.raises(aisle.AisleError, match=r"there are no `metrics` yet: call `fit\(\)` first"):
            getattr(shop, name)
    with pytest.raises(aisle.AisleError, match=r"call `fit_actions\(\)` first"):
        _ = shop.actions
    with pytest.raises(aisle.AisleError, match=r"call `fit_value\(\)` first"):
        _ = shop.value_metrics


def test_a_working_directory_is_held_while_it_is_fitted(log, tmp_path):
    shop = aisle.open(train=log, columns=COLUMNS, workdir=tmp_path / "work")
    with locked(tmp_path / "work"), pytest.raises(aisle.AisleError, match="another run is using it"):
        shop.fit()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(aisle.AisleError, match="holds other files"):
        aisle.open(train=log, columns=COLUMNS, workdir=tmp_path / "mine").fit()
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_nothing_is_loaded_from_an_empty_folder(tmp_path):
    with pytest.raises(aisle.AisleError, match="nothing was learnt here"):
        aisle.load(tmp_path)
