import polars as pl
import pytest

from data.schema import TypeEnum
from evaluation.cases import KINDS, choose_cases, kind_of


@pytest.mark.parametrize(
    ("ranked", "proposed", "known", "kind"),
    [
        (1, 9, True, "first"),
        (3, None, False, "first"),
        (4, 1, True, "found"),
        (20, 1, True, "found"),
        (21, 1, True, "outranked"),
        (None, 150, True, "outranked"),
        (None, None, True, "missed"),
        (None, None, False, "unknown"),
    ],
)
def test_kinds(ranked, proposed, known, kind):
    row = pl.DataFrame(
        {"r": [ranked], "p": [proposed], "k": [known]}, schema={"r": pl.UInt16, "p": pl.UInt16, "k": pl.Boolean}
    )
    assert row.select(kind=kind_of(pl.col("r"), pl.col("p"), pl.col("k")))["kind"].to_list() == [kind]


def cases(*rows):
    schema = {"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "kind": pl.Enum(KINDS)}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


MANY = cases(
    *((q, "clicks", q, "first") for q in range(40)),
    *((q, "orders", q, "missed") for q in range(40, 45)),
    *((q, "clicks", q, "missed") for q in range(38, 48)),
)


def test_kinds_and_types_take_turns():
    chosen = choose_cases(MANY, 9, 1)
    assert dict(
        chosen.group_by("kind", "type").len().select("kind", "len").group_by("kind").agg(pl.col("len").sum()).rows()
    ) == {
        "first": 3,
        "missed": 6,
    }
    assert chosen["query"].n_unique() == 9
    assert chosen.rows() == chosen.sort("kind", "type", "query").rows()


def test_where_one_kind_ends_the_others_go_on():
    chosen = choose_cases(MANY, 200, 1)
    assert chosen.height == MANY["query"].n_unique() == 48
    assert choose_cases(cases(), 5, 1).is_empty()


def test_a_seed_chooses_and_others_change_nothing():
    first = choose_cases(MANY, 6, 1)
    assert choose_cases(MANY.reverse(), 6, 1).equals(first)
    assert not choose_cases(MANY, 6, 2).equals(first)
    more = pl.concat([MANY, cases(*((q, "carts", q, "unknown") for q in range(60, 70)))])
    kept = choose_cases(more, 8, 1).filter(pl.col("kind") != "unknown")
    assert set(kept["query"]) == set(first["query"])
