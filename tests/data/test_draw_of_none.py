"""The draw of a fold that asks nothing."""

import polars as pl

from data.draw import Needs, drawn
from data.schema import TYPES


def test_no_question_is_drawn_of_none():
    kinds = {"session": pl.Int64, "events": pl.Int64, "hash": pl.UInt64, "part": pl.String}
    asked = pl.DataFrame(schema=kinds | dict.fromkeys(TYPES, pl.Boolean))
    assert drawn(asked, Needs(1, 1, 1, 1, 1)).is_empty()
