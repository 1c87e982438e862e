import polars as pl

from data.schema import Items, Queries, Ranked
from ranker.answers import recommendations, submission
from tests.oracle.frames import at, table

RANKED = table(
    Ranked,
    (0, "clicks", 2, 1, 0.5),
    (0, "clicks", 0, 2, 0.25),
    (0, "clicks", 1, 3, None),
    (0, "orders", 1, 1, 0.75),
    (1, "carts", 2, 1, 0.5),
).lazy()
QUERIES = table(Queries, (0, 8, "42", None, at(0), at(1), 3, None), (1, 9, "7", None, at(0), at(1), 1, None)).lazy()
ITEMS = table(Items, *((code, key, None, None, None, None) for code, key in enumerate(["2", "3", "1"]))).lazy()


def test_recommendations_carry_the_shops_keys():
    rows = recommendations(RANKED, QUERIES, ITEMS).collect()
    assert rows.columns == ["session", "events", "type", "rank", "item", "score"]
    assert rows.rows() == [
        ("42", 3, "clicks", 1, "1", 0.5),
        ("42", 3, "clicks", 2, "2", 0.25),
        ("42", 3, "clicks", 3, "3", None),
        ("42", 3, "orders", 1, "3", 0.75),
        ("7", 1, "carts", 1, "1", 0.5),
    ]


def test_submission_is_ottos_format(tmp_path):
    backwards = RANKED.sort("query", "type", "rank", descending=[False, False, True])
    for ranked in (RANKED, backwards):
        submission(ranked, QUERIES, ITEMS).collect().write_csv(tmp_path / "submission.csv")
        assert (tmp_path / "submission.csv").read_text() == (
            "session_type,labels\n42_clicks,1 2 3\n42_orders,3\n7_carts,1\n"
        )


def test_nothing_ranked_is_an_empty_submission():
    empty = submission(RANKED.clear(), QUERIES, ITEMS).collect()
    assert empty.schema == {"session_type": pl.String, "labels": pl.String}
    assert empty.is_empty()
