"""The settings that each command was last given in a working directory: by them `status` knows what it would build."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from data.durations import write_duration
from data.errors import AisleError
from pipeline.settings.building import build
from pipeline.settings.document import read_document
from pipeline.settings.reading import Reader
from pipeline.store.workdir import OWN, unfinished

T = TypeVar("T")
FOLDER = "settings"
NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON may hold as it is and YAML may not, or reads as the end of a line."""


@dataclass(frozen=True)
class Remembered:
    """A command's settings.

    Parameters
    ----------
    command
        Its name, which is its module's.
    folder
        Where it was given: relative paths in the settings begin there.
    settings
        The tree of settings, of names and plain values.
    """

    command: str
    folder: str
    settings: Mapping[str, Any]


def remember(workdir: Path, command: str, settings: Mapping[str, Any]) -> None:
    """Keep a command's settings, in place of those that it was given before."""
    folder = workdir / OWN / FOLDER
    folder.mkdir(exist_ok=True)
    written = unfinished(workdir, f"{FOLDER}-{command}")
    written.write_text(as_json({"folder": os.getcwd(), "settings": settings}) + "\n")
    os.replace(written, folder / f"{command}.json")


def remembered(workdir: Path) -> list[Remembered]:
    """What the commands were last given, by name.

    Raises
    ------
    AisleError
        If a file of them is damaged.
    """
    return [_read(file) for file in sorted((workdir / OWN / FOLDER).glob("*.json"))]


def _read(file: Path) -> Remembered:
    try:
        held = json.loads(file.read_text())
        return Remembered(file.stem, str(held["folder"]), dict(held["settings"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise AisleError(f"{file}: is damaged; remove it, or give --config.") from None


def as_json(settings: Mapping[str, Any]) -> str:
    """Settings as the text that a configuration may be: JSON that YAML's parser reads too."""
    text = json.dumps(settings, default=_written, ensure_ascii=False)  # YAML knows no pairs of surrogates
    return NOT_IN_YAML.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def built_again(kind: type[T], settings: Mapping[str, Any]) -> T:
    """The configuration of settings that were kept, which hold durations and times as texts.

    Raises
    ------
    AisleError
        If they are none that are taken now, as those of another version may be.
    """
    return build(kind, Reader(kind).read(read_document(as_json(settings), "the settings that were kept")))


def _written(value: object) -> str:
    if isinstance(value, timedelta):
        return write_duration(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)
