import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from candidates.algorithms.event_weights import Decay
from candidates.algorithms.lists import codes_of
from candidates.algorithms.nearest import write_index
from candidates.algorithms.vector_kernel import summed
from candidates.algorithms.votes import best_neighbours
from candidates.algorithms.word2vec_training import Sentences
from candidates.source import Fitted
from candidates.sources.word2vec import Word2Vec, as_table, centred
from data.schema import Neighbours, Prefixes, Proposals
from data.visible import visible_of
from tests.oracle import recalling
from tests.oracle.frames import at, events, prefixes, random_events, shuffled, visited

ROOT = Path(__file__).resolve().parents[3]
UNTIL = at(4 * 24 * 60)
SMALL = Word2Vec(dimension=8, epochs=3, trees=5)
ASKED = prefixes(
    (0, 3, 5, "clicks"), (0, 4, 6, "carts"), (1, 99, 6, "clicks"), (2, 5, 1, "clicks"), (2, 99, 2, "clicks")
)

REFIT = """
import sys
from pathlib import Path
from candidates.source import History
from candidates.sources.word2vec import Word2Vec
from tests.oracle.frames import at, random_events
folder = Path(sys.argv[1])
Word2Vec(dimension=8, epochs=3, trees=5).fit(History(random_events(1).lazy(), at(4 * 24 * 60)), {}, folder)
"""


def contents(fitted):
    return {file.name: file.read_bytes() for file in fitted.folder.iterdir()}


def placed(folder, vectors, neighbours=()):
    """A fitted source of given vectors by item, with its index."""
    folder.mkdir(exist_ok=True)
    items = np.array(sorted(vectors), dtype=np.uint32)
    rows = np.array([vectors[item] for item in items.tolist()], dtype=np.float32)
    as_table(items, rows).write_parquet(folder / "vectors.parquet")
    write_index(rows, folder / "index.ann", trees=5, seed=1)
    schema = Neighbours.create_empty().schema
    pl.DataFrame(list(neighbours), schema=schema, orient="row").write_parquet(folder / "neighbours.parquet")
    return Fitted(folder)


PLACES = {2: [1, 0], 5: [0, 1], 7: [-1, 0], 9: [0.6, 0.8]}


def proposals(source, asked, fitted, k):
    return {member: table.collect() for member, table in source.recall(asked.lazy(), fitted, k).items()}


def test_sentences_are_the_sessions_in_order_without_rare_items():
    history = events(
        *((3, 1, 0, "clicks"), (3, 2, 1, "clicks"), (3, 8, 2, "clicks")),  # 8 was seen once
        *((1, 2, 0, "clicks"), (1, 1, 0, "clicks"), (1, 2, 4, "clicks")),
        *((2, 1, 0, "clicks"), (5, 6, 0, "clicks"), (4, 6, 0, "clicks")),  # alone
    )
    sentences = Sentences.of(history.lazy(), 2)
    assert list(sentences) == list(sentences) == [["2", "1", "2"], ["1", "2"]]
    assert len(sentences) == 2
    assert list(sentences.counts.items()) == [("2", 3), ("1", 2)]


def test_centred_takes_the_mean_off_and_leaves_out_what_lies_on_it():
    items, vectors = centred(np.array([4, 5, 6], dtype=np.uint32), np.array([[1, 5], [3, 5], [2, 5]], dtype=np.float32))
    assert items.tolist() == [4, 5]
    assert vectors.tolist() == [[-1, 0], [1, 0]]


def test_vectors_are_centred_and_of_length_one(fit, tmp_path):
    table = fit(SMALL, [random_events(1)], UNTIL, tmp_path).table("vectors").collect()
    assert table.schema == {"item": pl.UInt32, "vector": pl.Array(pl.Float32, 8)}
    assert table["item"].is_sorted()
    rows = table["vector"].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert np.linalg.norm(rows.mean(axis=0)) < 0.2


