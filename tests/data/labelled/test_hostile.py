"""Files and rows as nobody would want them: each is told and counted, and the counts add up."""

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import AisleError
from data.labelled.chunks import add_odd, chunks, read_chunk
from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.materialise import write_rows
from data.labelled.roles import Declared
from data.labelled.told import parts_aside, rows_aside, values_aside
from data.partitions.window import Window
from tests.data.labelled.tables import MAP, TABLE, looked, put, rows

NAN = float("nan")


def written(root, found, table=TABLE):
    into = root.parent / "written"
    into.mkdir()
    return into, write_rows(found.index, table, into)


def every(folder):
    return pl.concat([pl.read_parquet(file) for file in sorted((folder / "rows").iterdir())])


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "log"
    put(root, 0, "good.parquet", rows("a", "b", "c"))
    return root


def aside(found):
    return {one.path.name: one.why for one in found.aside}


def test_parts_that_cannot_be_read(root):
    whole = put(root, 1, "cut.parquet", rows("d", "e")).read_bytes()
    (root / "datetime=2025-10-01-01-00" / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (root / "datetime=2025-10-01-01-00" / "nothing.parquet").touch()
    (root / "datetime=2025-10-01-01-00" / "page.parquet").write_text("<html>not found</html>")
    put(root, 1, "rowless.parquet", rows())
    found = looked(root, Labelled(**{**TABLE.__dict__, "max_parts_aside": 0.9}))
    told = aside(found)
    assert told["nothing.parquet"] == "it has no byte"
    assert told["rowless.parquet"] == "it has no row"
    assert told["cut.parquet"].startswith("not a whole parquet file (")
    assert told["page.parquet"].startswith("not a whole parquet file (")
    assert found.rows == found.index.rows == 3


def test_parts_without_a_label_or_a_key(root):
    put(root, 1, "unlabelled.parquet", rows("d").drop_columns(["d14"]))
    put(root, 1, "keyless.parquet", rows("e").drop_columns(["id"]))
    put(root, 1, "nested.parquet", rows("f").set_column(0, "id", pa.array([["f"]])))
    found = looked(root, Labelled(**{**TABLE.__dict__, "max_parts_aside": 0.75}))
    assert aside(found) == {
        "keyless.parquet": "it lacks `id`",
        "nested.parquet": "`id` holds List(String), which is no key",
        "unlabelled.parquet": "it lacks `d14`",
    }
    assert "unlabelled.parquet" not in aside(looked(root, labelled=False))


def test_too_many_such_parts_stop_a_run(root):
    put(root, 1, "a.parquet", rows("d").drop_columns(["d7", "d14"]))
    strict = Labelled(**{**TABLE.__dict__, "max_parts_aside": 0.4})
    with pytest.raises(
        AisleError,
        match=r"1 of 2 parts is set aside, over `max_parts_aside` 40\.00%: .*a\.parquet: it lacks `d7`, `d14`",
    ):
        looked(root, strict)


def test_nothing_but_such_parts(tmp_path):
    put(tmp_path / "log", 1, "a.parquet", rows("d").drop_columns(["d7"]))
    with pytest.raises(AisleError, match="1 of 1 part is set aside, and none is left"):
        looked(tmp_path / "log", Labelled(**{**TABLE.__dict__, "max_parts_aside": 1.0}))


def harm(part, column, group=1):
    """Overwrite the pages of a column in a row group; the footer stays whole."""
    found = pq.ParquetFile(part).metadata.row_group(group)
    places = {
        found.column(place).path_in_schema.split(".")[0]: found.column(place) for place in range(found.num_columns)
    }
    one, harmed = places[column], bytearray(part.read_bytes())
    start = one.data_page_offset if one.dictionary_page_offset is None else one.dictionary_page_offset
    harmed[start : start + one.total_compressed_size] = b"\xff" * one.total_compressed_size
    part.write_bytes(harmed)


def test_a_part_that_is_damaged_in_its_middle(root):
    part = put(root, 1, "hurt.parquet", rows("d", "e", "f", "g"))
    put(root, 2, "good.parquet", rows("d", "h"))
    harm(part, "d14")
    found = looked(root)
    into, done = written(root, found)
    assert [one.path.name for one in done.aside] == ["hurt.parquet"]
    assert done.aside[0].why.startswith("damaged after row ")
    assert every(into)["id"].to_list() == ["a", "b", "c", "d", "h"]  # `d` has not come before
    assert found.index.rows == done.rows + done.damaged == 9
    assert done.rows == done.kept == 5


def test_rows_to_score_of_such_a_part(root):
    part = put(root, 1, "hurt.parquet", rows("d", "e", "f", "g"))
    harm(part, "app")
    index = looked(root).index
    assert read_chunk(index, TABLE, 3, 0)[0].height == 3
    with pytest.raises(AisleError, match=r"hurt\.parquet: damaged after row .*; fetch it again\."):
        read_chunk(index, TABLE, 3, 1)


def test_a_part_whose_keys_are_damaged(root):
    harm(put(root, 1, "hurt.parquet", rows("d", "e", "f", "g")), "id")
    found = looked(root)
    assert aside(found)["hurt.parquet"].startswith("damaged after row ")
    assert found.rows == found.index.rows == 3
    assert looked(root, window=Window(max_rows=2)).index.rows == 2


def test_bad_labels_and_repeated_keys(root):
    labels = {
        "d7": pa.array([NAN, -1.0, 3.0, None, 1.0, 2.0]),
        "d14": pa.array([1.0, 1.0, 2.0, None, None, 2.0]),
    }
    bad = rows("nan", "below", "falls", "none", "young", "a")
    for place, (name, values) in enumerate(labels.items(), start=3):
        bad = bad.set_column(place, name, values)
    put(root, 1, "bad.parquet", bad)
    found = looked(root)
    into, done = written(root, found)
    assert done.bad == {
        "`d7` is not finite": 1,
        "`d7` is below 0": 1,
        "`d14` is below `d7`": 1,
        "no label": 1,
        "repeated key": 1,
    }
    assert every(into)["id"].to_list() == ["a", "b", "c", "young"]
    assert every(into).filter(id="young")["d14"].to_list() == [None]
    assert done.quarantine.select("row", "key", "reason").rows()[:2] == [
        (1, "nan", "`d7` is not finite"),
        (2, "below", "`d7` is below 0"),
    ]
    assert found.rows == found.index.rows == done.rows == done.kept + done.bad.total() == 9


def test_a_bad_row_leaves_its_key_to_a_good_one(root):
    put(root, 1, "bad.parquet", rows("x").set_column(3, "d7", pa.array([NAN])))
    put(root, 2, "good.parquet", rows("x"))
    into, done = written(root, looked(root))
    assert every(into)["id"].to_list() == ["a", "b", "c", "x"]
    assert done.bad == {"`d7` is not finite": 1}


def test_rows_without_a_key(root):
    put(root, 1, "b.parquet", rows(None, "d", " "))
    found = looked(root)
    assert found.left == {"no key": 2}
    assert found.rows == found.index.rows + found.left.total() == 6
    strict = Labelled(**{**TABLE.__dict__, "max_quarantine": 0.3})
    with pytest.raises(AisleError, match=r"2 of 6 rows are bad \(no key 2\), over `max_quarantine` 30\.00%"):
        looked(root, strict)


def test_a_window_of_a_column_with_nothing_in_it(root):
    table = Labelled(**{**TABLE.__dict__, "partition": None, "time": "at", "max_parts_aside": 0.9})
    put(root, 1, "b.parquet", rows("d", at=pa.array(["2025-10-01T10:00"])))
    with pytest.raises(AisleError, match=r"none of 1 rows is read .outside the window 1.; move the window"):
        looked(root, table, Window(first="2025-10-02-00-00"))


def test_maps_with_a_null_key_and_text_where_a_number_was(root):
    entries = pa.array([[{"key": None, "value": 1.0}, {"key": "a", "value": 2.0}], None])
    put(root, 1, "pairs.parquet", rows("d", "e").set_column(2, "spent", entries))
    put(root, 2, "texts.parquet", rows("f", "g", msrp=pa.array(["9.5", "cheap"])))
    put(root, 3, "numbers.parquet", rows("h", "i", "j", msrp=pa.array([1.0, 2.0, 3.0])))
    into, done = written(root, looked(root))
    table = every(into)
    assert table["spent"][3].to_list() == [{"key": None, "value": 1.0}, {"key": "a", "value": 2.0}]
    assert table["msrp"].to_list() == [None] * 5 + [9.5, None, 1.0, 2.0, 3.0]
    assert done.odd == {"msrp": {"no number": 1}}
    assert done.missing["msrp"] == 6
    assert done.missing["spent"] == 1


def test_parts_of_other_widths_null_types_and_columns(root):
    other = rows("d", "e", msrp=pa.nulls(2), seen=pa.array([1, 2], pa.int16()), app=pa.nulls(2))
    put(root, 1, "b.parquet", other)
    put(root, 2, "c.parquet", rows("f", seen=pa.array([3], pa.int64()), stranger=pa.array([1])))
    found = looked(root)
    assert dict(found.index.schema.items())["seen"] == pl.Int64
    assert found.absent == {"msrp": 2, "seen": 1}
    assert found.index.roles["stranger"] == "undeclared"
    into, done = written(root, found)
    assert every(into)["seen"].to_list() == [None, None, None, 1, 2, 3]
    assert every(into)["msrp"].dtype == pl.Null
    assert done.missing == {"app": 2, "spent": 0, "msrp": 6, "seen": 3, "d7": 0, "d14": 0, "buyer_d7": 0, "stranger": 5}


def test_two_columns_of_one_name(root):
    twice = pa.Table.from_arrays([*rows("d").columns, pa.array(["x"])], names=[*rows("d").column_names, "app"])
    put(root, 1, "twice.parquet", twice)
    into, _ = written(root, looked(root))
    assert every(into)["app"].to_list() == ["a", "a", "a", None]
    keys = pa.Table.from_arrays([*rows("e").columns, pa.array(["x"])], names=[*rows("e").column_names, "id"])
    put(root, 2, "keys.parquet", keys)
    assert aside(looked(root))["keys.parquet"] == "`id` cannot be read (two columns have its name)"


def test_a_declared_feature_that_is_an_outcome():
    with pytest.raises(AisleError, match=r"`buyer_d7` is declared a feature, and .* say that it is what happens after"):
        Declared(("buyer_d7",)).check(TABLE)
    with pytest.raises(AisleError, match=r"`id` is declared a feature, and .* say that it is the key"):
        Declared(("id",)).check(TABLE)
    Declared(("buyer*",)).check(TABLE)  # a pattern yields


def test_nothing_that_may_be_a_feature(root):
    with pytest.raises(AisleError, match=r"none of 7 columns may be a feature: .*; declare some, or set `others: use`"):
        looked(root, declared=Declared())


def test_labels_and_outcomes_are_never_features(root):
    found = looked(root, declared=Declared(("*",), "use"))
    assert list(found.index.schema) == ["app", "spent"]
    assert {name: found.index.roles[name] for name in ("id", "d7", "d14", "buyer_d7", "datetime")} == {
        "id": "key",
        "d7": "label",
        "d14": "label",
        "buyer_d7": "outcome",
        "datetime": "moment",
    }


def test_rows_to_score_have_the_types_of_those_learnt_from(root, tmp_path):
    known = looked(root).index
    other = tmp_path / "test"
    spent = pa.array([[("a", 3)]], pa.map_(pa.string(), pa.int64()))
    new = rows("t", stranger=pa.array([1]), seen=pa.array([5])).set_column(2, "spent", spent)
    put(other, 5, "a.parquet", new.drop_columns(["d7", "d14", "buyer_d7", "app"]))
    found = looked(other, known=known, labelled=False)
    assert found.index.schema == known.schema
    assert found.index.roles["seen"] == "undeclared"
    frame = read_chunk(found.index, TABLE, 10, 0)[0]
    assert frame.columns == ["id", "datetime", "app", "spent"]
    assert frame["spent"][0].to_list() == [{"key": "a", "value": 3.0}]
    assert frame["app"].to_list() == [None]


def test_maps_as_parquet_has_them(root):
    assert pq.read_schema(next(root.rglob("good.parquet"))).field("spent").type == MAP


def rows_to_score(root, tmp_path, **more):
    """Hours of rows to score: `put` into the folder, and looked through by a table that was learnt from."""
    return looked(tmp_path / "test", known=looked(root).index, labelled=False, **more)


def test_a_repeated_key_is_scored_once_where_it_stands_first(root, tmp_path):
    put(tmp_path / "test", 1, "a.parquet", rows("p", "q", "p", "r", app=pa.array(["first", "b", "again", "d"])))
    put(tmp_path / "test", 2, "b.parquet", rows("q", None, "s", "s", app=pa.array(["again", "e", "f", "again"])))
    found = rows_to_score(root, tmp_path)
    assert found.left == {"repeated key": 3, "no key": 1}
    assert found.rows == found.index.rows + found.left.total() == 8
    found.index.save(tmp_path)
    index = Index.load(tmp_path)
    whole = read_chunk(index, TABLE, 10, 0)[0]
    assert whole.select("id", "app").rows() == [("p", "first"), ("q", "b"), ("r", "d"), ("s", "f")]
    for size in (1, 2, 3):
        assert pl.concat(list(chunks(index, TABLE, size))).equals(whole)
    (line,) = rows_aside(found.left, found.rows, "", " to score")
    assert line.said == "4 of 8 rows to score are set aside (repeated key 3, no key 1)."


def test_a_part_with_damaged_keys_takes_no_key_from_another(root, tmp_path):
    harm(put(tmp_path / "test", 1, "hurt.parquet", rows("p", "q", "r", "s")), "id")
    put(tmp_path / "test", 2, "b.parquet", rows("p", "q"))
    found = rows_to_score(root, tmp_path)
    assert not found.left
    assert found.index.rows == 2


def test_a_part_without_rows_is_no_damage(root):
    for number in range(6):
        put(root, 1, f"rowless{number}.parquet", rows())
    (root / "datetime=2025-10-01-01-00" / "header.csv").write_text("id,app,d7,d14\n")
    found = looked(root, Labelled(**{**TABLE.__dict__, "max_parts_aside": 0.0}))
    assert set(aside(found).values()) == {"it has no row"}
    (line,) = parts_aside(found.aside, 8)
    assert line.said.startswith("7 of 8 parts are set aside: ")


def test_nothing_but_parts_without_rows(tmp_path):
    put(tmp_path / "log", 1, "a.parquet", rows())
    with pytest.raises(AisleError, match=r"1 of 1 part is without a row: .*a\.parquet: it has no row; give parts with"):
        looked(tmp_path / "log", Labelled(**{**TABLE.__dict__, "max_parts_aside": 1.0}))


def test_a_damaged_part_is_told_to_be_fetched_again_once(root):
    harm(put(root, 1, "hurt.parquet", rows("d", "e", "f", "g")), "id")
    with pytest.raises(AisleError, match="1 of 2 parts is set aside, over") as error:
        looked(root, Labelled(**{**TABLE.__dict__, "max_parts_aside": 0.0}))
    assert str(error.value).count("fetch") == 1
    assert ".;" not in str(error.value)


def test_what_is_spoilt_in_rows_to_score_is_counted(tmp_path):
    put(tmp_path / "log", 0, "a.parquet", rows("a", "b", msrp=pa.array([1.0, 2.0])))
    entries = pa.array([[{"key": "a", "value": "x"}, {"key": "b", "value": "2"}], None])
    put(
        tmp_path / "test", 1, "texts.parquet", rows("p", "q", msrp=pa.array(["9", "?"])).set_column(2, "spent", entries)
    )
    put(tmp_path / "test", 2, "json.parquet", rows("r", "s").set_column(2, "spent", pa.array(['{"a": 1', "{}"])))
    put(tmp_path / "test", 3, "numbers.parquet", rows("t").set_column(2, "spent", pa.array([7])))
    index = rows_to_score(tmp_path / "log", tmp_path).index
    told = []
    for size in (1, 3, 9):
        total = {}
        for number in range(-(-index.rows // size)):
            add_odd(total, read_chunk(index, TABLE, size, number)[1])
        told.append(values_aside(total, index.rows))
    assert told[0] == told[1] == told[2]
    assert told[0][0].said == (
        "4 values are set aside, in 2 columns of 5 rows to score (`msrp` no number 1; `spent` another type 1; `spent` "
        "no number 1; `spent` unreadable text 1); they count as unknown."
    )
    assert values_aside({}, 5) == []
