import numpy as np

from value.lifetime.btyd.distinct import distinct


def test_worked_by_hand():
    (first, second), count, place = distinct(np.array([2.0, 1, 2, 1]), np.array([5.0, 7, 5, 6]))
    assert (first.tolist(), second.tolist()) == ([1, 1, 2], [6, 7, 5])
    assert count.tolist() == [1, 1, 2]
    assert place.tolist() == [2, 1, 2, 0]
