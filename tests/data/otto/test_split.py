"""The official OTTO split, against the official script's own files, by hand, and against plain Python."""

import json
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.otto import split as split_module
from data.otto.split import OUTPUTS, Split, split
from tests.oracle import otto_split as oracle

DAY = oracle.DAY_MS
SESSION_FILES = OUTPUTS[:3]


def shared(path):
    """Return a path of the shared data, or skip the test."""
    root = Path(os.environ.get("AISLE_DATA") or Path(__file__).parents[3] / ".." / "shared" / "data")
    if not (root / path).exists():
        pytest.skip(f"needs {path}: name the folder of the shared data in AISLE_DATA")
    return root / path


def as_sets(text):
    lines = [json.loads(line) for line in text.splitlines()]
    return [
        (line["session"], {k: set(v) if isinstance(v, list) else v for k, v in line["labels"].items()})
        for line in lines
    ]


def event(aid, ts, type_="clicks"):
    return {"aid": aid, "ts": ts, "type": type_}


def write(path, sessions, separators=(",", ":")):
    path.write_text("".join(json.dumps(session, separators=separators) + "\n" for session in sessions))
    return path


def written(folder):
    return {name: (folder / name).read_text() for name in OUTPUTS}


@pytest.mark.parametrize(
    ("log", "days", "expected"),
    [("sessions", 7, "split_days7_seed42"), ("shop_sessions", 14, "shop_split_days14_seed42")],
)
def test_the_official_files_are_reproduced(tmp_path, log, days, expected):
    train_set, folder = shared(f"otto/{log}.jsonl"), shared(f"otto/{expected}")
    split(train_set, tmp_path, days, seed=42)
    for name in SESSION_FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
    assert as_sets((tmp_path / OUTPUTS[3]).read_text()) == as_sets((folder / OUTPUTS[3]).read_text())


