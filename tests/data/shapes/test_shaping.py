"""Columns of every Arrow type where a layout makes something of them: a clean line, or rows that are all counted."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import AisleError
from data.formats import Columns, Join, LogFormat
from data.readers.generic import GENERIC
from data.validate import Tally, validate
from tests.data.arrow_columns import ODD, ROWS

PLAIN = {"user": ["u", "v", "w", "x"], "item": ["a", "b", "c", "d"], "ts": [1, 2, 3, 4]}
ROLES = {
    "a part of a key": {"columns": Columns(session="user,odd", user="user")},
    "a part of a key of lists": {"columns": Columns(session="user,odd[]", user="user")},
    "a flag": {"columns": Columns(user="user"), "flags": {"odd": "orders"}},
    "an order": {"columns": Columns(user="user", order="odd")},
    "a time's order": {"columns": Columns(ts=None, user="user", order="odd")},
    "an id": {"columns": Columns(user="user", event_id="odd")},
    "a joined table's key": {"columns": Columns(user="user", brand="told"), "joins": {"t": Join("t.csv", "k=odd")}},
    "entries": {"columns": Columns(item="odd[]", user="user")},
    "fields": {"columns": Columns(user="user", brand="odd.a")},
}


def tallied(path: Path, layout: LogFormat) -> Tally:
    total = Tally()
    for batch in GENERIC.read(path, layout):
        good, bad, tally = validate(batch, path, 1, GENERIC, layout, "user")
        total += tally
        assert good.height == tally.kept
        assert bad.height == tally.quarantined.total()
    return total


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("odd", ODD)
def test_any_type_is_told_or_counted(tmp_path, role, odd):
    path = tmp_path / "log.parquet"
    (tmp_path / "t.csv").write_text("k,told\n7,x\n")
    table = pa.table({**{name: pa.array(values) for name, values in PLAIN.items()}, "odd": ODD[odd]})
    try:
        pq.write_table(table, path)
    except pa.ArrowException:
        pytest.skip("parquet holds no such column")
    tally, said = Tally(), "odd"
    try:
        tally = tallied(path, LogFormat(unit="s", timezone="UTC", **ROLES[role]))
    except AisleError as error:
        said = str(error)
    assert "odd" in said
    assert "\n" not in said
    assert tally.read in (0, ROWS)
    assert tally.read + tally.exploded == tally.kept + tally.quarantined.total() + tally.dropped.total()


def test_a_column_that_two_tables_and_the_log_have_is_the_logs(tmp_path):
    (tmp_path / "t.csv").write_text("user,brand\nu,theirs\n")
    path = tmp_path / "log.parquet"
    pl.DataFrame(PLAIN).with_columns(brand=pl.lit("ours")).write_parquet(path)
    for brand, told in (("brand", ["ours"] * 4), ("t.brand", ["theirs", None, None, None])):
        layout = LogFormat(columns=Columns(user="user", brand=brand), joins={"t": Join("t.csv", "user")})
        assert pl.concat(GENERIC.read(path, layout))["brand"].to_list() == told
