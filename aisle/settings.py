"""A run's configuration from Python: a file or a mapping, settings by dotted names, a log's columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

from data.durations import write_duration
from data.errors import AisleError
from data.formats import Columns
from data.listed import joined
from data.nearest import did_you_mean
from pipeline.cli import configure
from pipeline.run import ABOUT
from pipeline.settings.config import Config
from pipeline.settings.wording import shown

WORKDIR = "artifacts/own"
"""The working directory where there is no configuration and the caller names none."""
Setting = object
"""Text as on the command line, or a plain value: number, truth value, null, duration, time, path, list or mapping."""


def configuration(config: str | Path | Mapping[str, Setting], settings: Mapping[str, Setting]) -> Config:
    """Settings over a configuration, read by the rules of the command line.

    Parameters
    ----------
    config
        A YAML file, or what one holds as a mapping.
    settings
        Dotted name -> value, such as `folds.valid` -> `3d`.

    Raises
    ------
    AisleError
        If it is neither, the file cannot be read, or a setting is unknown or refused.
    """
    if not isinstance(config, str | Path | Mapping):
        raise AisleError(f"the configuration is a {type(config).__name__}; a log goes under `train`.")
    for name in settings:
        if name.partition(".")[0].replace("-", "_") not in Config.__dataclass_fields__:
            known = list(Config.__dataclass_fields__)
            near = did_you_mean(name.partition(".")[0], known) or f"; the first names are {', '.join(known)}."
            raise AisleError(f"there is no setting {shown(name)}{near}")
    if settings.get("workdir", "") is None:
        raise AisleError("`workdir` is empty; name a folder of its own for the run's files, such as artifacts/mine.")
    given = _json(config) if isinstance(config, Mapping) else str(config)
    return configure("run", ABOUT, ["--config", given, *(f"--{n}={_flag(n, v)}" for n, v in settings.items())])


def defaults(columns: Mapping[str, str | None]) -> dict[str, Setting]:
    """The configuration where none is given: a visitor's pause ends a session where the log names no sessions."""
    return {"workdir": WORKDIR, "input": {"sessions": {"by": "column" if columns.get("session") else "gap"}}}


def columns_of(names: Sequence[str]) -> dict[str, str]:
    """The columns of a log that bear Aisle's own names."""
    return {field.name: field.name for field in fields(Columns) if field.name in names}


def layout(columns: Mapping[str, str | None] | None, events: Mapping[str, str] | None) -> dict[str, Setting]:
    """The settings that a log's columns and event names come to; null leaves the configuration's."""
    named = {f"input.format.columns.{ours}": theirs for ours, theirs in (columns or {}).items()}
    return {**named, **({} if events is None else {"input.format.events": dict(events)})}


def as_text(value: object) -> str:
    """A value that JSON lacks, the way that a configuration writes it.

    Raises
    ------
    AisleError
        If a configuration cannot hold it.
    """
    if isinstance(value, timedelta):
        return write_duration(value)
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise AisleError(f"a setting cannot be a {type(value).__name__}: {value!r}.")


def _json(value: object) -> str:
    try:
        return json.dumps(value, default=as_text)
    except (TypeError, ValueError, RecursionError) as error:  # a key that is a tuple, a mapping that holds itself
        raise AisleError(f"the settings cannot be written down: {error}.") from None


def _flag(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if name in ("train", "test", "labels") and isinstance(value, Sequence):  # files, with commas between
        return joined(str(file) for file in value)
    written = _json(value)
    return str(json.loads(written)) if written.startswith('"') else written
