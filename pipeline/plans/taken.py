"""Which files of a log are read: those that `train` names, as far as the configuration's window takes them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from data.opening.paths import Found
from data.partitions.choosing import parts_within
from data.partitions.told import left_of, unplaced
from data.shapes.joined import files_joined, log_folder
from data.warned import Warned
from pipeline.settings.config import Config, found_files


class Taken(NamedTuple):
    """A log's files.

    Attributes
    ----------
    found
        Those that are read, in the order in which they are named.
    warned
        What is to be said of those that the window leaves out.
    """

    found: Found
    warned: tuple[Warned, ...] = ()


def taken(config: Config) -> Taken:
    """The files of `train` that are read; the others are not opened.

    Raises
    ------
    AisleError
        If no file is named, or none lies in the window.
    """
    if config.train is None:
        return Taken(Found())
    found, window, folders = found_files(config.train, "train"), config.input.window, config.input.folders
    if not window.chooses_files:
        return Taken(found)
    tables = {file.resolve() for file in joined_files(config).values()}
    files = [file for file in found.files if file.resolve() not in tables]
    untimed = folders.partition is None and window.first is None and window.last is None
    chosen = parts_within(files, (), folders, window, untimed=untimed)
    kept, what = {part.path for part in chosen.parts}, " of the log"
    said = (*left_of(chosen, folders, what), *unplaced(chosen, what))
    return Taken(replace(found, files=[file for file in files if file in kept]), said)


def joined_files(config: Config) -> Mapping[str, Path]:
    """The tables that the format joins to the log, by name; they may lie among its files."""
    given = config.train
    folder = Path() if given is None else log_folder(found_files(given, "train").parts[0])
    return files_joined(config.input.format, folder)
