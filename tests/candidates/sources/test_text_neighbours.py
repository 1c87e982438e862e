import math
from collections import Counter
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import History
from candidates.sources import text_neighbours
from candidates.sources.text_neighbours import TextNeighbours
from data.schema import Items, Neighbours
from tests.oracle.frames import ITEMS, at, events, items, prefixes, random_events, shuffled

ALL = TextNeighbours(min_items=1, max_share=1.0)


def learnt(source, texts, visited, folder):
    """The table by rows, of texts by item and the items that somebody visited."""
    folder.mkdir(exist_ok=True)
    known = items(*((item, None, None, text) for item, text in texts.items()))
    history = events(*((0, item, 0, "clicks") for item in visited))
    table = source.fit(History(history.lazy(), at(100), known.lazy()), {}, folder).table("neighbours").collect()
    Neighbours.validate(table)
    return table.rows()


def near(rows):
    return [(*row[:3], pytest.approx(row[3], abs=1e-6)) for row in rows]


def test_cosines_by_hand(tmp_path):
    texts = {1: "red shirt", 2: "Red SHIRT shirt", 4: "rouge", 7: "Rougé"}
    source = TextNeighbours(words=1, min_items=1, max_share=1.0)
    # red, shirt and rouge are equally rare, so that only n counts: (1, 1) against (1, 1 + ln 2)
    cosine = (2 + math.log(2)) / math.sqrt(2 * (1 + (1 + math.log(2)) ** 2))
    expected = [(1, 2, 1, cosine), (2, 1, 1, cosine), (4, 7, 1, 1.0), (7, 4, 1, 1.0)]
    assert learnt(source, texts, texts, tmp_path) == near(expected)


def test_rare_words_weigh_more(tmp_path):
    texts = {1: "oak table", 2: "oak chair", 3: "pine table", 4: "glass table"}
    oak, table, once = (1 + math.log(5 / (1 + n)) for n in (2, 3, 1))
    lengths = {1: math.hypot(oak, table), 2: math.hypot(oak, once), 3: math.hypot(table, once)}
    of_one = [(1, 2, 1, oak**2 / lengths[1] / lengths[2])]
    of_one += [(1, other, rank, table**2 / lengths[1] / lengths[3]) for rank, other in ((2, 3), (3, 4))]
    rows = learnt(TextNeighbours(words=1, min_items=1, max_share=1.0), texts, texts, tmp_path)
    assert [row for row in rows if row[0] == 1] == near(of_one)


def test_pairs_of_words_tell_orders_apart(tmp_path):
    texts = {1: "night blue", 2: "blue night", 3: "night blue"}
    rows = learnt(ALL, texts, texts, tmp_path)
    assert [row[:2] for row in rows if row[0] == 1] == [(1, 3), (1, 2)]
    one = pytest.approx(1.0)
    alike = learnt(TextNeighbours(words=1, min_items=1, max_share=1.0), texts, texts, tmp_path)
    assert [row[1:] for row in alike if row[0] == 1] == [(2, 1, one), (3, 2, one)]


def test_unvisited_items_ask_and_are_not_proposed(tmp_path):
    texts = {1: "oak table", 2: "oak chair", 3: "oak stool", 4: "silk scarf", 5: None, 6: "wool scarf"}
    rows = learnt(ALL, texts, [1, 2, 5], tmp_path)
    assert [row[:2] for row in rows] == [(1, 2), (2, 1), (3, 1), (3, 2)]


def test_words_are_learnt_from_visited_items_only(tmp_path):
    """Else what is known at a time would change with the items that come later."""
    texts = {1: "oak table", 2: "oak chair", 3: "pine chair"}
    later = texts | {4: "oak door", 5: "oak floor", 6: "pine floor"}
    before, after = (learnt(ALL, known, texts, tmp_path) for known in (texts, later))
    assert before == [row for row in after if row[0] in texts]


def test_too_rare_and_too_common_words_are_left_out(tmp_path):
    texts = {1: "the oak table", 2: "the oak chair", 3: "the pine chair", 4: "the pine cone"}
    rows = learnt(TextNeighbours(words=1), texts, texts, tmp_path)
    # oak, chair and pine are left, equally rare
    half = math.sqrt(0.5)
    assert [row for row in rows if row[0] in (1, 4)] == near([(1, 2, 1, half), (4, 3, 1, half)])


def test_keeps_the_best_and_of_equal_ones_the_first(tmp_path):
    texts = {1: "oak table", 2: "oak chair", 3: "oak table", 4: "oak table", 5: "oak chair"}
    rows = learnt(TextNeighbours(words=1, min_items=1, max_share=1.0, neighbours=1), texts, texts, tmp_path)
    assert [row[:2] for row in rows] == [(1, 3), (2, 5), (3, 1), (4, 1), (5, 2)]


