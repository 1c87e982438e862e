import polars as pl
import pytest

from evaluation.beyond.diversity import diversity_by_category, diversity_by_company


def lists(*rows):
    return pl.DataFrame(list(rows), schema={"query": pl.UInt32, "item": pl.UInt32}, orient="row")


CATEGORIES = pl.DataFrame(
    {"item": [1, 2, 3, 4], "category": [7, 7, 8, None]}, schema={"item": pl.UInt32, "category": pl.UInt32}
)


def test_pairs_of_two_categories():
    # query 0: pairs 12 alike, 13 and 23 not; query 1: one item with a category; query 2: alike
    shown = lists((0, 1), (0, 2), (0, 3), (0, 4), (1, 3), (1, 4), (2, 1), (2, 2))
    assert diversity_by_category(shown, CATEGORIES) == pytest.approx((2 / 3 + 0) / 2)


def test_without_categories_there_is_none():
    assert diversity_by_category(lists((0, 4), (0, 9)), CATEGORIES) is None


HISTORY = pl.DataFrame(
    {"session": [0, 0, 1, 1, 2], "item": [1, 2, 1, 2, 3]}, schema={"session": pl.UInt32, "item": pl.UInt32}
)


def test_company_by_hand():
    # 1 and 2 are touched in the same visits: distance 0; 3 in others: distance 1; 9 is unknown
    assert diversity_by_company(lists((0, 1), (0, 2), (0, 3)), HISTORY) == pytest.approx(2 / 3)
    assert diversity_by_company(lists((0, 1), (0, 2), (1, 1), (1, 9)), HISTORY) == pytest.approx(0.5)
    half = pl.concat([HISTORY, pl.DataFrame({"session": [0, 3], "item": [3, 3]}, schema=HISTORY.schema)])
    # 1 in visits 0 and 1, 3 in visits 0, 2 and 3: the cosine is 1 / sqrt(2 * 3)
    assert diversity_by_company(lists((0, 1), (0, 3)), half) == pytest.approx(1 - 6**-0.5)


def test_a_list_of_one_has_no_pair():
    assert diversity_by_company(lists((0, 1)), HISTORY) is None
    assert diversity_by_company(lists(), HISTORY) is None
