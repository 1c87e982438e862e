import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal, assert_series_equal

from data.keys import _fnv1a, dictionary, key_hash, mix, mixed, uniform
from tests.oracle import hashes as oracle

SMALL = settings(max_examples=60, deadline=None)
u64s = st.integers(0, 2**64 - 1)
i64s = st.integers(-(2**63), 2**63 - 1)


def codes(**columns):
    return pl.DataFrame(columns).with_columns(pl.col("code").cast(pl.UInt32))


class TestDictionary:
    def test_codes_follow_the_sorted_keys(self):
        keys = pl.Series("user", ["b", None, "a", "c", "b"])
        assert_frame_equal(dictionary(keys), codes(key=["a", "b", "c"], code=[0, 1, 2]))

    def test_integers_sort_as_numbers(self):
        assert_frame_equal(dictionary(pl.Series([10, 9, -1])), codes(key=[-1, 9, 10], code=[0, 1, 2]))

    def test_only_new_keys_follow_after_the_known(self):
        known = dictionary(pl.Series(["b", "d"]))
        found = dictionary(pl.Series(["e", "d", "a", None]), known)
        assert_frame_equal(found, codes(key=["a", "e"], code=[2, 3]))

    def test_nothing_new(self):
        known = dictionary(pl.Series([1, 2]))
        assert dictionary(pl.Series([2, 1]), known).is_empty()
        assert dictionary(pl.Series([None, None], dtype=pl.Int64), known).schema == known.schema

    @pytest.mark.parametrize("dtype", [pl.Null, pl.Int64, pl.String])
    def test_a_column_without_keys_extends_any_dictionary(self, dtype):
        found = dictionary(pl.Series([None, None], dtype=dtype), dictionary(pl.Series(["abc"])))
        assert found.is_empty()
        assert found.columns == ["key", "code"]

    def test_keys_extend_an_empty_dictionary_of_another_type(self):
        known = dictionary(pl.Series([], dtype=pl.String))
        assert_frame_equal(dictionary(pl.Series([7, 5]), known), codes(key=[5, 7], code=[0, 1]))

    @SMALL
    @given(old=st.lists(st.integers(-9, 9)), new=st.lists(st.integers(-9, 9)))
    def test_codes_are_dense_and_never_change(self, old, new):
        first = dictionary(pl.Series(old, dtype=pl.Int64))
        both = [*first.rows(), *dictionary(pl.Series(new, dtype=pl.Int64), first).rows()]
        assert [code for _, code in both] == list(range(len(set(old) | set(new))))
        assert {key for key, _ in both} == set(old) | set(new)
        assert [key for key, _ in both[: first.height]] == sorted(set(old))


class TestTextHash:
    def test_published_vectors(self):
        found = key_hash(pl.Series(["", "a", "foobar"]))
        assert [f"{value:016x}" for value in found] == ["cbf29ce484222325", "af63dc4c8601ec8c", "85944171f73967e8"]
        assert found.dtype == pl.UInt64
        assert found.name == "hash"

    @SMALL
    @given(texts=st.lists(st.text(max_size=12), max_size=8), start=st.integers(0, 8))
    def test_equals_plain_python_whole_sliced_and_chunked(self, texts, start):
        series = pl.Series(texts, dtype=pl.String)
        expected = [oracle.fnv1a(text) for text in texts]
        assert key_hash(series).to_list() == expected
        assert key_hash(series.slice(start)).to_list() == expected[start:]
        halves = pl.concat([series.slice(0, start), series.slice(start)], rechunk=False)
        assert key_hash(halves).to_list() == expected

    def test_chunks_and_slices_of_chunks(self):
        parts = [pl.Series(["ä", "日本"]), pl.Series(["a very long key beyond any inline view 🛒", ""])]
        both = pl.concat(parts, rechunk=False)
        assert both.n_chunks() == 2
        expected = [oracle.fnv1a(text) for text in both]
        assert key_hash(both).to_list() == expected
        assert key_hash(both.slice(1, 2)).to_list() == expected[1:3]

    def test_none(self):
        assert_series_equal(key_hash(pl.Series([], dtype=pl.String)), pl.Series("hash", [], dtype=pl.UInt64))

    def test_the_kernel_does_what_its_source_says(self):
        ends = np.array([0, 0, 1, 7], dtype=np.int64)
        letters = np.frombuffer(b"afoobar", dtype=np.uint8)
        with np.errstate(over="ignore"):  # numpy warns where the compiled kernel wraps silently
            interpreted = _fnv1a.py_func(ends, letters)
        assert interpreted.tolist() == _fnv1a(ends, letters).tolist() == [oracle.fnv1a(t) for t in ("", "a", "foobar")]


