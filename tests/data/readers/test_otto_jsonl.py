import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.fault import FAULT
from data.formats import LogFormat
from data.readers.otto_jsonl import OTTO_JSONL, read_otto_labels

JSONL = (
    '{"session":0,"events":[{"aid":1517085,"ts":1659304800025,"type":"clicks"},'
    '{"aid":0,"ts":1659304904511,"type":"carts"}]}\n'
    '{"session":1,"events":[{"aid":424964,"ts":1659304800026,"type":"orders"}]}\n'
    '{"session":2,"events":[]}\n'
    '{"session":3,"events":[{"aid":5,"ts":1659304800027,"type":"clicks"}]}\n'
)
FILES = {"train.jsonl": JSONL, "train.jsonl.gz": JSONL}
LACKING = {"train.jsonl": '{"session":0,"items":[1,2]}\n{"session":1,"items":[3]}\n'}


@pytest.mark.parametrize("file", FILES)
def test_events_with_an_empty_session(file, write, read):
    expected = pl.DataFrame(
        {
            "session": [0, 0, 1, 3],
            "item": [1517085, 0, 424964, 5],
            "ts": [1659304800025, 1659304904511, 1659304800026, 1659304800027],
            "type": ["clicks", "carts", "orders", "clicks"],
        }
    )
    assert_frame_equal(read(OTTO_JSONL, write(file, JSONL)), expected)


def test_labels(write):
    text = (
        '{"session":5,"labels":{"clicks":11,"carts":[12,13],"orders":[]}}\n'
        '{"session":6,"labels":{"carts":[],"orders":[0]}}\n'
    )
    expected = pl.DataFrame(
        {"session": [5, 5, 5, 6], "type": ["clicks", "carts", "carts", "orders"], "item": [11, 12, 13, 0]}
    )
    assert_frame_equal(read_otto_labels(write("labels.jsonl", text), LogFormat()), expected)


@pytest.mark.parametrize(
    ("aid", "why"),
    [
        ("99999999999999999999", "holds a number beyond 64-bit integers (write it as a text)"),
        ('"x"', "has a field of another type: cannot parse 'x' (string)"),
    ],
)
def test_an_article_that_is_no_number_is_a_fault_that_names_the_line(write, read, aid, why):
    text = JSONL + f'{{"session":2,"events":[{{"aid":{aid},"ts":1659304800026,"type":"clicks"}}]}}\n'
    rows = read(OTTO_JSONL, write("train.jsonl", text))
    assert rows["session"][-1] is None
    assert rows[FAULT][-1].startswith(f"line 5 {why[:40]}")
    assert rows[FAULT].null_count() == rows.height - 1


@pytest.mark.parametrize("events", [[1], ["x"], [[1]], [[{"aid": 1}]]], ids=str)
def test_a_file_of_another_layout_is_refused(events, write, read):
    with pytest.raises(AisleError, match=r"`events` holds .* which are no lists of events"):
        read(OTTO_JSONL, write("train.parquet", pl.DataFrame({"session": [1], "events": events})))


def test_labels_of_another_layout_are_refused(write):
    path = write("labels.parquet", pl.DataFrame({"session": [1], "labels": [1]}))
    with pytest.raises(AisleError, match="which are no OTTO labels"):
        read_otto_labels(path, LogFormat())


def test_events_missing(write, read):
    with pytest.raises(AisleError, match="no line has `events`"):
        read(OTTO_JSONL, write("train.jsonl", LACKING["train.jsonl"]))


def test_real_sample(sample, read):
    events = read(OTTO_JSONL, sample("otto/sessions.jsonl"))
    counts = dict(events.group_by("type").len().iter_rows())
    assert counts == {"clicks": 800, "carts": 52, "orders": 10}
    assert events["session"].n_unique() == 20


def test_real_labels(sample):
    labels = read_otto_labels(sample("otto/split_days7_seed42/test_labels.jsonl"), LogFormat())
    assert labels.filter(type="clicks")["session"].is_unique().all()
    assert labels.null_count().sum_horizontal().item() == 0
