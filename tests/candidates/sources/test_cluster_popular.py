import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.algorithms.group_popularity import GroupPopularity
from candidates.algorithms.votes import NeighbourRecall
from candidates.source import Fitted, History
from candidates.sources.cluster_popular import ClusterPopular
from candidates.sources.word2vec import as_table
from tests.oracle import groups
from tests.oracle.frames import at, events, prefixes, visited

TYPES = ["clicks", "carts", "orders"]
NORTH, EAST, SOUTH = [0.0, 1.0], [1.0, 0.0], [0.0, -1.0]


def learnt(folder, vectors):
    """What a fitted word2vec is for this source: vectors by item."""
    folder.mkdir(exist_ok=True)
    rows = np.array(list(vectors.values()), dtype=np.float32).reshape(len(vectors), 2)
    as_table(np.array(list(vectors), dtype=np.uint32), rows).write_parquet(folder / "vectors.parquet")
    return {"word2vec": Fitted(folder)}


def fitted(source, folder, vectors, visits):
    """Fit on the vectors and on visits (item, minute, type) of one session."""
    history = History(events(*((0, *visit) for visit in sorted(visits, key=lambda visit: visit[1]))).lazy(), at(100))
    (folder / "clusters").mkdir(exist_ok=True)
    return source.fit(history, learnt(folder / "word2vec", vectors), folder / "clusters")


def test_popular_items_of_the_session_s_clusters(tmp_path):
    vectors = {1: NORTH, 2: [0.1, 1.0], 3: [-0.1, 1.0], 4: SOUTH, 5: [0.1, -1.0], 6: [-0.1, -1.0]}
    visits = [
        (1, 0, "clicks"),
        (2, 1, "clicks"),
        (2, 2, "clicks"),
        (2, 3, "clicks"),
        (5, 4, "clicks"),
        (9, 5, "clicks"),
    ]
    source = ClusterPopular(clusters=2, cluster_size=1, popularity=GroupPopularity(votes=NeighbourRecall(decay=0.5)))
    done = fitted(source, tmp_path, vectors, visits)
    asked = prefixes((0, 6, 0, "clicks"), (0, 3, 1, "clicks"), (1, 4, 0, "clicks"), (2, 9, 0, "clicks"))
    # query 0: the north weighs 1 and the south 1/2; item 9 has no vector
    assert source.recall(asked.lazy(), done, 9)["cluster_popular"].collect().rows() == [
        (0, 2, 1, 0.75),
        (0, 5, 2, 0.5),
        (0, 1, 3, 0.25),
        (1, 5, 1, 1.0),
    ]


@pytest.mark.parametrize(
    ("clusters", "cluster_size", "number"), [(2, 1, 2), (3, 2, 3), (300, 4, 2), (1, 1, 1), (300, 20, 1)]
)
def test_number_of_clusters(tmp_path, clusters, cluster_size, number):
    vectors = {item: place for i, place in enumerate([NORTH, EAST, SOUTH]) for item in range(3 * i, 3 * i + 3)}
    done = fitted(ClusterPopular(clusters=clusters, cluster_size=cluster_size), tmp_path, vectors, [])
    found = done.table("groups").collect()
    assert found["item"].to_list() == list(range(9))
    assert found["group"].n_unique() == number


def test_order_of_vectors_and_runs_do_not_matter(tmp_path):
    dice = np.random.default_rng(5)
    vectors = {item: place.tolist() for item, place in enumerate(dice.normal(size=(200, 2)))}
    mixed = dict(sorted(vectors.items(), key=lambda pair: pair[1]))
    source = ClusterPopular(clusters=10, cluster_size=5)
    written = []
    for name, places in {"one": vectors, "two": vectors, "mixed": mixed}.items():
        (tmp_path / name).mkdir()
        folder = fitted(source, tmp_path / name, places, [(3, 1, "clicks"), (4, 2, "clicks")]).folder
        written.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert written[0] == written[1] == written[2]


def test_fewer_places_than_clusters(tmp_path):
    done = fitted(ClusterPopular(clusters=4, cluster_size=1), tmp_path, dict.fromkeys(range(6), EAST), [])
    assert done.table("groups").collect().height == 6


def test_nothing_learnt(tmp_path):
    source = ClusterPopular()
    done = fitted(source, tmp_path, {}, [(1, 0, "clicks")])
    assert source.recall(prefixes((0, 1, 0, "clicks")).lazy(), done, 5)["cluster_popular"].collect().is_empty()


def test_needs_the_source_with_vectors():
    assert ClusterPopular().needs == ("word2vec",)
    assert ClusterPopular(base="factors").needs == ("factors",)


@settings(max_examples=20, deadline=None)
@given(
    vectors=st.dictionaries(st.integers(0, 8), st.sampled_from([NORTH, EAST, SOUTH]), max_size=9),
    visits=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99), st.sampled_from(TYPES)), max_size=20),
    session=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(TYPES)), min_size=1, max_size=6),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.3, 1.0, 6.0]))),
)
def test_equals_plain_python(tmp_path_factory, vectors, visits, session, weights):
    popularity = GroupPopularity(type_weights=weights, limit=3, votes=NeighbourRecall(4, 0.5))
    source = ClusterPopular(clusters=3, cluster_size=1, popularity=popularity)
    done = fitted(source, tmp_path_factory.getbasetemp(), vectors, visits)
    # what is near what is for scikit-learn to say, what is popular there is not
    group_of = dict(done.table("groups").collect().rows())
    assert group_of.keys() == vectors.keys()
    top = groups.tops(visits, group_of, 0, weights, 3)
    voting = dict.fromkeys(TYPES, 1.0)
    expected = groups.proposals(session, group_of, top, 4, last=4, decay=0.5, weights=voting)
    rows = source.recall(visited([session]).lazy(), done, 4)["cluster_popular"].collect().rows()
    assert rows == [(0, *row) for row in expected]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"clusters": 0}, "`clusters` must be at least 1, got 0"),
        ({"cluster_size": 0}, "`cluster_size` must be at least 1, got 0"),
        ({"starts": 0}, "`starts` must be at least 1, got 0"),
        ({"seed": -1}, "`seed` must lie from 0 to 2\\^32 - 1, got -1"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        ClusterPopular(**wrong)
