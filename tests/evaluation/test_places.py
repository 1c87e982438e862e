import polars as pl

from data.schema import TypeEnum
from evaluation.places import places
from evaluation.recall import next_click, recall_at
from tests.oracle.frames import labels

TRUTH = labels((0, "clicks", 5), (0, "carts", 7), (0, "carts", 8), (1, "clicks", 5), (1, "orders", 9))


def order(*rows, typed=False):
    """Rows of (query, item, rank), or (query, type, item, rank)."""
    schema = {"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "rank": pl.UInt16}
    if not typed:
        schema.pop("type")
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


PLAIN = order((0, 7, 1), (0, 5, 2), (0, 7, 3), (1, 4, 1))
TYPED = order((0, "clicks", 5, 4), (0, "carts", 5, 1), (0, "carts", 8, 2), (1, "orders", 9, 1), typed=True)


def test_a_label_stands_where_its_own_list_has_it():
    placed = places(TRUTH.lazy(), {"plain": PLAIN, "typed": TYPED}).collect()
    assert placed.rows() == [
        (0, "clicks", 5, 2, 4),
        (0, "carts", 7, 1, None),
        (0, "carts", 8, None, 2),
        (1, "clicks", 5, None, None),
        (1, "orders", 9, None, 1),
    ]
    assert placed.schema["plain"] == pl.UInt16


def test_the_measures_can_be_made_of_places():
    placed = places(TRUTH.lazy(), {"typed": TYPED}).collect().lazy()
    again = placed.select("query", "type", "item", rank="typed").filter(pl.col("rank").is_not_null())
    clicks = pl.col("type") == "clicks"
    assert recall_at(again, TRUTH.lazy(), 2) == recall_at(TYPED, TRUTH.lazy(), 2)
    assert next_click(again.filter(clicks), TRUTH.lazy()) == next_click(TYPED.filter(clicks), TRUTH.lazy())
