import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.keys import key_hash
from data.sampling import SALT_HISTORY, SALT_QUERIES, Sampling, sample_sessions
from tests.oracle.hashes import mix, uniform

KEYS = [f"session-{n}" for n in range(1000)]
SESSIONS = pl.DataFrame({"session": pl.Series(range(1000), dtype=pl.UInt32), "hash": key_hash(pl.Series(KEYS))})
SMALL = settings(max_examples=60, deadline=None)

shares = st.sampled_from([0.001, 0.05, 0.3, 0.7, 1.0])
numbers = st.none() | st.integers(1, 1200)


def sampled(share=1.0, most=None, salt=SALT_QUERIES, sessions=SESSIONS):
    return sample_sessions(sessions.lazy(), share, most, salt).collect()["session"].to_list()


def test_all_are_kept_by_default():
    assert sampled() == list(range(1000))


def test_about_the_share_is_kept():
    assert 240 < len(sampled(0.3)) < 360


@pytest.mark.parametrize("most", [1, 10, 999, 1000, 1001])
def test_not_more_than_so_many(most):
    assert len(sampled(most=most)) == min(most, 1000)


@SMALL
@given(share=shares, most=numbers, salt=st.integers(0, 9))
def test_equals_plain_python(share, most, salt):
    kept = [(mix(h, salt), s) for s, h in SESSIONS.rows() if share == 1 or uniform(h, salt) < share]
    assert sorted(sampled(share, most, salt)) == sorted(s for _, s in sorted(kept)[:most])


@SMALL
@given(share=st.tuples(shares, shares), most=st.tuples(numbers, numbers))
def test_a_smaller_sample_lies_within_a_larger(share, most):
    counts = sorted(1200 if n is None else n for n in most)
    small, large = (set(sampled(s, n)) for s, n in zip(sorted(share), counts, strict=True))
    assert small <= large


@SMALL
@given(share=shares, most=numbers, seed=st.integers(0, 99))
def test_the_order_of_the_sessions_does_not_count(share, most, seed):
    shuffled = SESSIONS.sample(fraction=1, shuffle=True, seed=seed)
    assert sorted(sampled(share, most, sessions=shuffled)) == sorted(sampled(share, most))


def test_other_sessions_do_not_change_who_is_in_a_share():
    half = SESSIONS.head(500)
    assert sampled(0.3, sessions=half) == [session for session in sampled(0.3) if session < 500]


def test_salts_give_independent_samples():
    both = set(sampled(0.5, salt=SALT_QUERIES)) & set(sampled(0.5, salt=SALT_HISTORY))
    assert 190 < len(both) < 310


def test_equal_hashes_go_by_session():
    twins = pl.DataFrame({"session": [5, 3, 4], "hash": pl.Series([7, 7, 7], dtype=pl.UInt64)})
    assert sampled(most=2, sessions=twins) == [3, 4]


def test_columns_are_kept():
    found = sample_sessions(SESSIONS.with_columns(extra=1).lazy(), 0.5, 3, 1).collect()
    assert found.columns == ["session", "hash", "extra"]


@pytest.mark.parametrize(
    ("sampling", "tag"),
    [
        (Sampling(), ""),
        (Sampling(sample=0.1), "s0.1"),
        (Sampling(max_sessions=100), "n100"),
        (Sampling(sample_history=0.5), "hs0.5"),
        (Sampling(0.25, 100, 0.5, 2000), "s0.25-n100-hs0.5-hn2000"),
    ],
)
def test_tags(sampling, tag):
    assert sampling.tag == tag


@pytest.mark.parametrize("name", ["sample", "sample_history"])
@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_shares_that_cannot_be(name, share):
    with pytest.raises(ValueError, match=rf"`{name}` must lie above 0 and at most at 1, got"):
        Sampling(**{name: share})


@pytest.mark.parametrize("name", ["max_sessions", "max_history_sessions"])
def test_numbers_that_cannot_be(name):
    with pytest.raises(ValueError, match=rf"`{name}` must be at least 1, got 0"):
        Sampling(**{name: 0})
