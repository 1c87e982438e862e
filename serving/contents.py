"""What a working directory holds that a recommender opens: paths and settings, as json that no loading can run."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from candidates import SOURCES
from candidates.algorithms.group_popularity import GroupPopularity
from candidates.algorithms.votes import NeighbourRecall
from candidates.covisit.member import CoVisit
from candidates.source import Source
from data.errors import AisleError
from data.filters import Filters
from data.formats import Columns, Join, LogFormat
from data.manifest import fault_of, read_manifest
from data.popularity import TOP
from data.sessions import Sessions
from data.tables import read_json
from value.session.targets import Targets

FOLDER = "serving"
"""Below the working directory, or a sample's own folder in it: a file a kind of contents."""


@dataclass(frozen=True)
class LogReading:
    """How events are read.

    Parameters
    ----------
    format, sessions
        The log's layout, and what a session is.
    drop_duplicates
        Whether events that repeat a session's item, time and type are left out.
    keys
        The folder of the log's dictionaries.
    items
        ITEMS.
    known_items
        The items of the history, where events of others are left out (`folds.known_items_only`); null elsewhere.
    asked_from
        The end of the history, where customers are asked as they come back (`folds.returning`): nobody is asked as of a
        moment before it. Null elsewhere: a session is asked as of its last event.
    drawn_moments
        Whether the order of a session's events of one moment means nothing and is drawn (`quality.same_moment`).
    """

    format: LogFormat
    sessions: Sessions
    drop_duplicates: bool
    keys: Path
    items: Path
    known_items: Path | None = None
    asked_from: datetime | None = None
    drawn_moments: bool = False


@dataclass(frozen=True)
class RankingContents:
    """What ranks.

    Parameters
    ----------
    log
        How events are read.
    sources, fits
        Who proposes, and each one's folder, by name.
    order, per_source, total
        The folder of the order of candidates, proposals a source, candidates that are ranked.
    groups, history, pairs
        Names of the feature groups; the tables of those that are computed once, by group; neighbours and vectors.
    models
        The folder of the model that serves each objective.
    popular
        What fills short lists.
    threads
        Of scoring.
    until
        The end of the history that all of it was learnt from.
    top
        Items a list.
    barred, filters
        What may not be proposed, and how that is read; null where everything may.
    rules
        The shop's own rules over lists; null where there are none.
    """

    log: LogReading
    sources: tuple[Source, ...]
    fits: Mapping[str, Path]
    order: Path
    per_source: int
    total: int
    groups: tuple[str, ...]
    history: Mapping[str, Path]
    pairs: Path
    models: Mapping[str, Path]
    popular: Path
    threads: int
    until: datetime
    top: int = TOP
    barred: Path | None = None
    filters: Filters = field(default_factory=Filters)
    rules: Path | None = None


@dataclass(frozen=True)
class ActionContents:
    """What gives probabilities of actions: the folder of their models, and how many candidates are told."""

    learnt: Path
    top: int


@dataclass(frozen=True)
class ValueContents:
    """What values sessions.

    Parameters
    ----------
    log
        How events are read.
    tables, names_until
        The folder of the tables of the log that was learnt from, and the moment as of which its items are named.
    closed, past
        What sessions were worth, and what was known, by group.
    groups, targets
        What describes sessions, and what is predicted.
    models
        A model a cut.
    """

    log: LogReading
    tables: Path
    names_until: datetime
    closed: Path
    past: Mapping[str, Path]
    groups: tuple[str, ...]
    targets: Targets
    models: Mapping[str, Path]


Contents = RankingContents | ActionContents | ValueContents
KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(RankingContents, ActionContents, ValueContents, LogReading, LogFormat, Columns, Join, Sessions, Targets),
        Filters,
        *(*(entry.kind for entry in SOURCES), CoVisit, NeighbourRecall, GroupPopularity),
    )
}
"""The only classes that a file of contents may name."""
PARTS = "made of"
NAMES: Mapping[type, str] = {
    RankingContents: "ranking.json",
    ActionContents: "actions.json",
    ValueContents: "value.json",
}
C = TypeVar("C", RankingContents, ActionContents, ValueContents)


def write_contents(contents: Contents, output: Path, into: Path, parts: Mapping[str, str] | None = None) -> Path:
    """Write contents as they are published below `output`, with paths relative to it; return the file.

    Parameters
    ----------
    contents
        What is published.
    output
        Where.
    into
        The folder that the file is written in.
    parts
        What they are made of (see `serving.whole.parts_of`).
    """
    file = into / NAMES[type(contents)]
    file.write_text(json.dumps(_plain(contents, output) | {PARTS: dict(parts or {})}, indent=1) + "\n")
    return file


def read_parts(kind: type[Contents], output: Path) -> dict[str, str]:
    """What contents of a kind that are published below a folder are made of, relative to it."""
    return dict(read_json(output / FOLDER / NAMES[kind]).get(PARTS, {}))


def read_contents(kind: type[C], output: Path) -> C | None:
    """Contents of a kind that are published below a folder; null where there are none.

    Raises
    ------
    AisleError
        If the file is damaged.
    """
    file = output / FOLDER / NAMES[kind]
    if not file.is_file():
        return None
    manifest = read_manifest(output / FOLDER / file.stem) or {}
    if file.name in manifest.get("files", {}) and (fault := fault_of(file, manifest["files"][file.name])):
        raise AisleError(f"{file}: is damaged ({fault}); run the command that wrote it again.")
    try:
        told = json.loads(file.read_text())
        found = _read({name: held for name, held in told.items() if name != PARTS}, output)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise AisleError(f"{file}: is damaged ({error}); run the command that wrote it again.") from None
    if not isinstance(found, kind):
        raise AisleError(f"{file}: is damaged (it holds {type(found).__name__}); run the command that wrote it again.")
    return found


def _plain(value: object, output: Path) -> Any:  # noqa: ANN401 - whatever json holds
    for kind, (tag, write, _) in PLAIN.items():
        if isinstance(value, kind):
            return {tag: write(value, output)}
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__} | {
            one.name: _plain(getattr(value, one.name), output) for one in fields(value) if one.init
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(held, output) for held in value]
    return value


def _read(value: Any, output: Path) -> Any:  # noqa: ANN401 - whatever json holds
    if isinstance(value, list):
        return tuple(_read(held, output) for held in value)
    if not isinstance(value, dict):
        return value
    for tag, _, read in PLAIN.values():
        if tag in value:
            return read(value[tag], output)
    return KINDS[value["is"]](**{name: _read(held, output) for name, held in value.items() if name != "is"})


PLAIN: dict[type, tuple[str, Callable[[Any, Path], Any], Callable[[Any, Path], Any]]] = {
    Path: ("path", os.path.relpath, lambda told, output: output / told),
    timedelta: ("seconds", lambda value, _: value.total_seconds(), lambda told, _: timedelta(seconds=told)),
    datetime: ("moment", lambda value, _: value.isoformat(), lambda told, _: datetime.fromisoformat(told)),
    Mapping: (
        "by name",
        lambda value, output: {str(key): _plain(held, output) for key, held in value.items()},
        lambda told, output: {key: _read(held, output) for key, held in told.items()},
    ),
}
"""How values that json lacks are written and read: a tag for each."""