def test_by_hand(tmp_path):
    # The last event is at 3 days, so that a test of 1 day cuts at 2 days.
    cut = 2 * DAY
    log = [
        {"session": 1, "events": [event(0, 0), event(8, 1, "carts"), event(7, cut), event(9, cut + 1)]},
        {"session": 2, "events": [event(8, cut - 1), event(9, cut + 1)]},  # one event before the cut: dropped
        {"session": 3, "events": [event(8, cut), event(0, 3 * DAY)]},  # starts at the cut: train, nothing left
        {"session": 4, "events": [event(8, cut + 1), event(7, cut + 2), event(0, cut + 3)]},  # 7 is unknown
        {"session": 5, "events": [event(9, cut + 1), event(8, cut + 2)]},  # one known event: dropped
        {"session": 6, "events": [event(0, cut + 1), event(8, cut + 2, "orders")]},
        {"session": 7, "events": [event(0, cut + 1), event(8, cut + 2)]},
    ]
    done = split(write(tmp_path / "log.jsonl", log), tmp_path / "out", days=1, seed=0)
    assert done == Split(split_ts=cut, train_sessions=1, test_sessions=3)
    files = written(tmp_path / "out")
    assert files["train_sessions.jsonl"] == (
        '{"session": 1, "events": [{"aid": 0, "ts": 0, "type": "clicks"}, {"aid": 8, "ts": 1, "type": "carts"}]}\n'
    )
    assert files["test_sessions_full.jsonl"] == (
        '{"session": 4, "events": [{"aid": 8, "ts": 172800001, "type": "clicks"}, '
        '{"aid": 0, "ts": 172800003, "type": "clicks"}]}\n'
        '{"session": 6, "events": [{"aid": 0, "ts": 172800001, "type": "clicks"}, '
        '{"aid": 8, "ts": 172800002, "type": "orders"}]}\n'
        '{"session": 7, "events": [{"aid": 0, "ts": 172800001, "type": "clicks"}, '
        '{"aid": 8, "ts": 172800002, "type": "clicks"}]}\n'
    )
    assert files["test_sessions.jsonl"] == (
        '{"session": 4, "events": [{"aid": 8, "ts": 172800001, "type": "clicks"}]}\n'
        '{"session": 6, "events": [{"aid": 0, "ts": 172800001, "type": "clicks"}]}\n'
        '{"session": 7, "events": [{"aid": 0, "ts": 172800001, "type": "clicks"}]}\n'
    )
    # Session 4 is clicked on article 0 next: no label, and still a line.
    assert files["test_labels.jsonl"] == (
        '{"session": 4, "labels": {}}\n'
        '{"session": 6, "labels": {"orders": [8]}}\n'
        '{"session": 7, "labels": {"clicks": 8}}\n'
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(OUTPUTS)


def test_a_click_after_the_next_one_does_not_stand_in_for_article_0(tmp_path):
    hidden = [event(0, DAY + 2), event(5, DAY + 3), event(0, DAY + 4, "carts"), event(0, DAY + 5, "carts")]
    log = [
        {"session": 1, "events": [event(0, 0), event(5, 0), event(5, 2 * DAY)]},
        {"session": 2, "events": [event(5, DAY + 1), *hidden]},
    ]
    shown = {}
    for seed in range(40):
        split(write(tmp_path / "log.jsonl", log), tmp_path, days=1, seed=seed)
        files = written(tmp_path)
        shown[files["test_sessions.jsonl"].count("aid")] = files["test_labels.jsonl"]
    assert shown == {
        1: '{"session": 2, "labels": {"carts": [0]}}\n',
        2: '{"session": 2, "labels": {"clicks": 5, "carts": [0]}}\n',
        3: '{"session": 2, "labels": {"carts": [0]}}\n',
        4: '{"session": 2, "labels": {"carts": [0]}}\n',
    }


# Half days, and a little to either side, so that events fall on the cut and next to it.
times = st.builds(lambda half, off: 10 * DAY + half * DAY // 2 + off, st.integers(0, 8), st.integers(-1, 1))
events = st.lists(
    st.builds(event, st.integers(0, 6), times, st.sampled_from(["clicks", "carts", "orders"])), min_size=1
)
logs = st.lists(events, min_size=1, max_size=30).map(
    lambda log: [{"session": key, "events": of_session} for key, of_session in enumerate(log)]
)


@settings(deadline=None)
@given(
    log=logs,
    days=st.integers(0, 5),
    seed=st.integers(0, 2**40),
    in_order=st.booleans(),
    separators=st.sampled_from([(",", ":"), (", ", ": ")]),
    chunk_bytes=st.sampled_from([1, 300, 1 << 20]),
)
@example(
    log=[{"session": 0, "events": [event(0, 5)]}], days=0, seed=0, in_order=True, separators=(",", ":"), chunk_bytes=1
)
def test_equals_plain_python(tmp_path_factory, log, days, seed, in_order, separators, chunk_bytes):
    folder = tmp_path_factory.mktemp("split")
    for session in log if in_order else []:
        session["events"].sort(key=lambda event: event["ts"])
    expected = oracle.split(log, days, seed)
    with patch.object(split_module, "_CHUNK_BYTES", chunk_bytes):
        done = split(write(folder / "log.jsonl", log, separators), folder, days, seed)
    for name in SESSION_FILES:
        lines = "".join(json.dumps(session) + "\n" for session in expected[Path(name).stem])
        assert (folder / name).read_text() == lines, name
    found = as_sets((folder / OUTPUTS[3]).read_text())
    assert found == [(line["session"], line["labels"]) for line in expected["test_labels"]]
    assert (done.train_sessions, done.test_sessions) == tuple(len(expected[Path(n).stem]) for n in OUTPUTS[:2])


def test_spaces_key_order_and_a_missing_last_newline_change_nothing(tmp_path):
    log = [{"session": 3, "events": [event(1, 0), event(2, 1), event(1, 3 * DAY)]}]
    split(write(tmp_path / "plain.jsonl", log), tmp_path / "plain", days=1)
    odd = '{ "events" :[{"type":"clicks","ts":0,"aid":1},{"ts" : 1,"aid":2,"type":"clicks"},'
    odd += f'{{"aid":1,"type":"clicks","ts":{3 * DAY}}}],"session":3}}\r'
    (tmp_path / "odd.jsonl").write_text(odd)
    split(tmp_path / "odd.jsonl", tmp_path / "odd", days=1)
    assert written(tmp_path / "odd") == written(tmp_path / "plain")


def test_progress_is_told(tmp_path):
    told = []
    log = [{"session": key, "events": [event(1, 0), event(1, DAY)]} for key in range(5)]
    with patch.object(split_module, "_REPORT_LINES", 4):
        split(write(tmp_path / "log.jsonl", log), tmp_path, days=0, report=told.append)
    assert told == [
        f"the cut is at {DAY} ms: 0 days before the last session's end",
        "5 sessions read",
        "0 train sessions with 0 items",
        "0 test sessions",
    ]


GOOD = '{"session":0,"events":[{"aid":1,"ts":5,"type":"clicks"}]}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "is blank"),
        ('{"session":1,"events":[{"aid":1,"ts":5,"type":"clicks"}', "cannot be decoded (Expecting"),
        ('{"session":1,"events":[]}', "has no `events`"),
        ('{"session":1,"events":[],"ts":5}', "does not have exactly the keys `session` and `events`"),
        ('["ts"]', "does not have exactly the keys"),
        ('{"events":[{"aid":1,"ts":5,"type":"clicks"}]}', "does not have exactly the keys"),
        (GOOD.replace("0", "null", 1), "has the `session` None, which is no 64-bit integer"),
        (GOOD.replace("0", "true", 1), "has the `session` True"),
        (GOOD.replace("}]", "},3]"), "has an event without exactly the keys `aid`, `ts` and `type`"),
        (GOOD.replace('"aid":1', '"aid":1,"price":2'), "has an event without exactly the keys"),
        (GOOD.replace('"aid":1,', ""), "has an event without exactly the keys"),
        (GOOD.replace("clicks", "views"), "has the event type 'views', which is none of clicks, carts, orders"),
        (GOOD.replace('"aid":1', '"aid":1.5'), "has the `aid` 1.5, which is no 64-bit integer"),
        (GOOD.replace('"ts":5', '"ts":"5"'), "has the `ts` '5', which is no 64-bit integer"),
        (GOOD.replace('"ts":5', f'"ts":{2**63}'), f"has the `ts` {2**63}, which is no 64-bit integer"),
    ],
)
def test_a_faulty_line_is_named(tmp_path, line, reason):
    (tmp_path / "log.jsonl").write_text(f"{GOOD}\n{line}\n{GOOD}\n")
    with patch.object(split_module, "_CHUNK_BYTES", 60), pytest.raises(AisleError) as caught:
        split(tmp_path / "log.jsonl", tmp_path / "out")
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'log.jsonl'}, line 2, {reason}")
    assert message.endswith(": mend or remove this line.")
    assert "\n" not in message
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_a_repeated_key_is_refused(tmp_path):
    (tmp_path / "log.jsonl").write_text(GOOD.replace('"aid":1', '"aid":1,"aid":2') + "\n")
    with pytest.raises(AisleError, match="has a line from 1 to 1 that cannot be read"):
        split(tmp_path / "log.jsonl", tmp_path)


