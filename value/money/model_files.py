"""Fitted methods as files that cannot run code: skops, with the types that methods are made of and no others."""

from pathlib import Path
from typing import Any

import skops.io

from data.errors import AisleError

ALLOWED = (
    "learning.classifiers._signed_log",
    "numpy.dtype",
    "sklearn.utils._bunch.Bunch",
    "value.money.anchored.Anchored",
    "value.money.frame.Encoded",
    "value.money.hurdle.Hurdle",
    "value.money.small_table.MostTelling",
    "value.money.small_table._signed_log",
    "value.money.logged.Logged",
    "value.money.meta_models.MeanOfMembers",
    "value.money.meta_models.NonNegative",
    "value.money.stack.Stack",
    "value.money.trees.Trees",
)


def save_method(fitted: Any, path: Path) -> None:
    """Write a fitted method; trees stand in it as their libraries' text."""
    skops.io.dump(fitted, path)


def load_method(path: Path) -> Any:
    """Read a fitted method.

    Raises
    ------
    AisleError
        If the file holds a type that no method is made of.
    """
    unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(ALLOWED))
    if unknown:
        raise AisleError(
            f"{path}: the file holds {', '.join(unknown)}, which no value model is made of; do not use it."
        )
    return skops.io.load(path, trusted=list(ALLOWED))
