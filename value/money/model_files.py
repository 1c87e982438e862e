"""Fitted methods as files that cannot run code: skops, with the types that methods are made of and no others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data.errors import AisleError
from learning import classifiers
from value.money import small_table
from value.money.anchored import Anchored
from value.money.asymmetric import Asymmetric
from value.money.chance import Chance
from value.money.frame import Encoded
from value.money.histogram_sampling import HistOver, HistUnder
from value.money.hurdle import Hurdle
from value.money.logged import Logged
from value.money.meta_models import MeanOfMembers, NonNegative
from value.money.resampled import Resampled
from value.money.small_table import MostTelling
from value.money.stack import Stack
from value.money.trees import Trees
from value.money.ziln import Ziln

MADE_OF = (
    Anchored,
    Asymmetric,
    Chance,
    Encoded,
    HistOver,
    HistUnder,
    Hurdle,
    Logged,
    MeanOfMembers,
    MostTelling,
    NonNegative,
    Resampled,
    Stack,
    Trees,
    Ziln,
)
"""Our own kinds of methods and their parts; named as what they are, so that who loads one depends on their code."""

FUNCTIONS = (small_table._signed_log, classifiers._signed_log)
"""What pipelines of scikit-learn hold by name."""


def _full_name(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


ALLOWED = ("numpy.dtype", "sklearn.utils._bunch.Bunch", *map(_full_name, (*MADE_OF, *FUNCTIONS)))


def save_method(fitted: Any, path: Path) -> None:
    """Write a fitted method; trees stand in it as their libraries' text."""
    import skops.io  # noqa: PLC0415 - it takes most of a second, and every command would wait for it

    skops.io.dump(fitted, path)


def load_method(path: Path, more: Sequence[type] = ()) -> Any:
    """Read a fitted method.

    Parameters
    ----------
    path
        The file.
    more
        Kinds that it may be made of beside those of `MADE_OF`.

    Raises
    ------
    AisleError
        If the file holds a type that no method is made of.
    """
    import skops.io  # noqa: PLC0415 - as above

    allowed = [*ALLOWED, *map(_full_name, more)]
    unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(allowed))
    if unknown:
        raise AisleError(
            f"{path}: the file holds {', '.join(unknown)}, which no value model is made of; do not use it."
        )
    return skops.io.load(path, trusted=allowed)
