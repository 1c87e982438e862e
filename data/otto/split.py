"""The official OTTO split of a file of any size, in chunks of lines, byte for byte as OTTO's own script does it."""

import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import polars as pl

from data.errors import AisleError
from data.otto import rules
from data.schema import TYPES, TypeEnum

OUTPUTS = ("train_sessions.jsonl", "test_sessions_full.jsonl", "test_sessions.jsonl", "test_labels.jsonl")
"""The files that `split` writes, under their official names."""

_EVENT = pl.Struct({"aid": pl.Int64, "ts": pl.Int64, "type": TypeEnum})
_SESSION = pl.Schema([("session", pl.Int64()), ("events", pl.List(_EVENT))])

_CHUNK_BYTES = 16 << 20
_DAY_MS = 24 * 60 * 60 * 1000
_WORKSPACE, _MARK = ".otto_split.tmp", "made-by-otto-split"
_MOST_DAYS = 1_000_000
_REPORT_LINES = 500_000
_LAST_TS = re.compile(rb'.*"ts"\s*:\s*(-?\d+)', re.DOTALL)

Report = Callable[[str], None]


class Chunk(NamedTuple):
    """Consecutive whole lines of a file, and the number of the first, counted from 1."""

    first: int
    lines: list[bytes]


@dataclass(frozen=True)
class Split:
    """What a split wrote: its cut (ms since 1970), and how many sessions train and are tested."""

    split_ts: int
    train_sessions: int
    test_sessions: int


def split(train_set: Path, output_path: Path, days: int = 2, seed: int = 42, report: Report = lambda _: None) -> Split:
    """Split a file of sessions as OTTO's own script does, byte for byte.

    The cut is `days` before the largest last-event time. A session that starts after the cut is a test
    session; any other trains on its events before the cut, if two remain. Test events of items that no train
    session holds are dropped, then test sessions of fewer than two events. Each test session shows a random
    prefix; `rules.labels_of` tells what of the rest is asked for. Events stay in the order of the file, which need
    not be that of time. Memory is bounded by a chunk of lines and the train items.

    Parameters
    ----------
    train_set
        One session a line: `{"session": int, "events": [{"aid": int, "ts": int (ms), "type": str}, ...]}`.
    output_path
        The folder for `OUTPUTS`, made if need be. Files of these names are replaced, and only once all four
        are whole; until then everything lies in the folder `.otto_split.tmp` there, which is removed, if
        a killed split left it, by the mark that it holds.
    days
        Length of the test period, 0 to 1,000,000.
    seed
        Of Python's `random`, from which one prefix length a test session is drawn.
    report
        Is told in words what each pass over the sessions has found.

    Raises
    ------
    AisleError
        If the input is missing, empty, one of the outputs, or holds a line that is no such session; if `days`
        is out of range; if the output cannot be written.
    """
    if not 0 <= days <= _MOST_DAYS:
        raise AisleError(f"`days` is {days}, but a test period lasts 0 to {_MOST_DAYS} days: give such a number.")
    if train_set.resolve() in {(output_path / name).resolve() for name in OUTPUTS}:
        raise AisleError(f"`train_set` is {train_set}, which the split would overwrite: give another folder.")
    split_ts = last_ts(train_set) - days * _DAY_MS
    report(f"the cut is at {split_ts} ms: {days} days before the last session's end")
    try:
        with _workspace(output_path) as work:
            train_sessions, items = _write_train(train_set, work, split_ts, report)
            report(f"{train_sessions} train sessions with {len(items)} items")
            test_sessions = _write_test(work, items, random.Random(seed))
            report(f"{test_sessions} test sessions")
    except OSError as problem:
        reason = problem.strerror or problem
        raise AisleError(f"`output_path` is {output_path}, where writing failed ({reason}).") from problem
    return Split(split_ts, train_sessions, test_sessions)


def last_ts(path: Path) -> int:
    """Return the largest last-event time (ms) of a file's sessions.

    The end of each line tells: nothing else is read here, since the next pass checks every line.
    """
    largest = None
    for chunk in read_chunks(path):
        found = [_LAST_TS.match(line) for line in chunk.lines]
        in_chunk = max(int(match[1]) if match else 2**63 for match in found)
        if in_chunk >= 2**63:
            raise fault_in(path, chunk, session_fault)
        largest = in_chunk if largest is None else max(largest, in_chunk)
    if largest is None:
        raise AisleError(f"{path} is empty: give a file with one JSON object a line.")
    return largest


def _write_train(train_set: Path, work: Path, split_ts: int, report: Report) -> tuple[int, pl.Series]:
    """Write the train sessions and set the test sessions aside; count the former and collect their items."""
    count, items = 0, pl.Series("aid", dtype=pl.Int64)
    (work / "test").mkdir()
    with (work / OUTPUTS[0]).open("wb") as file:
        for chunk in read_chunks(train_set):
            sessions = parse_sessions(train_set, chunk)
            train = rules.training_sessions(sessions, split_ts)
            _write_lines(file, train.select(rules.session_lines(rules.event_texts())))
            count += train.height
            items = pl.concat([items, train["events"].explode().struct.field("aid")]).unique()
            rules.held_out_sessions(sessions, split_ts).write_ipc(work / "test" / f"{chunk.first:012}.arrow")
            read = chunk.first - 1 + len(chunk.lines)
            if read // _REPORT_LINES > (chunk.first - 1) // _REPORT_LINES:
                report(f"{read} sessions read")
    return count, items