class TestIntegerHash:
    def test_published_vector(self):
        # the first output of splitmix64 seeded with 1234567 and with 0
        assert key_hash(pl.Series([1234567, 0])).to_list() == [6457827717110365317, 16294208416658607535]

    @SMALL
    @given(numbers=st.lists(i64s, max_size=6))
    def test_equals_plain_python(self, numbers):
        found = key_hash(pl.Series(numbers, dtype=pl.Int64))
        assert found.to_list() == [oracle.mix(number) for number in numbers]
        assert found.dtype == pl.UInt64

    def test_the_width_of_an_integer_does_not_count(self):
        narrow, wide = pl.Series([-1, 0, 100], dtype=pl.Int8), pl.Series([-1, 0, 100])
        assert_series_equal(key_hash(narrow), key_hash(wide))


class TestMix:
    @SMALL
    @given(values=st.lists(u64s, min_size=1, max_size=6), salt=st.integers(-100, 2**40))
    def test_equals_plain_python(self, values, salt):
        frame = pl.DataFrame({"hash": pl.Series(values, dtype=pl.UInt64)})
        assert frame.select(mix(pl.col("hash"), salt)).to_series().to_list() == [oracle.mix(v, salt) for v in values]
        assert frame.select(uniform(pl.col("hash"), salt)).to_series().to_list() == [
            oracle.uniform(v, salt) for v in values
        ]

    @SMALL
    @given(values=st.lists(u64s, max_size=6), salt=st.integers(0, 2**40))
    def test_arrays_are_mixed_alike(self, values, salt):
        assert mixed(np.array(values, dtype=np.uint64), salt).tolist() == [oracle.mix(v, salt) for v in values]

    def test_a_series_is_taken_as_it_is(self):
        values = pl.Series([0, 2**64 - 1], dtype=pl.UInt64)
        assert pl.select(mix(values, 3)).to_series().to_list() == [oracle.mix(0, 3), oracle.mix(2**64 - 1, 3)]

    def test_salts_are_independent(self):
        frame = pl.DataFrame({"hash": key_hash(pl.Series(range(2000)))})
        low, other = (frame.select(uniform(pl.col("hash"), salt) < 0.5).to_series() for salt in (1, 2))
        assert 400 < (low & other).sum() < 600


class TestUniform:
    def test_the_smallest_is_0_and_the_largest_is_below_1(self):
        to_zero = -0x9E3779B97F4A7C15 % 2**64  # stepped once it is 0, which splitmix64 leaves 0
        assert pl.select(uniform(pl.lit(to_zero, pl.UInt64), 0)).item() == 0.0
        assert (2**64 - 1) // 2**11 / 2**53 < 1.0

    @pytest.mark.parametrize("keys", [range(10_000), [f"session-{n}" for n in range(10_000)]], ids=["numbers", "texts"])
    def test_keys_that_count_up_spread_evenly(self, keys):
        where = pl.DataFrame({"hash": key_hash(pl.Series(keys))}).select(uniform(pl.col("hash"), 7)).to_series()
        assert where.is_between(0, 1, closed="left").all()
        tenths = (where * 10).cast(pl.Int64).value_counts()
        assert tenths.height == 10
        assert tenths["count"].is_between(850, 1150).all()
