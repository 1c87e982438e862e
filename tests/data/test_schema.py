import dataframely as dy
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.schema import CandidateKeys, Events, Labels, check_wide

KEYS = {"query": pl.UInt32, "item": pl.UInt32, "fused__rank": pl.UInt16, "fused__score": pl.Float32}


def wide(**open_columns):
    """Two candidates with open columns of (value, type)."""
    frame = pl.DataFrame([(0, 5, 1, 0.5), (0, 6, 2, 0.25)], schema=KEYS, orient="row")
    return frame.with_columns(pl.lit(value, dtype).alias(name) for name, (value, dtype) in open_columns.items())


class TestCheckWide:
    def test_open_columns_are_kept_in_their_order(self):
        frame = wide(
            popular__rank=(1, pl.UInt16),
            age__seconds=(3.5, pl.Float32),
            popular__score=(None, pl.Float32),
            item_popularity__visits_7d=(0.1, pl.Float32),
        ).select("age__seconds", "query", "popular__rank", "item", "^popular__score|fused.*|item_.*$")
        assert_frame_equal(check_wide(frame, CandidateKeys), frame)

    def test_fixed_columns_alone(self):
        assert_frame_equal(check_wide(wide(), CandidateKeys), wide())

    @pytest.mark.parametrize(
        ("name", "given", "wanted"),
        [
            ("popular__rank", pl.UInt32, "UInt16"),
            ("popular__rank", pl.Float32, "UInt16"),
            ("popular__score", pl.Float64, "Float32"),
            ("age__seconds", pl.Float64, "Float32"),
            ("age__seconds", pl.UInt16, "Float32"),
        ],
    )
    def test_a_wrong_type(self, name, given, wanted):
        with pytest.raises(AisleError, match=rf"column `{name}` must be {wanted}, got {given}"):
            check_wide(wide(**{name: (1, given)}), CandidateKeys)

    @pytest.mark.parametrize("name", ["rank", "popular_rank", "age__", "age__Seconds", "age__se-conds", "__seconds"])
    def test_a_wrong_name(self, name):
        with pytest.raises(AisleError, match=rf"columns \['{name}'\] fit no pattern"):
            check_wide(wide(age__seconds=(1, pl.Float32), **{name: (1, pl.Float32)}), CandidateKeys)

    @pytest.mark.parametrize(
        ("broken", "error"),
        [
            ({"query": pl.lit(None, pl.UInt32)}, dy.exc.ValidationError),
            ({"item": pl.lit(5, pl.UInt32)}, dy.exc.ValidationError),
            ({"fused__rank": pl.lit(0, pl.UInt16)}, dy.exc.ValidationError),
            ({"item": pl.lit(5, pl.Int64)}, dy.exc.SchemaError),
        ],
        ids=["null", "repeated key", "below the least", "type"],
    )
    def test_a_broken_fixed_column(self, broken, error):
        with pytest.raises(error):
            check_wide(wide().with_columns(**broken), CandidateKeys)


class TestSchemas:
    def test_prices_and_quantities_of_events(self):
        event = {"session": 0, "item": 0, "ts": 0, "type": "clicks", "user": None, "category": None}
        rows = [event | {"price": p, "quantity": q} for p, q in ((0.0, 0.5), (None, None), (-0.1, 1.0), (1.0, 0.0))]
        good, bad = Events.filter(pl.DataFrame(rows), cast=True)
        assert good["price"].to_list() == [0.0, None]
        assert bad.counts() == {"price|min": 1, "quantity|min_exclusive": 1}

    def test_a_label_stands_once(self):
        rows = [(0, "clicks", 1), (0, "carts", 1), (0, "carts", 1)]
        frame = pl.DataFrame(rows, schema=["query", "type", "item"], orient="row")
        assert Labels.is_valid(frame.head(2), cast=True)
        assert not Labels.is_valid(frame, cast=True)
