"""Every reader, with every Arrow type in every column: a clean line, or correct rows, and all of them counted."""

import datetime as dt

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.boundary import guarded, told
from data.errors import AisleError
from data.formats import Columns, LogFormat
from data.labels import label_texts
from data.opening.arrow_types import to_series, why_unreadable
from data.readers import BY_NAME, READERS
from data.readers.generic import read_generic_labels
from data.validate import Tally, validate
from tests.data.arrow_columns import ODD, ROWS, disguises

TIMES = [dt.datetime(2024, 1, 2, 3, 4, second) for second in range(ROWS)]
INSTANTS = pa.array(TIMES, pa.timestamp("us", "UTC"))
KEYS = pa.array([11, 12, 13, 14])
PRICES = pa.array([1.5, 2.25, 3.0, 4.75])
TEXTS = pa.array(["a b", "c", "d", "e"])


def names(*events):
    return pa.array(events)


GENERIC = Columns(**{name: name for name in Columns.__dataclass_fields__ if name not in ("order", "event_id")})
GOOD = {
    "generic": {
        "session": TEXTS,
        "user": KEYS,
        "item": TEXTS,
        "ts": INSTANTS,
        "type": names("clicks", "carts", "orders", "clicks"),
        "price": PRICES,
        "quantity": KEYS,
        "category": TEXTS,
        "brand": TEXTS,
        "text": TEXTS,
        "session_value": PRICES,
        "segment": TEXTS,
    },
    "otto_parquet": {
        "session": KEYS,
        "aid": KEYS,
        "ts": pa.array([1_700_000_000 + i for i in range(ROWS)]),
        "type": pa.array([0, 1, 2, 0]),
    },
    "retailrocket": {
        "visitorid": KEYS,
        "itemid": KEYS,
        "timestamp": pa.array([1_700_000_000_000 + i for i in range(ROWS)]),
        "event": names("view", "addtocart", "transaction", "view"),
    },
    "diginetica": {
        "sessionId": KEYS,
        "userId": names("1", "NA", "3", "4"),
        "itemId": KEYS,
        "timeframe": KEYS,
        "eventdate": names(*["2016-05-09"] * ROWS),
    },
    "rees46": {
        "user_session": TEXTS,
        "user_id": KEYS,
        "product_id": KEYS,
        "event_time": names(*[f"2019-10-01 00:00:0{i} UTC" for i in range(ROWS)]),
        "event_type": names("view", "cart", "purchase", "view"),
        "price": PRICES,
        "category_id": KEYS,
        "brand": TEXTS,
        "category_code": names("a.b", "c", "d_e", "f"),
    },
    "taobao": {
        "user": KEYS,
        "item": KEYS,
        "category": KEYS,
        "type": names("pv", "cart", "buy", "pv"),
        "ts": pa.array([1_700_000_000 + i for i in range(ROWS)]),
    },
    "btk": {
        "user_session": TEXTS,
        "user_id": TEXTS,
        "product_id": TEXTS,
        "event_time": INSTANTS,
        "event_type": names("VIEW", "ADD_CART", "BUY", "VIEW"),
        "category_id": TEXTS,
        "session_value": PRICES,
    },
    "online_retail": {
        "InvoiceNo": names("1", "1", "C2", "3"),
        "CustomerID": KEYS,
        "StockCode": TEXTS,
        "InvoiceDate": pa.array(TIMES, pa.timestamp("us")),
        "UnitPrice": PRICES,
        "Quantity": KEYS,
        "Description": TEXTS,
        "Country": TEXTS,
    },
    "sequences": {"session": KEYS, "item": KEYS, "pos": KEYS},
    "sequences of a test file": {"row": KEYS, "prefix": pa.array([[1, 2], [], [3], [4]]), "target": KEYS},
    "otto_jsonl": {
        "session": KEYS,
        "events": pa.array([[{"aid": i, "ts": 1_700_000_000_000, "type": "clicks"}] for i in range(ROWS)]),
    },
}
WITHOUT_PARQUET = {"yoochoose"}


def ingested(reader, path, batch_rows=ROWS):
    """The typed rows of a file and what became of all of them."""
    log_format = LogFormat(
        reader=reader.name, columns=GENERIC, unit=reader.unit or "s", timezone="UTC", batch_rows=batch_rows
    )
    rows, total, first = [], Tally(), 1
    for batch in guarded(lambda: reader.read(path, log_format), path):
        with told(path, f"rows {first} to {first + batch.height - 1}"):
            good, bad, tally = validate(batch, path, first, reader, log_format, reader.sessions)
        assert bad.height == tally.quarantined.total()
        assert batch.height == tally.kept + tally.quarantined.total() + tally.dropped.total()
        rows.append(good.cast(pl.String))
        total += tally
        first += batch.height
    return pl.concat(rows), total


