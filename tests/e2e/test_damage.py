"""A finished run whose files were harmed: the next one builds those, nothing else, and ends with the same bytes."""

import re
import shutil

import pytest

import aisle
from data.errors import AisleError
from tests.e2e.conftest import results, run_in

HARMED = {
    "log/items.parquet": lambda file: file.write_bytes(file.read_bytes()[:100]),
    "test/fold/queries/000.parquet": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "test/sources/session_neighbours/postings.npy": lambda file: file.write_bytes(file.read_bytes()[:-1] + b"\xff"),
    "test/sources/popular/top.parquet": lambda file: file.unlink(),
    "valid/fusion/fusion.json": lambda file: file.write_text("[" * 100_000),
    "models/shared/about.json": lambda file: file.write_text('{"features": [], "prior": NaN}'),
    "test/pairs/neighbours/000.parquet": lambda file: shutil.copyfile(
        file.parents[3] / "test" / "popular" / "popular.parquet", file
    ),
    "test/answers/recommendations.parquet": lambda file: file.write_text("not parquet"),
    "test/recall/manifest.json": lambda file: file.write_text("{"),
}


@pytest.fixture
def harmed(tiny, tmp_path):
    folder = tmp_path / "harmed[1]?"
    shutil.copytree(tiny, folder)
    for name, harm in HARMED.items():
        harm(folder / name)
    return folder


def test_what_is_harmed_is_built_again_to_the_same_bytes(tiny, harmed, capsys):
    assert run_in(harmed) == 0
    assert results(harmed) == results(tiny)
    said = capsys.readouterr().out.splitlines()
    harms = [re.fullmatch(r"(\S+): damaged \(([^:)]+).*\), built again", line) for line in said]
    assert {f"{harm[1]}/{harm[2]}" for harm in harms if harm} == set(HARMED)
    built = {line.split(":")[0] for line in said if ": built in" in line}
    assert built == {harm[1] for harm in harms if harm} | {"serving/ranking"}  # which names where it is published


@pytest.mark.parametrize("name", [*HARMED, "serving/ranking.json"])
def test_a_recommender_of_harmed_files_says_so_or_does_not_open_them(tiny, shop_log, tmp_path, name):
    folder = tmp_path / "w"
    shutil.copytree(tiny, folder)
    HARMED.get(name, lambda file: file.write_bytes(file.read_bytes()[:-40]))(folder / name)
    session = shop_log.filter(shop_log["session"] == shop_log["session"][0])
    if name.startswith(("test/answers", "test/recall")):
        before = aisle.load(tiny).recommend(session)
        assert aisle.load(folder).recommend(session).equals(before)
        return
    with pytest.raises(AisleError, match="is damaged") as error:
        aisle.load(folder).recommend(session)
    assert "\n" not in str(error.value)
