from collections import defaultdict
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import History
from candidates.sources import category_neighbours
from candidates.sources.category_neighbours import CategoryNeighbours
from data.schema import Items, Neighbours
from tests.oracle.frames import ITEMS, at, events, items, prefixes, random_events, shuffled
from tests.oracle.votes import best, whole

SHOP = items(
    *((1, 7, "acme", None), (2, 7, "bolt", None), (3, 7, None, None), (4, 7, "acme", None)),
    *((5, 8, "acme", None), (6, None, "acme", None), (9, 7, "bolt", None)),  # nobody has visited 9
)
VISITS = events(
    *((0, 1, 0, "clicks"), (0, 2, 0, "clicks"), (0, 2, 0, "clicks"), (0, 2, 0, "clicks"), (0, 3, 0, "clicks")),
    *((1, 4, 0, "clicks"), (1, 5, 0, "clicks"), (1, 6, 0, "clicks")),
)


def learnt(source, history, known, folder, until=None):
    folder.mkdir(exist_ok=True)
    fitted = source.fit(History(history.lazy(), until or at(100), known.lazy()), {}, folder)
    return fitted.table("neighbours").collect()


def of(table, item):
    return table.filter(pl.col("item") == item).select("neighbour", "rank", "score").rows()


def test_shares_of_the_category_by_hand(tmp_path):
    table = learnt(CategoryNeighbours(half_life=None, same_brand=2.0), VISITS, SHOP, tmp_path)
    sixth = pytest.approx(1 / 6)
    # of the six clicks in category 7, item 2 has three; 1 and 4 share a brand, as do 2 and 9; 3 has none
    assert of(table, 1) == [(2, 1, 0.5), (4, 2, pytest.approx(2 / 6)), (3, 3, sixth)]
    assert of(table, 2) == [(1, 1, sixth), (3, 2, sixth), (4, 3, sixth)]
    assert of(table, 3) == [(2, 1, 0.5), (1, 2, sixth), (4, 3, sixth)]
    assert of(table, 9) == [(2, 1, 1.0), (1, 2, sixth), (3, 3, sixth), (4, 4, sixth)]
    assert of(table, 5) == of(table, 6) == []  # alone in its category; without one


def test_old_events_count_less(tmp_path):
    known = items((1, 0, None, None), (2, 0, None, None), (3, 0, None, None))
    history = events((0, 1, 0, "clicks"), (0, 2, 60, "clicks"))
    source = CategoryNeighbours(half_life=timedelta(minutes=60))
    table = learnt(source, history, known, tmp_path, until=at(120))
    assert of(table, 3) == [(2, 1, pytest.approx(2 / 3)), (1, 2, pytest.approx(1 / 3))]


def test_types_weigh(tmp_path):
    known = items((1, 0, None, None), (2, 0, None, None), (3, 0, None, None))
    history = events((0, 1, 0, "clicks"), (0, 2, 0, "orders"), (0, 3, 0, "carts"))
    source = CategoryNeighbours(half_life=None, type_weights={"clicks": 1.0, "orders": 3.0})
    table = learnt(source, history, known, tmp_path)
    assert of(table, 3) == [(2, 1, 0.75), (1, 2, 0.25)]
    assert of(table, 1) == [(2, 1, 0.75)]


def by_hand(history, known, until_ms, same_brand, neighbours):
    """Every item's list in plain Python, from all items of its category."""
    weights = defaultdict(int)
    for item, ts in history:
        weights[item] += whole(0.5 ** ((until_ms - ts) / (60 * 60_000)))
    weights = {item: weight for item, weight in weights.items() if weight}
    rows = []
    for item, category, brand in known:
        inside = [other for other, kind, _ in known if kind == category and kind is not None and other in weights]
        total = sum(weights[other] for other in inside)
        brands = {other: its for other, _, its in known}
        scores = {
            other: weights[other] / total * (same_brand if brand and brands[other] == brand else 1.0)
            for other in inside
            if other != item
        }
        rows += [(item, *row) for row in best(scores, neighbours)]
    return rows


KINDS = st.tuples(st.sampled_from([None, 0, 1]), st.sampled_from([None, "a", "b"]))


@settings(max_examples=100, deadline=None)
@given(
    kinds=st.lists(KINDS, min_size=1, max_size=9),
    visits=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 90)), max_size=25),
    same_brand=st.sampled_from([1.0, 1.5, 3.0]),
    neighbours=st.integers(1, 4),
    at_once=st.integers(1, 4),
)
def test_equals_looking_at_all(tmp_path_factory, kinds, visits, same_brand, neighbours, at_once):
    known = [(item, category, brand) for item, (category, brand) in enumerate(kinds)]
    history = events(*((0, item, minute, "clicks") for item, minute in visits))
    rows = [(item, at(minute).timestamp() * 1000) for item, minute in visits]
    source = CategoryNeighbours(half_life=timedelta(minutes=60), same_brand=same_brand, neighbours=neighbours)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(category_neighbours, "ITEMS_AT_ONCE", at_once)
        table = learnt(source, history, items(*((*one, None) for one in known)), tmp_path_factory.mktemp("fit"))
    expected = by_hand(rows, known, at(100).timestamp() * 1000, same_brand, neighbours)
    assert table.rows() == expected


def test_order_of_rows_does_not_matter(tmp_path):
    one = learnt(CategoryNeighbours(), random_events(1), ITEMS, tmp_path / "one")
    mixed = ITEMS.sample(fraction=1, shuffle=True, seed=1)
    two = learnt(CategoryNeighbours(), shuffled(random_events(1), "session"), mixed, tmp_path / "two")
    assert one.equals(two)
    assert set(one["item"]) >= {12, 99}
    assert not set(one["neighbour"]) & {12, 99}


def test_without_items_there_are_no_neighbours(tmp_path):
    table = learnt(CategoryNeighbours(), random_events(1), pl.DataFrame(Items.create_empty()), tmp_path)
    Neighbours.validate(table)
    assert table.is_empty()


def test_recall_answers_from_the_table(tmp_path):
    source = CategoryNeighbours(half_life=None)
    fitted = source.fit(History(VISITS.lazy(), at(100), SHOP.lazy()), {}, tmp_path)
    found = source.recall(prefixes((0, 3, 0, "clicks"), (1, 6, 0, "clicks")).lazy(), fitted, 2)
    assert found["category_neighbours"].collect().rows() == [
        (0, 2, 1, pytest.approx(0.5)),
        (0, 1, 2, pytest.approx(1 / 6)),
    ]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("half_life", timedelta(0), "`half_life` must be above 0, got 0:00:00"),
        ("same_brand", 0.5, "`same_brand` must be at least 1, got 0.5"),
        ("neighbours", 0, "`neighbours` must be at least 1, got 0"),
        ("type_weights", {"likes": 1.0}, "`type_weights` must give"),
    ],
)
def test_wrong_settings(name, value, message):
    with pytest.raises(ValueError, match=message):
        CategoryNeighbours(**{name: value})
