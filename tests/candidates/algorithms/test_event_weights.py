import numpy as np

from candidates.algorithms.event_weights import LEAST, Decay, EventWeights, longest

ONE = 2**24


def test_weights_by_type_and_events_since():
    table = EventWeights(0.5, {"clicks": 1.0, "orders": 3.0}).upto(3)
    assert table[:, :3].tolist() == [[ONE, ONE // 2, ONE // 4], [0, 0, 0], [3 * ONE, 3 * ONE // 2, 3 * ONE // 4]]
    assert table[0, LEAST - 1] == 1  # what rounds to nothing still counts


def test_tables_grow_with_the_longest_session_and_keep_their_values():
    weights, decay = EventWeights(0.97, {"clicks": 1.0}), Decay(0.97)
    first, powers = weights.upto(2).copy(), decay.upto(2).copy()
    assert weights.upto(1_000).shape[1] >= 1_000
    assert len(decay.upto(1_000)) >= 1_000
    np.testing.assert_array_equal(weights.upto(5)[:, :LEAST], first)
    np.testing.assert_array_equal(decay.upto(5)[:LEAST], powers)
    assert powers[:3].tolist() == [1.0, 0.97, 0.97**2]


def test_longest():
    assert longest(np.array([0, 2, 7, 8])) == 5
    assert longest(np.array([0])) == 0
