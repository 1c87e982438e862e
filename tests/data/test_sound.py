import numpy as np
import polars as pl
import pytest

from data.errors import AisleError
from data.sound import UnsoundError, array_of, need_codes, need_finite, need_starts, opening

RISING = np.array([0, 2, 5])


def test_codes_starts_and_values_that_are_sound():
    need_codes(np.array([0, 3, 3]), 4, "item")
    need_codes(np.array([-1, 3]), 4, "item", unknown=True)
    need_codes(np.array([], np.int64), 0, "item")
    need_codes(np.array([5_000_000]), None, "item")
    need_starts(RISING, 5, "starts")
    need_finite(np.array([], np.float32), "score")


@pytest.mark.parametrize(
    "harm",
    [
        lambda: need_codes(np.array([4]), 4, "item"),
        lambda: need_codes(np.array([-1]), 4, "item"),
        lambda: need_codes(np.array([2**32 - 1]), None, "item"),
        lambda: need_starts(RISING, 6, "starts"),
        lambda: need_starts(np.array([0, 4, 3, 5]), 5, "starts"),
        lambda: need_starts(np.array([], np.int64), 0, "starts"),
        lambda: need_finite(np.array([1.0, np.nan]), "score"),
        lambda: need_finite(np.array([[np.inf]]), "score"),
    ],
)
def test_what_would_send_a_kernel_elsewhere_is_refused(harm):
    with pytest.raises(UnsoundError):
        harm()


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.array([1], np.int32), "holds int32, not int64"),
        (np.array([[1]]), "has 2 dimensions, not 1"),
        (np.array([object()]), "allow_pickle"),
    ],
)
def test_arrays_of_another_kind_are_refused(tmp_path, array, said):
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(ValueError, match=said):
        array_of(tmp_path / "a.npy", np.int64)


@pytest.mark.parametrize("text", [b"", b"not numpy", b"\x93NUMPY\x01\x00v\x00{'descr': '<i8', 'fortran_order"])
def test_what_is_no_array_is_told_in_one_line(tmp_path, text):
    (tmp_path / "a.npy").write_bytes(text)
    with pytest.raises(AisleError, match="is damaged") as error, opening(tmp_path):
        array_of(tmp_path / "a.npy", np.int64, mapped=True)
    assert "\n" not in str(error.value)


def test_a_panic_is_told_too_and_want_of_memory_is_not_damage(tmp_path):
    with pytest.raises(AisleError, match=r"is damaged \(no\); remove it"), opening(tmp_path):
        raise pl.exceptions.PanicException("no")
    with pytest.raises(AisleError, match=r"is damaged \(it lacks `kind`\); learn it\."), opening(tmp_path, "learn it"):
        {}["kind"]
    with pytest.raises(MemoryError), opening(tmp_path):
        raise MemoryError