def test_items_below_min_count_have_no_vector(fit, tmp_path):
    history = random_events(1)
    rare = events((900, 50, 0, "clicks"), (900, 1, 1, "clicks"), (900, 51, 2, "clicks"), (900, 51, 3, "clicks"))
    fitted = fit(SMALL, [history, rare], UNTIL, tmp_path)
    items = fitted.table("vectors").collect()["item"].to_list()
    assert items == [*sorted(history["item"].unique().to_list()), 51]
    neighbours = fitted.table("neighbours").collect()
    assert neighbours["item"].unique().sort().to_list() == items
    assert set(neighbours["neighbour"]) <= set(items)


def test_neighbours_are_the_exact_ones_of_a_small_catalogue(fit, tmp_path):
    fitted = fit(SMALL, [random_events(1)], UNTIL, tmp_path)
    found = fitted.table("neighbours").collect()
    Neighbours.validate(found)
    assert_frame_equal(found, found.sort("item", "rank"))
    table = fitted.table("vectors").collect()
    rows, items = table["vector"].to_numpy().astype(float), table["item"].to_list()
    likeness = rows @ rows.T
    for i, item in enumerate(items):
        expected = [items[j] for j in np.argsort(-likeness[i]) if j != i]
        mine = found.filter(pl.col("item") == item)
        assert mine["neighbour"].to_list() == expected
        assert mine["rank"].to_list() == list(range(1, len(items)))
        np.testing.assert_allclose(mine["score"], np.sort(np.delete(likeness[i], i))[::-1], atol=1e-5)


def test_neighbours_cuts(fit, tmp_path):
    found = fit(Word2Vec(dimension=8, epochs=1, neighbours=3), [random_events(1)], UNTIL, tmp_path).table("neighbours")
    assert found.collect()["rank"].max() == 3


