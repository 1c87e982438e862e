"""What every source must do, in its default configuration."""

from itertools import chain
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from candidates import SOURCES
from candidates.source import CountingSource, Fitted
from data.schema import Neighbours, Prefixes, Proposals
from tests.oracle.frames import at, prefixes, random_events, shuffled

HERE = Path(__file__).parent
UNTIL = at(75 * 60)  # the log ends in its last day, so that there is a last day
K = 5

pytestmark = pytest.mark.parametrize("kind", SOURCES, ids=lambda kind: kind.__name__)


@pytest.fixture
def history():
    return random_events(1)


@pytest.fixture
def asked():
    """Prefixes of six queries over known items and one that the history lacks."""
    visits = [*random_events(2, sessions=6).select("session", "item", "type").rows(), (6, 99, "clicks")]
    return prefixes(*((query, item, 6_000 + i, name) for i, (query, item, name) in enumerate(visits)))


@pytest.fixture
def fitted(fit, tmp_path):
    """Fit a kind, after all that it needs, on shards of a history: its folder."""
    sources = [kind() for kind in SOURCES]
    by_name = {name: source for source in sources for name in (source.name, *getattr(source, "members", ()))}

    def build(kind, shards, folder="one"):
        done = {}

        def fit_with_needs(source):
            for need in source.needs:
                if need not in done:
                    fit_with_needs(by_name[need])
            made = fit(source, shards, UNTIL, tmp_path / folder / source.name, done)
            done[source.name] = made
            done.update({sub.name: Fitted(sub) for sub in made.folder.iterdir() if sub.is_dir()})  # members by name

        fit_with_needs(kind())
        return done[kind().name]

    return build


def proposals(kind, rows, fitted):
    return {member: table.collect() for member, table in kind().recall(rows.lazy(), fitted, K).items()}


def contents(folder):
    return {file.relative_to(folder): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def check(table):
    Proposals.validate(table)
    assert table.columns == Proposals.column_names()
    ranks = table.group_by("query").agg(pl.col("rank").sort())
    assert all(row["rank"] == list(range(1, len(row["rank"]) + 1)) for row in ranks.to_dicts())
    assert table.group_by("query").len()["len"].max() in {None, *range(1, K + 1)}
    assert_frame_equal(table, table.sort("query", "rank"))
    falling = table.select((pl.col("score").diff().over("query") <= 0).fill_null(True).all()).item()
    assert falling


def test_its_test_file_exists(kind):
    *_, room, name = kind.__module__.split(".")
    assert (HERE / room / f"test_{name}.py").is_file()


def test_names_are_its_own(kind):
    names = [other().name for other in SOURCES]
    assert names.count(kind().name) == 1


def test_tables_fit_the_schemas(kind, history, asked, fitted):
    folder = fitted(kind, [history])
    found = proposals(kind, asked, folder)
    assert found
    assert any(table.height for table in found.values())
    for table in found.values():
        check(table)
    for file in folder.folder.rglob("neighbours.parquet"):
        neighbours = pl.read_parquet(file)
        assert neighbours.height
        assert neighbours.columns == Neighbours.column_names()
        Neighbours.validate(neighbours)


def test_row_order_does_not_matter(kind, history, asked, fitted):
    first = fitted(kind, [history], "first")
    second = fitted(kind, [shuffled(history, "session")], "second")
    assert contents(first.folder) == contents(second.folder)
    one, two = proposals(kind, asked, first), proposals(kind, asked.sample(fraction=1, shuffle=True, seed=4), second)
    assert one.keys() == two.keys()
    for member in one:
        assert_frame_equal(one[member], two[member])


def test_nothing_asked_gives_nothing(kind, history, fitted):
    empty = pl.DataFrame(Prefixes.create_empty())
    for table in proposals(kind, empty, fitted(kind, [history])).values():
        check(table)
        assert table.is_empty()


def test_nothing_learnt_fits_the_schemas(kind, history, asked, fitted):
    folder = fitted(kind, [history.clear()])
    for file in folder.folder.rglob("*.parquet"):
        assert pl.read_parquet(file).is_empty()
    for table in proposals(kind, asked, folder).values():
        check(table)
        assert table.is_empty() or not isinstance(kind(), CountingSource)


def test_other_queries_do_not_matter(kind, history, asked, fitted):
    folder = fitted(kind, [history])
    among = proposals(kind, asked, folder)
    for query in asked["query"].unique():
        alone = proposals(kind, asked.filter(pl.col("query") == query), folder)
        for member in among:
            assert_frame_equal(alone[member], among[member].filter(pl.col("query") == query))


def test_shards_and_runs_give_the_same_bytes(kind, history, asked, fitted, tmp_path):
    cuts = {
        "once": [history],
        "again": [history],
        "three": history.with_columns(shard=pl.col("session") * 7 % 3).partition_by("shard", include_key=False),
        "with-empty": [history, history.clear()],
    }
    written = {}
    for name, shards in cuts.items():
        folder = fitted(kind, shards, name)
        for member, table in proposals(kind, asked, folder).items():
            table.write_parquet(tmp_path / f"{member}.parquet")
            written.setdefault(member, []).append((tmp_path / f"{member}.parquet").read_bytes())
        written.setdefault("fitted", []).append(contents(folder.folder))
    assert all(all(one == several[0] for one in several) for several in written.values())
    assert len(list(chain(*written.values()))) == len(cuts) * len(written)
