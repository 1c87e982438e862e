import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from candidates.algorithms import session_kernel
from candidates.algorithms.session_tables import Index, Proposed, scratch_for
from candidates.source import Fitted, History
from candidates.sources.session_neighbours import SessionNeighbours, _load
from data.schema import Proposals
from data.visible import visible_of
from tests.oracle.frames import at, events, prefixes, random_events, shuffled
from tests.oracle.session_neighbours import scores

LATE = at(200)
HALVES = {"decay": 0.5, "match_decay": 0.5, "vote_decay": 0.5, "idf": 0.0, "vote_idf": 0.0, "length_power": 0.5}
LEVEL = dict.fromkeys(("decay", "match_decay", "vote_decay"), 1.0) | {"idf": 0.0, "vote_idf": 0.0, "length_power": 0.0}


def log(*sessions, start=0):
    """EVENTS of sessions that are lists of items: a session after the other, an event a minute."""
    return events(
        *((s, item, start + 10 * s + i, "clicks") for s, items in enumerate(sessions) for i, item in enumerate(items))
    )


def asking(*queries, minute=100):
    return prefixes(
        *((q, item, minute + i, "clicks") for q, items in enumerate(queries) for i, item in enumerate(items))
    )


@pytest.fixture
def answers(propose):
    """{item: score} of one running session."""

    def ask(source, history, items, until=LATE, **when):
        return {item: score for _, item, _, score in propose(source, history, until, asking(items, **when), 50)}

    return ask


TWO = log([1, 2, 3], [2, 4])


def test_worked_by_hand(propose):
    rows = propose(SessionNeighbours(**HALVES), TWO, at(50), asking([3, 2], [8]), 9)
    # the first session shares both items, (1 + .5) / sqrt(2 x 3); the second one, 1 / sqrt(2 x 2); both latest item 2
    first, second = 1.5 / math.sqrt(6), 0.5
    expected = [(2, first + second), (1, first / 2), (3, first / 2), (4, second / 2)]
    assert rows == [(0, item, rank, pytest.approx(score)) for rank, (item, score) in enumerate(expected, 1)]
    assert propose(SessionNeighbours(**HALVES), TWO, at(50), asking([3, 2]), 2) == rows[:2]


def test_votes_fall_with_the_events_since_the_latest_shared_item(answers):
    assert answers(SessionNeighbours(**LEVEL | {"match_decay": 0.5}), TWO, [4, 3, 9]) == {
        2: 0.75,
        1: 0.5,
        3: 0.5,
        4: 0.25,
    }


def test_votes_go_by_the_nearest_of_several_visits(answers):
    history = log([5, 1, 6, 7, 1, 5])
    assert answers(SessionNeighbours(**LEVEL | {"vote_decay": 0.5}), history, [1]) == {1: 1, 5: 0.5, 6: 0.5, 7: 0.5}


def test_rare_shared_items_count_more(answers):
    found = answers(SessionNeighbours(**LEVEL | {"idf": 2.0}), TWO, [3, 2])
    assert found[4] == pytest.approx(math.log(2) ** 2)
    assert found[1] == pytest.approx(math.log(2) ** 2 + math.log(3) ** 2)


def test_rare_items_votes_count_more(answers):
    found = answers(SessionNeighbours(**LEVEL | {"vote_idf": 0.5}), TWO, [4])
    assert found == {4: pytest.approx(1 + math.log(3) / 2), 2: pytest.approx(1 + math.log(2) / 2)}


def test_half_life_counts_from_the_sessions_end(answers):
    source = SessionNeighbours(**LEVEL, half_life=timedelta(minutes=30))
    assert answers(source, TWO, [2], minute=32) == {
        1: 0.5,
        2: pytest.approx(0.5 + 0.5**0.7),
        3: 0.5,
        4: pytest.approx(0.5**0.7),
    }
    assert answers(source, TWO, [4], minute=0) == {2: 1, 4: 1}  # the history may reach past the query


def test_k_takes_the_most_alike_then_the_latest(answers):
    assert answers(SessionNeighbours(k=1, **LEVEL), TWO, [3, 2]) == {1: 2, 2: 2, 3: 2}
    assert answers(SessionNeighbours(k=1, **LEVEL), TWO, [2]) == {2: 1, 4: 1}
    together = events((0, 1, 0, "clicks"), (0, 2, 5, "clicks"), (1, 1, 0, "clicks"), (1, 3, 5, "clicks"))
    assert answers(SessionNeighbours(k=1, **LEVEL), together, [1]) == {1: 1, 2: 1}