def test_learns_which_items_go_together(fit, tmp_path):
    dice = np.random.default_rng(1)
    rows = [(s, int(i) + 10 * (s % 2), m, "clicks") for s in range(400) for m, i in enumerate(dice.integers(0, 6, 6))]
    fitted = fit(Word2Vec(dimension=8, neighbours=5), [events(*rows)], at(100), tmp_path)
    pairs = fitted.table("neighbours").collect()
    assert (pairs["item"] // 10 == pairs["neighbour"] // 10).all()


def test_vectors_move_further_at_a_higher_learning_rate(fit, tmp_path):
    slow, usual, fast = (
        fit(
            Word2Vec(dimension=8, epochs=3, trees=5, learning_rate=rate),
            [random_events(1)],
            UNTIL,
            tmp_path / str(rate),
        )
        .table("vectors")
        .collect()["vector"]
        .to_numpy()
        for rate in (1e-4, 0.025, 0.5)
    )
    assert 0 < np.abs(usual - slow).max() < np.abs(fast - slow).max() / 10


def test_same_bytes_in_any_process_and_order(fit, tmp_path):
    one = contents(fit(SMALL, [random_events(1)], UNTIL, tmp_path / "one"))
    assert set(one) == {"index.ann", "neighbours.parquet", "vectors.parquet"}
    assert contents(fit(SMALL, [shuffled(random_events(1), "session")], UNTIL, tmp_path / "two")) == one
    folder = tmp_path / "three"
    folder.mkdir()
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", REFIT, str(folder)], check=True, env=environment, cwd=ROOT)
    assert contents(Fitted(folder)) == one


def test_seed_matters(fit, tmp_path):
    one, two = (
        fit(Word2Vec(dimension=8, epochs=1, seed=seed), [random_events(1)], UNTIL, tmp_path / str(seed))
        for seed in (1, 2)
    )
    assert contents(one) != contents(two)


def test_session_sums_by_hand():
    asked = prefixes(
        *((0, 5, 0, "clicks"), (0, 2, 1, "clicks")),  # half of 5, all of 2
        *((1, 2, 0, "clicks"), (1, 5, 1, "clicks"), (1, 8, 2, "clicks")),  # a quarter of 2, half of 5
        (2, 8, 0, "clicks"),
    )
    rows = codes_of(np.array([2, 5]), np.array([0, 1]))(visible_of(asked).item)
    sums = summed(visible_of(asked).starts, rows, Decay(0.5).upto(3), np.eye(2, dtype=np.float32))
    assert sums.tolist() == [[1, 0.5], [0.25, 0.5], [0, 0]]


VISITS = st.lists(st.integers(0, 6), min_size=1, max_size=9)


@settings(max_examples=40, deadline=None)
@given(sessions=st.lists(VISITS, max_size=4), seed=st.integers(0, 99), decay=st.sampled_from([0.37, 0.6, 1.0]))
def test_session_sums_are_those_of_sparse_products(sessions, seed, decay):
    items, vectors = np.array([1, 2, 4, 5]), np.random.default_rng(seed).normal(size=(4, 5)).astype(np.float32)
    asked = visited([[(item, "clicks") for item in items] for items in sessions])
    queries, expected = recalling.session_means(asked.lazy(), as_table(items.astype(np.uint32), vectors), decay)
    visible = visible_of(asked)
    sums = summed(visible.starts, codes_of(items, np.arange(4))(visible.item), Decay(decay).upto(9), vectors)
    np.testing.assert_array_equal(sums[np.isin(visible.query, queries)], expected)
    assert not sums[~np.isin(visible.query, queries)].any()


@settings(max_examples=40, deadline=None)
@given(
    sessions=st.lists(VISITS, max_size=4),
    pairs=st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 9)), st.sampled_from([0.1, 0.5, 0.9])),
    k=st.integers(1, 4),
)
def test_last_member_equals_a_join(sessions, pairs, k, tmp_path_factory):
    rows = best_neighbours(
        pl.LazyFrame([(*pair, score) for pair, score in pairs.items()], ["item", "neighbour", "score"], orient="row"), 9
    )
    schema = Neighbours.create_empty().schema
    fitted = placed(tmp_path_factory.mktemp("w2v"), PLACES, rows.cast(dict(schema)).collect().rows())
    asked = visited([[(item, "clicks") for item in items] for items in sessions])
    expected = recalling.of_last_item(asked.lazy(), fitted.table("vectors"), fitted.table("neighbours"), k)
    assert_frame_equal(proposals(Word2Vec(), asked, fitted, k)["word2vec_last"], expected.collect())


def test_session_that_cancels_out_has_no_mean(tmp_path):
    asked = prefixes((0, 2, 0, "clicks"), (0, 7, 1, "clicks"))
    found = proposals(Word2Vec(decay=1.0), asked, placed(tmp_path, PLACES), 3)
    assert found["word2vec_session"].is_empty()


def test_session_member_finds_what_is_near_the_mean(tmp_path):
    asked = prefixes((4, 5, 0, "clicks"), (4, 2, 1, "clicks"))
    found = proposals(Word2Vec(decay=0.75), asked, placed(tmp_path, PLACES), 3)["word2vec_session"]
    # the mean is (.8, .6): 9 at .48 + .48, 2 at .8, 5 at .6
    expected = [(4, 9, 1, 0.96), (4, 2, 2, 0.8), (4, 5, 3, 0.6)]
    assert found.rows() == [(*row[:3], pytest.approx(row[3], abs=1e-6)) for row in expected]


