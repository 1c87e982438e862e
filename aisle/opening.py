"""The ways to a shop and to a recommender."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import polars as pl

from aisle.frames import FILE, writable
from aisle.settings import Setting, columns_of, configuration, defaults, layout
from aisle.shop import Shop, place_of
from data.errors import AisleError
from data.given import Table
from serving.recommender import Recommender

Log: TypeAlias = str | Path | Sequence[str | Path] | Table
LOGS = ("train", "test", "labels")


def open_shop(
    config: str | Path | Mapping[str, Setting] | None = None,
    train: Log | None = None,
    *,
    test: Log | None = None,
    labels: Log | None = None,
    columns: Mapping[str, str | None] | None = None,
    events: Mapping[str, str] | None = None,
    settings: Mapping[str, Setting] | None = None,
    verbose: bool = False,
    **more: Setting,
) -> Shop:
    """Say what a shop's log is and how it is learnt from; nothing is read or written before `Shop.fit`.

    Parameters
    ----------
    config
        A YAML file of settings, or a mapping of the same form. Null: the defaults, with the columns of `columns`, or
        those of a frame `train` that bear Aisle's own names.
    train, test, labels
        The log, sessions to score and what came after them: a file, a list of files, or a frame (Polars or pandas),
        which is written into the working directory. They win over the configuration's.
    columns
        Aisle's name -> the log's name: item, ts, session or user, and any of type, price, quantity, category, brand,
        text, session_value, segment.
    events
        The log's event name -> `clicks`, `carts`, `orders` or `ignore`.
    settings
        Any other settings by dotted name, such as `{"folds.valid": "3d"}`; they win over all else.
    verbose
        Whether `fit` prints what it builds; without it the lines go to the logger `aisle` alone.
    **more
        Likewise, such as `workdir="artifacts/mine"`.

    Returns
    -------
    Shop
        To be fitted.

    Raises
    ------
    AisleError
        If a setting is wrong or no log is named.
    """
    given = {name: log for name, log in zip(LOGS, (train, test, labels), strict=True) if log is not None}
    frames = {name: writable(log, name) for name, log in given.items() if not _is_file(log)}
    if config is None:
        columns = columns or _own_names(given, frames.get("train"))
        config = defaults(columns)
    # a frame's file lies in the working directory, which is known when the configuration has been read
    logs = given | dict.fromkeys(frames, FILE)
    read = configuration(config, {**layout(columns, events), **logs, **(settings or {}), **more})
    files = {name: place_of(read.workdir, name) for name in frames}
    train_file, test_file, labels_file = (files.get(name, getattr(read, name)) for name in LOGS)
    return Shop(replace(read, train=train_file, test=test_file, labels=labels_file), frames, verbose)


def _is_file(log: object) -> bool:
    return isinstance(log, str | Path) or (
        isinstance(log, Sequence) and all(isinstance(file, str | Path) for file in log)
    )


def _own_names(given: Mapping[str, object], train: pl.DataFrame | None) -> dict[str, str]:
    """The columns of a log that nobody has named."""
    if "train" not in given:
        raise AisleError("no log is named: give `train` a frame or a file, or give a configuration that names one.")
    found = {} if train is None else columns_of(train.columns)
    if not {"item", "ts"} <= set(found) or not {"session", "user"} & set(found):
        has = "" if train is None else f"; it has {train.columns}"
        raise AisleError(
            "`train`: name its columns, such as columns={'session': 'visit', 'item': 'product', 'ts': 'time', "
            f"'type': 'event'}}{has}."
        )
    return found


def load(workdir: str | Path) -> Recommender:
    """Open what a fit, or a run of the command line, has left in a working directory.

    Raises
    ------
    AisleError
        If it has left nothing there.
    """
    return Recommender.load(workdir)