def test_limits_keep_the_latest(answers):
    assert answers(SessionNeighbours(max_sessions=1, **LEVEL), TWO, [3, 2]) == {2: 1, 4: 1}
    # item 2 no longer leads to the first session, item 3 does
    assert answers(SessionNeighbours(max_sessions_per_item=1, **LEVEL), TWO, [2]) == {2: 1, 4: 1}
    assert answers(SessionNeighbours(max_sessions_per_item=1, **LEVEL), TWO, [3, 2]) == {1: 1, 2: 2, 3: 1, 4: 1}


def test_window_is_inclusive(answers):
    assert set(answers(SessionNeighbours(window=timedelta(minutes=28)), TWO, [2], until=at(30))) == {1, 2, 3, 4}
    assert set(answers(SessionNeighbours(window=timedelta(minutes=27)), TWO, [2], until=at(30))) == {2, 4}


def test_last_items(answers):
    assert answers(SessionNeighbours(last_items=1, **LEVEL), TWO, [3, 4]) == {2: 1, 4: 1}
    assert answers(SessionNeighbours(last_items=1), TWO, [4, 9]) == {}


def test_session_of_one_event_is_no_neighbour(answers):
    assert answers(SessionNeighbours(**LEVEL), log([1], [1, 2], [1]), [1]) == {1: 1, 2: 1}


def test_a_vote_too_small_for_a_number_is_none(answers):
    assert answers(SessionNeighbours(half_life=timedelta(milliseconds=1)), TWO, [2]) == {}
    assert answers(SessionNeighbours(decay=1e-200), TWO, [3, 8, 9]) == {}


@pytest.mark.parametrize("history", [TWO, TWO.clear()], ids=["learnt", "nothing-learnt"])
@pytest.mark.parametrize("asked", [asking([2], [3]), asking([2]).clear()], ids=["asked", "nothing-asked"])
def test_empty_in_empty_out(history, asked, fit, tmp_path):
    source = SessionNeighbours()
    table = source.recall(asked.lazy(), fit(source, [history], at(50), tmp_path), 5)[source.name].collect()
    assert table.schema == Proposals.create_empty().schema
    assert table.is_empty() == (history.is_empty() or asked.is_empty())


def test_neither_order_nor_threads_matter(fit, tmp_path):
    history, asked = random_events(1), asking(*([i % 12, i * 5 % 12] for i in range(9)))
    source, threaded = SessionNeighbours(k=4), SessionNeighbours(k=4, threads=3)
    one = fit(source, [history], at(9_000), tmp_path / "one")
    two = fit(threaded, [shuffled(history, "session")], at(9_000), tmp_path / "two")
    assert [f.read_bytes() for f in sorted(one.folder.iterdir())] == [
        f.read_bytes() for f in sorted(two.folder.iterdir())
    ]
    first = source.recall(asked.lazy(), one, 6)[source.name].collect()
    rows = asked.sample(fraction=1, shuffle=True, seed=2).lazy()
    assert_frame_equal(first, threaded.recall(rows, two, 6)[source.name].collect())