def test_last_member_takes_the_latest_item_that_has_a_vector(tmp_path):
    fitted = placed(tmp_path, PLACES, [(2, 9, 1, 0.6), (2, 5, 2, 0.5), (2, 7, 3, 0.5), (5, 9, 1, 0.8)])
    asked = prefixes(
        (0, 5, 0, "clicks"), (0, 2, 1, "clicks"), (0, 88, 2, "clicks"), (1, 2, 0, "clicks"), (1, 5, 1, "carts")
    )
    found = proposals(Word2Vec(), asked.sample(fraction=1, shuffle=True, seed=1), fitted, 2)["word2vec_last"]
    expected = [(0, 9, 1, 0.6), (0, 5, 2, 0.5), (1, 9, 1, 0.8)]
    assert found.rows() == [(*row[:3], pytest.approx(row[3], abs=1e-6)) for row in expected]


@pytest.mark.parametrize("k", [1, 4, 100])
def test_proposals_keep_the_contract(fit, tmp_path, k):
    found = proposals(SMALL, ASKED, fit(SMALL, [random_events(1)], UNTIL, tmp_path), k)
    assert list(found) == ["word2vec_last", "word2vec_session"]
    for table in found.values():
        Proposals.validate(table)
        assert table.columns == Proposals.column_names()
        assert_frame_equal(table, table.sort("query", "rank"))
        assert set(table["query"]) == {0, 2}
        for _, rows in table.group_by("query"):
            assert rows["rank"].to_list() == list(range(1, rows.height + 1))
            assert rows.height == min(k, 12 if table is found["word2vec_session"] else 11)
            assert_frame_equal(rows, rows.sort("score", "item", descending=[True, False]))


def test_several_processes_propose_the_same(fit, tmp_path):
    several = Word2Vec(dimension=8, epochs=3, trees=5, parallel_from=1)
    one, two = (fit(s, [random_events(1)], UNTIL, tmp_path / str(s.parallel_from)) for s in (SMALL, several))
    assert contents(one) == contents(two)
    serial, parallel = proposals(SMALL, ASKED, one, 5), proposals(several, ASKED, two, 5)
    for member, table in serial.items():
        assert_frame_equal(parallel[member], table)


@pytest.mark.parametrize(
    "history",
    [(), ((0, 1, 0, "clicks"), (0, 2, 1, "clicks")), ((0, 1, 0, "clicks"), (0, 1, 1, "clicks"))],
    ids=["nothing", "all rare", "one item"],
)
def test_nothing_to_learn_gives_empty_tables(fit, tmp_path, history):
    fitted = fit(SMALL, [events(*history)], UNTIL, tmp_path)
    assert fitted.table("vectors").collect_schema() == {"item": pl.UInt32, "vector": pl.Array(pl.Float32, 8)}
    assert fitted.table("neighbours").collect_schema() == Neighbours.create_empty().schema
    assert all(fitted.table(name).collect().is_empty() for name in ("vectors", "neighbours"))
    for table in proposals(SMALL, ASKED, fitted, 5).values():
        Proposals.validate(table)
        assert table.is_empty()


def test_nothing_asked_gives_nothing(fit, tmp_path):
    fitted = fit(SMALL, [random_events(1)], UNTIL, tmp_path)
    for table in proposals(SMALL, pl.DataFrame(Prefixes.create_empty()), fitted, 5).values():
        Proposals.validate(table)
        assert table.is_empty()


COUNTS = ["dimension", "window", "negative", "epochs", "min_count", "workers", "trees", "neighbours", "parallel_from"]


@pytest.mark.parametrize("name", COUNTS)
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0."):
        Word2Vec(**{name: 0})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("search_k", 0, "`search_k` must be at least 1, or -1"),
        ("ns_exponent", float("nan"), "`ns_exponent` must be a finite number, got nan"),
        ("learning_rate", 1e-5, "`learning_rate` must lie from 0.0001 to 1, got 1e-05"),
        ("decay", 0.0, "`decay` must lie above 0 and at most at 1, got 0.0"),
        ("seed", -1, "`seed` must lie from 0 to"),
    ],
)
def test_refuses_what_makes_no_sense(name, value, message):
    with pytest.raises(ValueError, match=message):
        Word2Vec(**{name: value})
