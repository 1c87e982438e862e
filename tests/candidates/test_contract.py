"""What every source must do, in its default configuration."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from candidates import SOURCES, Revisit
from candidates.proposals import Proposals
from candidates.source import CountingSource, Fitted
from data import schema
from data.folds import history_of
from data.items import first_seen, known_before, late_names
from data.schema import Neighbours, Prefixes
from data.visible import Visible, visible_of
from tests.oracle.frames import ITEMS, at, prefixes, random_events, shuffled

HERE = Path(__file__).parent
UNTIL = at(75 * 60)  # the log ends in its last day, so that there is a last day
K = 5

KINDS = [entry.kind for entry in SOURCES]
pytestmark = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


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
    sources = [kind() for kind in KINDS]
    by_name = {name: source for source in sources for name in (source.name, *getattr(source, "members", ()))}

    def build(kind, shards, folder="one", **known):
        done = {}

        def fit_with_needs(source):
            for need in source.needs:
                if need not in done:
                    fit_with_needs(by_name[need])
            made = fit(source, shards, UNTIL, tmp_path / folder / source.name, done, **known)
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
    schema.Proposals.validate(table)
    assert table.columns == schema.Proposals.column_names()
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
    names = [other().name for other in KINDS]
    assert names.count(kind().name) == 1
    assert [entry.kind for entry in SOURCES].count(kind) == 1
    assert len({entry.field for entry in SOURCES}) == len(SOURCES)


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


def alone_of(visible):
    """Each query by itself."""
    return [
        Visible(
            *(column[i : i + 1] for column in visible[:4]),
            np.array([0, end - start]),
            *(column[start:end] for column in visible[5:]),
        )
        for i, (start, end) in enumerate(pairwise(visible.starts.tolist()))
    ]


def bits(proposed):
    """Proposals by member, to the last bit."""
    return {member: [column.tobytes() for column in one] for member, one in proposed.items()}


def test_a_session_alone_equals_its_rows_in_the_batch(kind, history, asked, fitted):
    """To the last bit, from one opened source, whoever else asks it and from whatever thread; a long one among them."""
    long = [(7, n * n % 14, 5_000 + n, ("clicks", "carts", "orders")[n % 3]) for n in range(150)]
    visible = visible_of(pl.concat([asked, prefixes(*long)]))
    recaller = kind().open(fitted(kind, [history]))
    together = recaller(visible, K)
    every = alone_of(visible)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: recaller(one, K), every))
    for i, alone in enumerate(answers):
        inside = {}
        for member, one in together.items():
            start, end = one.starts[i : i + 2].tolist()
            inside[member] = Proposals(np.array([0, end - start]), one.items[start:end], one.scores[start:end])
        assert bits(alone) == bits(inside)
    assert bits(recaller(visible, K)) == bits(together)


def test_a_query_without_events_gets_nothing(kind, history, asked, fitted):
    recaller, known = kind().open(fitted(kind, [history])), visible_of(asked)
    silent = known._replace(starts=np.insert(known.starts, 1, known.starts[1]))  # the second query has no events
    for member, one in recaller(silent, K).items():
        assert one.starts[1] == one.starts[2]
        assert one.items.tolist() == recaller(known, K)[member].items.tolist()


def test_codes_beyond_the_history_s_are_unknown_items(kind, history, fitted):
    recaller = kind().open(fitted(kind, [history]))
    asked = [(0, 3, 0, "clicks"), (0, 77, 1, "carts"), (1, 77, 0, "clicks"), (2, 77, 0, "clicks"), (2, 4, 1, "clicks")]
    visible = visible_of(prefixes(*asked))
    beyond = visible._replace(item=np.where(visible.item == 77, 4_000_000_000, visible.item))
    expected = recaller(visible, K)
    if kind is Revisit:  # proposes what it is shown
        own = expected["revisit"]
        items = np.where(own.items == 77, 4_000_000_000, own.items)
        expected = {"revisit": own._replace(items=items)}
    assert bits(recaller(beyond, K)) == bits(expected)


def raw_log():
    """Typed rows before `UNTIL`: each event names what ITEMS says of its item."""
    rows = random_events(1).drop("category", "price").lazy()
    return rows.join(ITEMS.lazy().drop("key"), on="item", how="left", maintain_order="left").collect()


def hostile_future(log):
    """What comes at `UNTIL` and later: sessions go on, others repeat what was rare, among new items and late names."""
    names = {"category": 0, "brand": "acme", "text": "red cotton shirt"}
    named = [pl.lit(value).cast(log.schema[name]).alias(name) for name, value in names.items()]
    last = log.group_by("session", maintain_order=True).last()
    going_on = [last.with_columns(*named, ts=at(75 * 60 + i), item=i * pl.col("item") % 12) for i in (0, 5)]
    twins = log.with_columns(session=pl.col("session") + 1_000, ts=pl.col("ts") + (at(80 * 60) - at(0)))
    backwards = twins.with_columns(*named, item=11 - pl.col("item"))
    new_items = twins.with_columns(*named, session=pl.col("session") + 1_000, item=pl.col("item") % 3 + 500)
    late = [frame.select(log.columns).cast(dict(log.schema)) for frame in (*going_on, backwards, new_items)]
    return pl.concat(late).with_columns(type=pl.lit("orders", log.schema["type"]))


def learnt_from(log, fitted, kind, folder, before=UNTIL):
    """A source fitted on the log as the pipeline cuts it; a later `before` shows it what it must not see."""
    seen = first_seen(log.with_row_index("row").lazy()).sort("item").collect().lazy()
    named = seen.select("item", pl.col("item").cast(pl.String).alias("key"), "category", "brand", "text", "price")
    items = known_before(named, late_names(seen), before).collect()
    history = history_of(log.lazy(), before).sort("session", "ts", maintain_order=True)
    return fitted(kind, [history.select(random_events(1).columns).collect()], folder, items=items)


def test_no_future_is_seen(kind, asked, fitted):
    log = raw_log()
    grown = pl.concat([log, hostile_future(log)])
    now = proposals(kind, asked, learnt_from(log, fitted, kind, "now"))
    later = proposals(kind, asked, learnt_from(grown, fitted, kind, "later"))
    for member, table in now.items():
        assert_frame_equal(later[member], table, check_exact=True)
    seen = proposals(kind, asked, learnt_from(grown, fitted, kind, "seen", at(999 * 60)))
    assert all(seen[member].equals(now[member]) for member in now) == (kind is Revisit)  # it learns nothing


def test_sources_travel(kind):
    assert pickle.loads(pickle.dumps(kind())) == kind()


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
