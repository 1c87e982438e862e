from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.formats import LogFormat
from data.readers.sequences import SEQUENCES, read_sequence_labels

TRAIN = pl.DataFrame({"session": [7, 7, 3, 3, 3], "item": [1, 2, 1, 1, 9], "pos": [0, 1, 0, 2, 3]})
TEST = pl.DataFrame(
    {"row": [4, 5, 6, 7], "prefix": [[10, 10], [], None, [11]], "target": [12, 13, 14, None]},
    schema={"row": pl.Int64, "prefix": pl.List(pl.Int64), "target": pl.Int64},
)
TRAIN_CSV = "session,item,pos\n" + "".join(f"session-{i // 4},item-{i % 3},{i % 4}\n" for i in range(40))
TEST_JSONL = "".join(f'{{"prefix": {list(range(i % 5))}, "target": {i}}}\n' for i in range(20))
FILES = {
    "train.parquet": TRAIN,
    "test.parquet": TEST,
    "train.csv": TRAIN_CSV,
    "train.csv.gz": TRAIN_CSV,
    "test.jsonl": TEST_JSONL,
}
LACKING = {"train.parquet": TRAIN.drop("pos"), "test.csv": "row,target\n1,2\n"}
FORMAT = LogFormat(reader="sequences")
EMPTY = "an empty prefix"


def at(*seconds: int) -> pl.Series:
    times = [datetime(2000, 1, 1, 0, 0, second, tzinfo=UTC) for second in seconds]
    return pl.Series(times, dtype=pl.Datetime("ms", "UTC"))


def test_train(write, read):
    expected = pl.DataFrame(
        {"session": [7, 7, 3, 3, 3], "item": [1, 2, 1, 1, 9], "ts": at(0, 1, 2, 3, 4), "type": ["clicks"] * 5}
    )
    assert_frame_equal(read(SEQUENCES, write("train.parquet", TRAIN)), expected)


def test_test_file_with_an_empty_and_a_null_prefix(write, read):
    events = read(SEQUENCES, write("test.parquet", TEST))
    expected = pl.DataFrame({"session": [4, 4, 7], "item": [10, 10, 11], "ts": at(0, 1, 2), "type": ["clicks"] * 3})
    assert_frame_equal(events.filter(pl.col("dropped").is_null()).drop("dropped"), expected)
    empty = events.filter(pl.col("dropped").is_not_null())
    assert empty.select("session", "item", "dropped").rows() == [(5, None, EMPTY), (6, None, EMPTY)]


def test_only_empty_prefixes(write, read):
    assert read(SEQUENCES, write("test.parquet", TEST[1:3]))["dropped"].to_list() == [EMPTY, EMPTY]


def test_an_empty_prefix_takes_no_time_wherever_the_batches_end(write, read):
    path = write("test.jsonl", TEST_JSONL)
    whole, parts = (read(SEQUENCES, path, batch_rows=rows) for rows in (100, 1))
    assert_frame_equal(whole, parts)
    shown = whole.filter(pl.col("dropped").is_null())
    assert shown["ts"].to_list() == at(*range(shown.height)).to_list()


def test_csv_prefixes_and_row_numbers(write, read):
    path = write("test.csv", 'prefix,target\n"[1, 2]",3\n[],4\n\n5 6,7\n"[\'a\', ""b""]",8\n')
    events = read(SEQUENCES, path)
    assert events["session"].to_list() == [0, 0, 1, 2, 2, 3, 3]
    assert events["item"].to_list() == ["1", "2", None, "5", "6", "a", "b"]
    assert read_sequence_labels(path, FORMAT)["session"].to_list() == [0, 1, 2, 3]


def test_jsonl_row_numbers_run_over_batches(write):
    path = write("test.jsonl", TEST_JSONL)
    labels = read_sequence_labels(path, LogFormat(batch_rows=1))
    expected = pl.DataFrame({"session": range(20), "type": ["clicks"] * 20, "item": range(20)})
    assert_frame_equal(labels, expected)