def test_kernel_is_its_python(fit, tmp_path, monkeypatch):
    source = SessionNeighbours(k=5, half_life=timedelta(days=1))
    fit(source, [random_events(1)], at(9_000), tmp_path)
    index = _load(tmp_path)
    asked = source._asking(index)(visible_of(asking(*([i % 12, 99, i * 5 % 12] for i in range(12)), minute=4_000)))

    def run():
        found = Proposed(np.zeros((12, 6), np.int64), np.zeros((12, 6), np.float32), np.zeros(12, np.int64))
        scratch = scratch_for(index)
        session_kernel.propose(index, asked, source._weighing(index), (0, 12), scratch, found)
        return found

    compiled = run()
    for name in ("propose", "_match", "_vote", "_best", "_sift", "_worse"):
        monkeypatch.setattr(session_kernel, name, getattr(session_kernel, name).py_func)
    for one, two in zip(compiled, run(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_what_a_thread_counts_in_is_left_as_it_was_found(fit, tmp_path):
    fitted = fit(SessionNeighbours(), [TWO], at(50), tmp_path)
    recaller, asked = SessionNeighbours().open(fitted), visible_of(asking([3, 2], [98, 99], [4]))
    asked = asked._replace(item=np.where(asked.item == 98, -1, asked.item))
    first = recaller(asked, 9)["session_neighbours"]
    for _ in range(2):
        for one, other in zip(recaller(asked, 9)["session_neighbours"], first, strict=True):
            np.testing.assert_array_equal(one, other)
    assert first.starts[1] == first.starts[2]  # nobody has met -1 or 99


VISITS = st.lists(st.integers(0, 6), min_size=1, max_size=7)
# powers under which two different sums cannot be equal on paper, so that rounding decides no tie
HOW = {
    "k": st.integers(1, 6),
    "last_items": st.integers(1, 6),
    "max_sessions_per_item": st.integers(1, 5),
    "max_sessions": st.integers(1, 9),
    "window": st.sampled_from([None, 20, 60]),
    "decay": st.sampled_from([1.0, 0.83]),
    "match_decay": st.sampled_from([1.0, 0.6]),
    "vote_decay": st.sampled_from([1.0, 0.7]),
    "idf": st.sampled_from([0.0, 0.7]),
    "vote_idf": st.sampled_from([0.0, 0.3]),
    "length_power": st.sampled_from([0.0, 0.3]),
    "half_life": st.sampled_from([None, 45]),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sessions=st.lists(st.tuples(st.integers(0, 5), VISITS), max_size=9),
    asked=st.lists(VISITS, min_size=1, max_size=4),
    how=st.fixed_dictionaries(HOW),
    best=st.integers(1, 8),
)
def test_equals_plain_python(sessions, asked, how, best, tmp_path):
    history = {
        s: [(item, (10 * minute + i) * 60_000) for i, item in enumerate(items)]
        for s, (minute, items) in enumerate(sessions)
    }
    rows = ((s, item, ms // 60_000, "clicks") for s, visits in history.items() for item, ms in visits)
    times = ("window", "half_life")
    source = SessionNeighbours(**how | {name: how[name] and timedelta(minutes=how[name]) for name in times})
    fitted = source.fit(History(events(*rows).lazy(), at(70)), {}, tmp_path)
    found = source.recall(asking(*asked, minute=70).lazy(), fitted, best)[source.name].collect()
    inside = how | {name: how[name] and how[name] * 60_000 for name in times}
    for query, visits in enumerate(asked):
        expected = scores(history, 70 * 60_000, visits, (70 + len(visits) - 1) * 60_000, **inside)
        mine = [row[1:] for row in found.rows() if row[0] == query]
        assert [rank for _, rank, _ in mine] == list(range(1, min(best, len(expected)) + 1))
        assert [score for *_, score in mine] == pytest.approx(sorted(expected.values(), reverse=True)[:best], rel=1e-5)
        assert {item: score for item, _, score in mine} == pytest.approx(
            {item: expected[item] for item, *_ in mine}, rel=1e-5
        )
        assert mine == sorted(mine, key=lambda row: (-row[2], row[0]))


def test_answers_are_read_from_the_folder(fit, tmp_path):
    source = SessionNeighbours()
    fit(source, [TWO], at(50), tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {f"{name}.npy" for name in Index._fields}
    assert source.recall(asking([2]).lazy(), Fitted(tmp_path), 1)[source.name].collect()["item"].to_list() == [2]


@pytest.mark.parametrize("name", ["k", "last_items", "max_sessions_per_item", "max_sessions", "threads"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"^`{name}` must be at least 1, got 0.$"):
        SessionNeighbours(**{name: 0})


@pytest.mark.parametrize("name", ["decay", "match_decay", "vote_decay"])
@pytest.mark.parametrize("value", [0.0, 1.5])
def test_refuses_decays_that_do_not_fall(name, value):
    with pytest.raises(ValueError, match=f"^`{name}` must lie above 0 and at most at 1, got {value}.$"):
        SessionNeighbours(**{name: value})


@pytest.mark.parametrize("name", ["idf", "vote_idf", "length_power"])
def test_refuses_powers_below_nothing(name):
    with pytest.raises(ValueError, match=f"^`{name}` must be at least 0, got -1.$"):
        SessionNeighbours(**{name: -1})


@pytest.mark.parametrize("name", ["window", "half_life"])
def test_refuses_times_of_nothing(name):
    with pytest.raises(ValueError, match=f"^`{name}` must be above 0, got 0:00:00.$"):
        SessionNeighbours(**{name: timedelta(0)})