def written(tmp_path, columns):
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table(columns), path, store_schema=True)
    return path


def is_clean(error, path):
    message = str(error)
    assert str(path) in message
    assert len(message) <= max(400, len(str(path)) + 200)
    assert message.isprintable()


def test_every_reader_is_driven():
    assert {name.split()[0] for name in GOOD} | WITHOUT_PARQUET == {reader.name for reader in READERS}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("layout", GOOD)
def test_odd_columns_are_told_or_set_aside(layout, odd, tmp_path, capfd):
    reader = BY_NAME[layout.split()[0]]
    for name in GOOD[layout]:
        path = written(tmp_path, GOOD[layout] | {name: ODD[odd]})
        try:
            _, tally = ingested(reader, path)
        except AisleError as error:
            is_clean(error, path)
        else:
            assert tally.read == tally.kept + tally.quarantined.total() + tally.dropped.total()
    assert "panicked" not in capfd.readouterr().err


@pytest.mark.parametrize("layout", GOOD)
def test_good_columns_in_disguise_give_the_same_rows(layout, tmp_path):
    reader = BY_NAME[layout.split()[0]]
    expected, known = ingested(reader, written(tmp_path, GOOD[layout]))
    assert known.kept + known.dropped.total() == known.read >= ROWS
    for name, plain in GOOD[layout].items():
        for disguise, column in disguises(plain):
            found, tally = ingested(reader, written(tmp_path, GOOD[layout] | {name: column}))
            assert (tally, found.rows()) == (known, expected.rows()), (name, disguise)


@pytest.mark.parametrize("layout", GOOD)
def test_columns_that_nobody_uses_stop_nothing(layout, tmp_path, capfd):
    reader = BY_NAME[layout.split()[0]]
    expected, _ = ingested(reader, written(tmp_path, GOOD[layout]))
    found, _ = ingested(reader, written(tmp_path, GOOD[layout] | {f"unused {odd}": ODD[odd] for odd in ODD}))
    assert found.rows() == expected.rows()
    assert "panicked" not in capfd.readouterr().err


@pytest.mark.parametrize("name", WITHOUT_PARQUET)
def test_formats_that_are_no_parquet_say_so(name, tmp_path):
    path = written(tmp_path, {"session": KEYS})
    with pytest.raises(AisleError, match="write this one as a CSV") as error:
        ingested(BY_NAME[name], path)
    is_clean(error.value, path)


@pytest.mark.parametrize("odd", ODD)
def test_labels(odd, tmp_path):
    good = {"session": KEYS, "type": names("clicks", "carts", "orders", "clicks"), "item": KEYS}
    for name in good:
        path = written(tmp_path, good | {name: ODD[odd]})
        try:
            with told(path, "the labels"):
                texts = label_texts(read_generic_labels(path, LogFormat()), path)
            assert texts.height == ROWS
        except AisleError as error:
            is_clean(error, path)


class TestTwoColumnsOfOneName:
    columns = GOOD["otto_parquet"]

    def write(self, path, twice):
        arrays = [*self.columns.values(), KEYS, KEYS]
        pq.write_table(pa.Table.from_arrays(arrays, names=[*self.columns, *twice]), path)
        return path

    def test_unused_ones_are_left_alone(self, tmp_path):
        _, tally = ingested(BY_NAME["otto_parquet"], self.write(tmp_path / "log.parquet", ["x", "x"]))
        assert tally.kept == ROWS

    def test_a_used_one_is_named(self, tmp_path):
        path = self.write(tmp_path / "log.parquet", ["aid", "x"])
        with pytest.raises(AisleError, match=r"`aid` holds what cannot be read \(two columns have its name\)"):
            ingested(BY_NAME["otto_parquet"], path)


UNION = pa.UnionArray.from_dense(
    pa.array([0, 1], pa.int8()), pa.array([0, 0], pa.int32()), [pa.array([1]), pa.array(["a"])]
)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, 1], pa.int64()).dictionary_encode(), [1, 1]),
        (pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["a"])), ["a", "a"]),
        (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())), [[{"key": "a", "value": 1}], None]),
        (
            pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes(range(16)), None], pa.binary(16))),
            ["00010203-0405-0607-0809-0a0b0c0d0e0f", None],
        ),
    ],
    ids=["dictionary", "run ends", "map", "uuid"],
)
def test_what_arrow_packs_is_unpacked(array, expected):
    assert to_series("x", array).to_list() == expected


@pytest.mark.parametrize("array", [UNION, pa.array([(1, 2, 3), None], pa.month_day_nano_interval())])
def test_what_polars_cannot_hold_says_its_type(array):
    found = to_series("x", array)
    assert len(found) == 2
    assert str(array.type) in why_unreadable(found.dtype)
