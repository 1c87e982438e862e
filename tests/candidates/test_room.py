"""What sources foresee of their fitting, by hand at OTTO's size."""

from candidates.covisit.member import CoVisit
from candidates.covisit.source import CoVisits
from candidates.source import ForeseenSource, Sizes
from candidates.sources.popular import Popular
from candidates.sources.session_neighbours import SessionNeighbours
from candidates.sources.word2vec import Word2Vec

OTTO = Sizes(events=200_000_000, sessions=10_000_000, items=2_000_000)


def test_covisits_map_the_log_and_hold_sums_by_item():
    source = CoVisits(members={"a": CoVisit(neighbours=20), "b": CoVisit(neighbours=30)}, threads=1, memory_mib=100)
    memory, disk = source.room(OTTO)
    log = 200_000_000 * 12 + 10_000_000 * 8
    assert memory == log + 2_000_000 * (2 * 16 * 2 + 8) + 100 * 2**20
    assert disk == log + 2_000_000 * 50 * 5


def test_session_neighbours_hold_what_they_keep():
    some, _ = SessionNeighbours(max_sessions=1_000_000).room(OTTO)
    twice, _ = SessionNeighbours(max_sessions=2_000_000).room(OTTO)
    every, _ = SessionNeighbours(max_sessions=50_000_000).room(OTTO)
    assert twice - some == 50 * 24 * 1_000_000  # a session has 20 events, a kept one somewhat more
    assert every - some == 50 * 24 * 9_000_000


def test_word2vec_holds_events_and_vectors():
    small, _ = Word2Vec(dimension=32, trees=20).room(OTTO)
    large, _ = Word2Vec(dimension=64, trees=20).room(OTTO)
    assert small > 8 * 200_000_000
    assert large - small == 3 * 2_000_000 * 4 * 32


def test_a_source_that_counts_by_shards_foresees_nothing():
    assert not isinstance(Popular(), ForeseenSource)
