"""What a recommender opens, as json: it comes back as it was, and reading it can do nothing but that."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from candidates import SOURCES, CoVisit, CoVisits, Popular
from data.errors import AisleError
from data.formats import Columns, Join, LogFormat
from data.sessions import Sessions
from serving.contents import (
    FOLDER,
    KINDS,
    ActionContents,
    LogReading,
    RankingContents,
    ValueContents,
    read_contents,
    write_contents,
)
from value.session.targets import Targets


def reading(folder):
    columns = Columns(session="visit", item="sku", ts="when")
    form = LogFormat(
        "generic",
        columns,
        {"view": "clicks", "wish": "ignore"},
        joins={"visits": Join("visits.csv", "visit")},
        timezone="Europe/Berlin",
        unit="ms",
        clock_step=timedelta(hours=2),
    )
    return LogReading(
        form, Sessions("gap", timedelta(minutes=45)), True, folder / "log" / "keys", folder / "items.parquet"
    )


def ranking(folder):
    sources = tuple(entry.kind() for entry in SOURCES)
    return RankingContents(
        log=reading(folder),
        sources=sources,
        fits={source.name: folder / "test" / source.name for source in sources},
        order=folder / "valid" / "fusion",
        per_source=90,
        total=150,
        groups=("item_age", "within_query"),
        history={"item_age": folder / "test" / "rows.parquet"},
        pairs=folder / "pairs",
        models={"clicks": folder / "models" / "shared"},
        popular=folder / "popular.parquet",
        threads=2,
        until=datetime(2024, 5, 6, 7, 8, 9, 123_000, tzinfo=UTC),
    )


def valuing(folder):
    targets = Targets(kind="weights", weights={"orders": 2.5}, closes_after=timedelta(minutes=5))
    past, models = {"user_worth": folder / "past"}, {"all": folder / "value" / "all" / "model"}
    known = folder / "log", datetime(2024, 5, 6, tzinfo=UTC)
    return ValueContents(reading(folder), *known, folder / "closed", past, ("user_worth",), targets, models)


def acting(folder):
    return ActionContents(folder / "models" / "actions", 7)


def published(contents, folder):
    (folder / FOLDER).mkdir(parents=True)
    return write_contents(contents, folder, folder / FOLDER)


@pytest.mark.parametrize("made", [ranking, acting, valuing])
def test_contents_come_back_as_they_were(made, tmp_path):
    contents = made(tmp_path)
    published(contents, tmp_path)
    assert read_contents(type(contents), tmp_path) == contents


@pytest.mark.parametrize("made", [ranking, acting, valuing])
def test_a_moved_folder_names_its_own_files(made, tmp_path):
    published(made(tmp_path / "here"), tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    found = read_contents(type(made(tmp_path)), tmp_path / "there")
    assert found == made(tmp_path / "there")


def test_what_lies_outside_a_samples_folder_is_found_from_it(tmp_path):
    output = tmp_path / "samples" / "n5"
    published(ranking(tmp_path), output)
    found = read_contents(RankingContents, output)
    assert {name: path.resolve() for name, path in found.fits.items()} == ranking(tmp_path).fits


@pytest.mark.parametrize("kind", [entry.kind for entry in SOURCES])
def test_every_kind_of_source_may_be_named(kind):
    assert KINDS[kind.__name__] is kind


def test_settings_other_than_the_defaults_come_back(tmp_path):
    members = {"own": CoVisit(to_types=("orders",), window=timedelta(days=7), type_weights={"carts": 6.0})}
    sources = (CoVisits(members=members), Popular(window=timedelta(hours=5), limit=3))
    published(replace(ranking(tmp_path), sources=sources), tmp_path)
    assert read_contents(RankingContents, tmp_path).sources == sources


def test_none_where_there_are_none(tmp_path):
    assert read_contents(RankingContents, tmp_path) is None
    published(acting(tmp_path), tmp_path)
    assert read_contents(ValueContents, tmp_path) is None


def plain(told):
    return json.dumps({"is": "ActionContents", "learnt": {"path": "models"}, "top": 3} | told)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "3",
        "[]",
        '{"top": 3}',
        plain({"is": "Path"}),
        plain({"is": "os.system"}),
        plain({"is": ["ActionContents"]}),
        plain({"learnt": {"is": "subprocess.Popen", "args": "true"}}),
        plain({"learnt": {"is": "__import__", "name": "os"}}),
        plain({"more": 1}),
        json.dumps({"is": "ActionContents", "top": 3}),
        json.dumps({"is": "Sessions", "by": "column", "gap": {"seconds": 60}}),
        json.dumps({"is": "Sessions", "by": "column", "gap": {"seconds": -60}}),
        plain({"learnt": {"moment": "some day"}}),
        plain({"learnt": {"path": 3}}),
        plain({"learnt": {"by name": [1]}}),
    ],
)
def test_a_damaged_file_is_refused(text, tmp_path):
    published(acting(tmp_path), tmp_path).write_text(text)
    with pytest.raises(AisleError, match=r"actions\.json: is damaged \(.*\); run the command that wrote it again"):
        read_contents(ActionContents, tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    published(acting(tmp_path), tmp_path).write_bytes(b"\xff\xfe")
    with pytest.raises(AisleError, match="is damaged"):
        read_contents(ActionContents, tmp_path)


@pytest.mark.parametrize("length", range(20, 400, 37))
def test_half_a_file_is_refused(length, tmp_path):
    file = published(ranking(tmp_path), tmp_path)
    file.write_text(file.read_text()[:length])
    with pytest.raises(AisleError, match="is damaged"):
        read_contents(RankingContents, tmp_path)


def test_the_same_contents_are_the_same_bytes(tmp_path):
    one, two = (published(ranking(tmp_path / name), tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert str(tmp_path).encode() not in one