def test_earlier_files_survive_a_failure(tmp_path):
    (tmp_path / "train_sessions.jsonl").write_text("old")
    (tmp_path / "log.jsonl").write_text(GOOD + "\n" + GOOD.replace("clicks", "views") + "\n")
    with pytest.raises(AisleError):
        split(tmp_path / "log.jsonl", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.jsonl", "train_sessions.jsonl"]
    assert (tmp_path / "train_sessions.jsonl").read_text() == "old"


def test_what_a_killed_run_left_is_swept(tmp_path):
    left = tmp_path / ".otto_split.tmp"
    (left / "test").mkdir(parents=True)
    (left / "made-by-otto-split").touch()
    (left / "test" / "000000000009.arrow").write_text("half")
    split(write(tmp_path / "log.jsonl", [json.loads(GOOD)]), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*OUTPUTS, "log.jsonl"])


def test_a_folder_of_the_users_own_is_left_alone(tmp_path):
    log = write(tmp_path / "log.jsonl", [json.loads(GOOD)])
    (tmp_path / "otto_split.tmp").mkdir()
    split(log, tmp_path)
    assert (tmp_path / "otto_split.tmp").is_dir()
    (tmp_path / ".otto_split.tmp").mkdir()
    (tmp_path / ".otto_split.tmp" / "mine").write_text("mine")
    with pytest.raises(AisleError, match="was not written by this split"):
        split(log, tmp_path)
    assert (tmp_path / ".otto_split.tmp" / "mine").read_text() == "mine"


def test_files_and_numbers_that_cannot_be_used(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(AisleError, match=r"empty\.jsonl is empty: give a file with one JSON object a line\."):
        split(tmp_path / "empty.jsonl", tmp_path)
    with pytest.raises(AisleError, match=r"none\.jsonl cannot be read \(No such file or directory\)"):
        split(tmp_path / "none.jsonl", tmp_path)
    with pytest.raises(AisleError, match=r"cannot be read \(Is a directory\)"):
        split(tmp_path, tmp_path)
    with pytest.raises(AisleError, match=r"`train_set` is .* which the split would overwrite"):
        split(tmp_path / "test_sessions.jsonl", tmp_path)
    for days in (-1, 1_000_001):
        with pytest.raises(AisleError, match=f"`days` is {days}, but"):
            split(tmp_path / "log.jsonl", tmp_path, days=days)
    with pytest.raises(AisleError, match=r"`output_path` is .*, where writing failed"):
        split(write(tmp_path / "log.jsonl", [json.loads(GOOD)]), tmp_path / "empty.jsonl")
