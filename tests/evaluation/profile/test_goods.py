import polars as pl

from data.schema import Items
from evaluation.profile.goods import top_goods
from tests.evaluation.profile.logs import valued

SCALE = 2.0**14


def items(brand=("b", None, "b")):
    rows = {"item": [0, 1, 2], "key": ["a-1", "<script>", "c"], "category": [0, 1, 0], "brand": brand}
    return Items.validate(pl.DataFrame(rows).with_columns(text=pl.lit("t" * 200), price=pl.lit(None)), cast=True).lazy()


CATEGORIES = pl.LazyFrame({"code": [0, 1], "key": ["shoes", "socks"]}, schema={"code": pl.UInt32, "key": pl.String})


def test_the_most_frequent_of_each():
    found = top_goods(valued(), items(), CATEGORIES, SCALE)
    assert found["item"].select("name", "events", "clicks", "carts", "orders", "value").rows() == [
        ("a-1", 5, 3, 1, 1, 20.0), ("<script>", 3, 2, 0, 1, 5.0), ("c", 1, 1, 0, 0, 0.0),
    ]  # fmt: skip
    assert found["item"]["share"].sum() == 1
    assert len(found["item"]["text"][0]) == 80
    assert found["category"].select("name", "items", "events").rows() == [("shoes", 2, 6), ("socks", 1, 3)]
    assert found["brand"].select("name", "items", "events", "share").rows() == [("b", 2, 6, 6 / 9)]


def test_what_the_log_does_not_name_is_empty():
    found = top_goods(valued(), items(brand=[None] * 3), CATEGORIES, SCALE)
    assert found["brand"].is_empty()
