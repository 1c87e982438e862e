import pytest

from data.in_parts import in_parts


@pytest.mark.parametrize(
    ("rows", "threads", "parts"),
    [(7, 1, [(0, 7)]), (7, 2, [(0, 3), (3, 7)]), (2, 3, [(0, 0), (0, 1), (1, 2)]), (0, 2, [(0, 0), (0, 0)])],
)
def test_parts_by_hand(rows, threads, parts):
    done = []
    in_parts(rows, threads, done.append)
    assert sorted(done) == parts


def test_an_error_in_a_thread_is_raised():
    def fail(share):
        raise RuntimeError(f"at {share}")

    with pytest.raises(RuntimeError, match="at"):
        in_parts(4, 2, fail)
