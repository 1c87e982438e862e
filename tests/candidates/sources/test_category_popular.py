from collections import Counter
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.algorithms.group_popularity import GroupPopularity
from candidates.algorithms.votes import NeighbourRecall
from candidates.source import Fitted, History
from candidates.sources.category_popular import CategoryPopular
from tests.oracle import groups
from tests.oracle.frames import at, events, items, prefixes, visited

TYPES = ["clicks", "carts", "orders"]
TYPE = st.sampled_from(TYPES)
ITEM = st.integers(0, 5)
CATEGORY = st.none() | st.integers(0, 2)
KNOWN = items((1, 7, None, None), (2, 7, None, None), (3, 8, None, None), (4, None, None, None))
NONE = KNOWN.with_columns(category=pl.lit(None, pl.UInt32))


def named(rows, categories):
    """The rows with each event's own category."""
    return rows.with_columns(category=pl.Series(categories, dtype=pl.UInt32))


def asking(fit, folder, history, catalogue, asked, k=9, **popularity):
    source = CategoryPopular(popularity=GroupPopularity(**popularity))
    fitted = fit(source, [history], at(100), folder, items=catalogue)
    return source.recall(asked.lazy(), fitted, k)["category_popular"].collect().rows()


def test_popular_items_of_the_session_s_categories(fit, tmp_path):
    history = events(
        (0, 1, 0, "clicks"), (0, 2, 1, "clicks"), (0, 2, 2, "clicks"), (0, 2, 3, "clicks"), (0, 3, 4, "clicks")
    )
    asked = prefixes((0, 3, 90, "clicks"), (0, 1, 91, "clicks"), (1, 4, 90, "clicks"), (2, 3, 90, "clicks"))
    rows = asking(fit, tmp_path, history, KNOWN, asked, votes=NeighbourRecall(decay=0.5))
    # query 0: category 7 weighs 1 and 8 weighs 1/2; item 4 has no category
    assert rows == [(0, 2, 1, 0.75), (0, 3, 2, 0.5), (0, 1, 3, 0.25), (2, 3, 1, 1.0)]


def test_events_name_what_the_items_do_not(fit, tmp_path):
    rows = events(
        (0, 4, 0, "clicks"), (0, 4, 1, "clicks"), (0, 4, 2, "clicks"), (0, 1, 3, "clicks"), (0, 5, 4, "clicks")
    )
    history = named(rows, [8, 7, 7, 8, None])
    asked = named(prefixes((0, 1, 90, "clicks"), (1, 99, 90, "clicks"), (2, 5, 90, "clicks")), [8, 7, None])
    # item 4 is in 7 by two events of three; ITEMS says that item 1 is, too, whatever events name; nobody has met 99
    expected = [(query, *row) for query in (0, 1) for row in [(4, 1, 0.75), (1, 2, 0.25)]]
    assert asking(fit, tmp_path, history, KNOWN, asked) == expected


def test_as_often_named_goes_to_the_smaller_code(fit, tmp_path):
    history = named(events((0, 4, 0, "clicks"), (0, 4, 1, "clicks")), [8, 3])
    assert asking(fit, tmp_path, history, NONE, named(prefixes((0, 9, 90, "clicks")), [3])) == [(0, 4, 1, 1.0)]
    assert asking(fit, tmp_path, history, NONE, named(prefixes((0, 9, 90, "clicks")), [8])) == []


def test_log_without_categories_gives_nothing(fit, tmp_path):
    history = events((0, 1, 0, "clicks"), (0, 2, 1, "clicks"))
    assert asking(fit, tmp_path, history, NONE, prefixes((0, 1, 90, "clicks"))) == []


def test_category_is_known_from_before_the_window(fit, tmp_path):
    history = named(events((0, 1, 0, "clicks"), (0, 2, 50, "clicks"), (0, 1, 50, "clicks")), [7, 7, None])
    rows = asking(fit, tmp_path, history, NONE, prefixes((0, 1, 90, "clicks")), window=timedelta(hours=1))
    assert rows == [(0, 1, 1, 0.5), (0, 2, 2, 0.5)]


@settings(max_examples=40, deadline=None)
@given(
    visits=st.lists(st.tuples(ITEM, st.integers(0, 99), TYPE, CATEGORY), max_size=20),
    known=st.dictionaries(ITEM, CATEGORY),
    session=st.lists(st.tuples(ITEM, TYPE), min_size=1, max_size=6),
    hour=st.booleans(),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.3, 1.0, 6.0]))),
    decay=st.sampled_from([0.5, 1.0]),
    limit=st.integers(1, 3),
)
def test_equals_plain_python(tmp_path_factory, visits, known, session, hour, weights, decay, limit):
    visits = sorted(visits, key=lambda visit: visit[1])
    history = named(events(*((0, *visit[:3]) for visit in visits)), [visit[3] for visit in visits])
    catalogue = items(*((item, category, None, None) for item, category in known.items()))
    window = timedelta(hours=1 if hour else 24)
    source = CategoryPopular(
        popularity=GroupPopularity(window, limit, weights, NeighbourRecall(4, decay, {"orders": 0.0}))
    )
    group_of = {}
    for item in {visit[0] for visit in visits}:
        votes = Counter(category for other, _, _, category in visits if other == item and category is not None)
        most = min(votes, key=lambda category: (-votes[category], category), default=None)
        group_of[item] = most if known.get(item) is None else known[item]
    top = groups.tops([visit[:3] for visit in visits], group_of, 40 if hour else 0, weights, limit)
    voting = {"clicks": 1.0, "carts": 1.0, "orders": 0.0}
    expected = groups.proposals(session, group_of, top, 4, last=4, decay=decay, weights=voting)
    folder = tmp_path_factory.getbasetemp()
    partial = source.count(History(history.lazy(), at(100), catalogue.lazy())).collect().lazy()
    for name, table in source.merge(partial).items():
        table.collect().write_parquet(folder / f"{name}.parquet")
    rows = source.recall(visited([session]).lazy(), Fitted(folder), 4)["category_popular"].collect().rows()
    assert rows == [(0, *row) for row in expected]


def test_refuses():
    with pytest.raises(ValueError, match="`window` must be above 0"):
        CategoryPopular(popularity=GroupPopularity(window=timedelta(0)))
