import pytest

from data.in_parts import in_parts


@pytest.mark.parametrize(
    ("rows", "threads", "few", "parts"),
    [
        (7, 1, 0, [(0, 7)]),
        (7, 2, 0, [(0, 3), (3, 7)]),
        (2, 3, 0, [(0, 0), (0, 1), (1, 2)]),
        (0, 2, 0, [(0, 0)]),
        (7, 2, 7, [(0, 7)]),
        (8, 2, 7, [(0, 4), (4, 8)]),
        (1, 4, 1, [(0, 1)]),
    ],
)
def test_parts_by_hand(rows, threads, few, parts):
    done = []
    in_parts(rows, threads, done.append, few)
    assert sorted(done) == parts


def test_an_error_in_a_thread_is_raised():
    def fail(share):
        raise RuntimeError(f"at {share}")

    with pytest.raises(RuntimeError, match="at"):
        in_parts(4, 2, fail)
