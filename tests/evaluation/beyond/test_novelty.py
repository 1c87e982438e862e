import polars as pl
import pytest

from evaluation.beyond.novelty import mean_novelty


def shown(*rows):
    return pl.DataFrame(list(rows), schema={"places": pl.Int64, "visitors": pl.Int64}, orient="row")


def test_bits_by_hand():
    # of 8 visitors 4 know the first item (1 bit), 1 the second (3 bits)
    assert mean_novelty(shown((3, 4), (1, 1)), 8) == pytest.approx((3 * 1 + 3) / 4, abs=1e-6)
    assert mean_novelty(shown((1, 8)), 8) == 0


def test_what_nobody_knows_counts_as_known_to_one():
    assert mean_novelty(shown((1, 0)), 8) == pytest.approx(3, abs=1e-6)


def test_without_places_or_visitors_there_is_none():
    assert mean_novelty(shown(), 8) is None
    assert mean_novelty(shown((1, 1)), 0) is None