def test_clock_is_configured(write, read):
    start, step = datetime(2024, 1, 1, 12), timedelta(milliseconds=250)
    times = read(SEQUENCES, write("train.parquet", TRAIN), clock_start=start, clock_step=step)["ts"]
    assert times.to_list() == [start.replace(tzinfo=UTC) + i * step for i in range(5)]


def test_labels(write):
    expected = pl.DataFrame({"session": [4, 5, 6], "type": ["clicks"] * 3, "item": [12, 13, 14]})
    assert_frame_equal(read_sequence_labels(write("test.parquet", TEST), FORMAT), expected)


def test_labels_need_a_target(write):
    with pytest.raises(AisleError, match="column `target` is missing"):
        read_sequence_labels(write("test.parquet", TEST.drop("target")), FORMAT)


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
@pytest.mark.parametrize(
    ("session", "pos", "message"),
    [
        ([1, 1, 2, 1], [0, 1, 0, 2], r"row 4: other sessions' rows stand within session 1; sort it by session and pos"),
        ([1, 1, 2, 2], [0, 1, 1, 0], r"row 4: `pos` does not rise in session 2; sort it by session and pos"),
        ([1, 1, 2, 2], [0, 0, 0, 1], r"row 2: `pos` does not rise in session 1"),
        ([1, 1, 2, 2], [0, None, 0, 1], r"row 2: `pos` does not rise in session 1"),
        ([1, 2, 3, 1], [0, 0, 0, 1], r"row 4: other sessions' rows stand within session 1"),
    ],
)
def test_disorder_is_refused(session, pos, message, batch_rows, write, read):
    path = write("train.parquet", pl.DataFrame({"session": session, "item": [5, 6, 7, 8], "pos": pos}))
    with pytest.raises(AisleError, match=message) as error:
        read(SEQUENCES, path, batch_rows=batch_rows)
    assert str(error.value).startswith(f"{path}: ")


def test_pos_as_text_is_compared_as_numbers(write, read):
    path = write("train.csv", "session,item,pos\n" + "".join(f"a,{i},{i}\n" for i in range(12)))
    assert read(SEQUENCES, path).height == 12


@pytest.mark.parametrize("prefix", [pl.Series([1]), pl.Series([True]), pl.Series([1.5])])
def test_a_prefix_that_is_no_list_is_refused(prefix, write, read):
    path = write("test.parquet", pl.DataFrame({"prefix": prefix, "target": [1]}))
    with pytest.raises(AisleError, match=r"`prefix` holds \w+ where each row needs a list of items"):
        read(SEQUENCES, path)


def test_prefixes_of_one_length_may_be_arrays(write, read):
    prefix = pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int64, 2))
    events = read(SEQUENCES, write("test.parquet", pl.DataFrame({"prefix": prefix, "target": [1, 2]})))
    assert events["item"].to_list() == [1, 2, 3, 4]


def test_a_clock_that_runs_out_of_years(write, read):
    with pytest.raises(AisleError, match=r"event 5 on a clock .* lies outside the years 1 to 9999; set a shorter step"):
        read(SEQUENCES, write("train.parquet", TRAIN), clock_step=timedelta(days=10**9 - 1))


def test_real_train_sample(sample, read):
    events = read(SEQUENCES, sample("retailrocket/train.parquet"), batch_rows=100_000)
    assert (events.height, events["session"].n_unique(), events["item"].n_unique()) == (685_984, 126_168, 36_968)
    assert events["ts"].is_sorted()
    assert events["ts"].is_unique().all()


def test_real_test_sample(sample, read):
    path = sample("retailrocket/test.parquet")
    labels = read_sequence_labels(path, FORMAT)
    assert labels.height == 15_132
    assert labels.row(0) == (0, "clicks", 16156)
    events = read(SEQUENCES, path)
    assert events["item"].head(4).to_list() == [16156, 16156, 31449, 13555]
    assert events["session"].is_in(labels["session"].implode()).all()