def _write_test(work: Path, items: pl.Series, draw: random.Random) -> int:
    """Write what was set aside as full sessions, prefixes and labels; count the sessions."""
    count = 0
    with ExitStack() as stack:
        full_file, prefix_file, label_file = (stack.enter_context((work / name).open("wb")) for name in OUTPUTS[1:])
        for part in sorted((work / "test").iterdir()):
            sessions = rules.known_sessions(pl.read_ipc(part), items)
            shown = [rules.draw_shown(draw, events) for events in sessions["events"].list.len()]
            sessions = sessions.with_columns(text=rules.event_texts(), shown=pl.Series(shown, dtype=pl.Int64))
            hidden = pl.col("events").list.slice(pl.col("shown"))
            _write_lines(full_file, sessions.select(rules.session_lines(pl.col("text"))))
            _write_lines(prefix_file, sessions.select(rules.session_lines(pl.col("text").list.head(pl.col("shown")))))
            _write_lines(label_file, sessions.select(rules.label_lines(rules.labels_of(hidden))))
            count += sessions.height
    return count


def _write_lines(file: BinaryIO, lines: pl.DataFrame) -> None:
    lines.write_csv(file, include_header=False, quote_style="never")


@contextmanager
def _workspace(output_path: Path) -> Iterator[Path]:
    """Give a fresh folder inside `output_path`; move `OUTPUTS` out of it if all went well, then remove it."""
    work = output_path / _WORKSPACE
    if work.is_symlink() or (work.exists() and not (work / _MARK).is_file()):
        raise AisleError(f"{work}: was not written by this split; move it away, or give another `output_path`.")
    sweep_split(output_path)
    work.mkdir(parents=True)
    (work / _MARK).touch()
    try:
        yield work
        for name in OUTPUTS:
            os.replace(work / name, output_path / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def sweep_split(output_path: Path) -> None:
    """Remove what a split that did not end has left; nothing without its mark."""
    work = output_path / _WORKSPACE
    if (work / _MARK).is_file() and not work.is_symlink():
        shutil.rmtree(work, ignore_errors=True)


def read_chunks(path: Path) -> Iterator[Chunk]:
    """Read a text file as chunks of whole lines, about 16 MiB each.

    Raises
    ------
    AisleError
        If the file cannot be opened.
    """
    first = 1
    try:
        file = path.open("rb")
    except OSError as problem:
        raise AisleError(f"{path} cannot be read ({problem.strerror}): give the path of a file.") from problem
    with file:
        while lines := file.readlines(_CHUNK_BYTES):
            yield Chunk(first, lines)
            first += len(lines)


def parse_sessions(path: Path, chunk: Chunk) -> pl.DataFrame:
    """Parse lines as sessions: session i64, events list of (aid i64, ts i64, type enum), one row a line.

    Raises
    ------
    AisleError
        If a line is not a session of exactly these keys with at least one event.
    """
    text = b"".join(chunk.lines)
    try:
        sessions = pl.read_ndjson(text, schema=_SESSION)
    except pl.exceptions.PolarsError as problem:
        raise fault_in(path, chunk, session_fault) from problem
    events = sessions["events"].explode().struct.unnest()
    nulls = sum(sessions.null_count().row(0) + events.null_count().row(0))
    # The reader skips blank lines and unknown keys; every key brings one colon.
    keys = 2 * sessions.height + 3 * events.height
    if nulls or sessions.height != len(chunk.lines) or text.count(b":") != keys:
        raise fault_in(path, chunk, session_fault)
    return sessions


def fault_in(path: Path, chunk: Chunk, fault: Callable[[bytes], str | None]) -> AisleError:
    """Find the first line of a chunk that `fault` finds fault with, or cannot decode, and say so."""
    for number, line in enumerate(chunk.lines, chunk.first):
        try:
            reason = fault(line) if line.strip() else "is blank"
        except ValueError as problem:
            reason = f"cannot be decoded ({problem})"
        except RecursionError:
            reason = "is nested too deep for a session"
        if reason:
            return AisleError(f"{path}, line {number}, {reason}: mend or remove this line.")
    last = chunk.first + len(chunk.lines) - 1
    return AisleError(f"{path} has a line from {chunk.first} to {last} that cannot be read: mend or remove it.")


def session_fault(line: bytes) -> str | None:
    """Say in words what keeps a line from being a session, or None."""
    value = json.loads(line)
    if not isinstance(value, dict) or set(value) != {"session", "events"}:
        return "does not have exactly the keys `session` and `events`"
    if not is_integer(value["session"]):
        return f"has the `session` {value['session']!r}, which is no 64-bit integer"
    if not isinstance(value["events"], list) or not value["events"]:
        return "has no `events`"
    return next((reason for event in value["events"] if (reason := _event_fault(event))), None)


def _event_fault(event: object) -> str | None:
    if not isinstance(event, dict) or set(event) != {"aid", "ts", "type"}:
        return "has an event without exactly the keys `aid`, `ts` and `type`"
    if event["type"] not in TYPES:
        return f"has the event type {event['type']!r}, which is none of {', '.join(TYPES)}"
    wrong = next((key for key in ("aid", "ts") if not is_integer(event[key])), None)
    return f"has the `{wrong}` {event[wrong]!r}, which is no 64-bit integer" if wrong else None


def is_integer(value: object) -> bool:
    """Tell whether a JSON value is a 64-bit integer."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
