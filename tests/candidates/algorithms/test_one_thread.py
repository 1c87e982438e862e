import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from candidates.algorithms.one_thread import OneThread


def threads():
    return {library["num_threads"] for library in ThreadpoolController().select(user_api="blas").info()}


def test_the_last_to_leave_restores_the_number():
    assert np.eye(2).shape  # its BLAS is loaded
    with threadpool_limits(2, "blas"):
        one = OneThread()
        with one:
            with one:
                assert threads() == {1}
            assert threads() == {1}
        assert threads() == {2}


def test_an_error_inside_restores_it_too():
    with threadpool_limits(2, "blas"):
        with pytest.raises(ZeroDivisionError), OneThread():
            _ = 1 / 0
        assert threads() == {2}