def by_hand(texts, visited, most):
    """Every item's list in plain Python, over single words and pairs."""
    grams = {}
    for item, text in texts.items():
        words = [word for word in (text or "").split(" ") if len(word) > 1]
        grams[item] = Counter([*words, *pairwise(words)])
    learnt_from = [item for item in visited if texts.get(item) is not None]
    frequency = Counter(gram for item in learnt_from for gram in grams[item])
    idf = {gram: 1 + math.log((1 + len(learnt_from)) / (1 + n)) for gram, n in frequency.items()}
    vectors = {i: {g: (1 + math.log(n)) * idf[g] for g, n in its.items() if g in idf} for i, its in grams.items()}
    rows = {}
    for item, mine in vectors.items():
        scores = {}
        for other in learnt_from:
            its = vectors[other]
            dot = sum(weight * its.get(gram, 0.0) for gram, weight in mine.items())
            if other != item and dot:
                scores[other] = dot / math.sqrt(sum(w**2 for w in mine.values()) * sum(w**2 for w in its.values()))
        rows |= {(item, other): score for other, score in scores.items()}
    ranked = {item: sorted((s for (i, _), s in rows.items() if i == item), reverse=True)[:most] for item in texts}
    return rows, ranked


TEXTS = st.none() | st.lists(st.sampled_from(["oak", "red", "old", "é1", "x"]), max_size=5).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=8).map(lambda all_texts: dict(enumerate(all_texts))),
    visited=st.sets(st.integers(0, 7), max_size=8),
    most=st.integers(1, 4),
    at_once=st.sampled_from([1, 5, 10_000]),
)
def test_equals_looking_at_all(tmp_path_factory, texts, visited, most, at_once):
    visited = sorted(visited & set(texts))
    source = TextNeighbours(min_items=1, max_share=1.0, neighbours=most)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_neighbours, "PAIRS_AT_ONCE", at_once)
        rows = learnt(source, texts, visited, tmp_path_factory.mktemp("fit"))
    scores, ranked = by_hand(texts, visited, most)
    for item in texts:
        mine = [row for row in rows if row[0] == item]
        assert [row[2] for row in mine] == list(range(1, len(mine) + 1))
        assert [row[3] for row in mine] == pytest.approx(ranked[item], abs=1e-6)
        assert [row[3] for row in mine] == pytest.approx([scores[row[:2]] for row in mine], abs=1e-6)


def test_order_of_rows_does_not_matter(tmp_path):
    tables = []
    for name, known, history in [
        ("one", ITEMS, random_events(1)),
        ("two", ITEMS.sample(fraction=1, shuffle=True, seed=1), shuffled(random_events(1), "session")),
    ]:
        (tmp_path / name).mkdir()
        ALL.fit(History(history.lazy(), at(9_999), known.lazy()), {}, tmp_path / name)
        tables.append((tmp_path / name / "neighbours.parquet").read_bytes())
    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    ("texts", "visited"),
    [({}, []), ({1: None, 2: None}, [1, 2]), ({1: "oak", 2: "oak"}, []), ({1: "a b", 2: "!"}, [1, 2]), ({1: ""}, [1])],
    ids=["no items", "no texts", "nobody came", "no words", "empty"],
)
def test_without_words_there_are_no_neighbours(tmp_path, texts, visited):
    for source in (ALL, TextNeighbours()):
        assert learnt(source, texts, visited, tmp_path) == []


def test_without_items_there_are_no_neighbours(tmp_path):
    nothing = pl.LazyFrame(Items.create_empty())
    fitted = TextNeighbours().fit(History(random_events(1).lazy(), at(9_999), nothing), {}, tmp_path)
    assert fitted.table("neighbours").collect_schema() == Neighbours.create_empty().schema
    assert fitted.table("neighbours").collect().is_empty()


def test_recall_answers_from_the_table(tmp_path):
    known = items((1, None, None, "oak table"), (2, None, None, "oak table"), (3, None, None, None))
    history = events((0, 1, 0, "clicks"), (0, 2, 0, "clicks"))
    fitted = ALL.fit(History(history.lazy(), at(100), known.lazy()), {}, tmp_path)
    found = ALL.recall(prefixes((0, 1, 0, "clicks"), (1, 3, 0, "clicks")).lazy(), fitted, 5)
    assert found["text_neighbours"].collect().rows() == [(0, 2, 1, pytest.approx(1.0))]


@pytest.mark.parametrize("name", ["words", "min_items", "neighbours"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        TextNeighbours(**{name: 0})


@pytest.mark.parametrize("share", [0.0, 1.5, float("nan")])
def test_refuses_shares_that_are_none(share):
    with pytest.raises(ValueError, match="`max_share` must lie above 0 and at most at 1"):
        TextNeighbours(max_share=share)
