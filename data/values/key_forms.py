"""Keys that are one whole number, written as a float and as itself: 12.0 and 12."""

from dataclasses import dataclass

import polars as pl

from data.errors import AisleError
from data.warned import Warned

POINT = r"^(-?[0-9]+)\.0+$"
"""How tools write whole numbers that know none beside a null."""
LOST = r"^-?([0-9](\.[0-9]+)?[eE]\+[0-9]+|[0-9]{17,}\.0+)$"
"""How tools write large floats: digits of the whole numbers that they were are lost."""


def refuse_lost(name: str, keys: pl.Series) -> None:
    """Refuse keys that have been floats too large to tell whole numbers apart.

    Parameters
    ----------
    name
        The column.
    keys
        The log's distinct keys.

    Raises
    ------
    AisleError
        If more than 1 % of them are.
    """
    if keys.dtype != pl.String or keys.is_empty():
        return
    lost = keys.filter(keys.str.contains(LOST).fill_null(False))
    if len(lost) > 0.01 * len(keys):
        raise AisleError(
            f"{len(lost):,} of {len(keys):,} `{name}` keys, such as {lost.min()!r}, have been floats and lost digits, "
            "so that several may have become one; write the keys as whole numbers or texts."
        )


@dataclass(frozen=True)
class Forms:
    """How one column's keys are brought into one form.

    Parameters
    ----------
    strip
        Whether `.0` is taken off.
    extend
        Keys that get a `.0`, because the earlier log's have one.
    """

    strip: bool
    extend: pl.Series

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return self.strip or len(self.extend) > 0

    def of(self, name: str) -> pl.Expr:
        """The column in its one form."""
        key = pl.col(name)
        stripped = key.str.replace(POINT, "$1") if self.strip else key
        return pl.when(key.is_in(self.extend.implode())).then(key + ".0").otherwise(stripped).alias(name)


def forms_of(keys: pl.Series, known: pl.Series | None) -> Forms:
    """What makes one key of 12 and 12.0.

    Parameters
    ----------
    keys
        A log's distinct keys, all texts.
    known
        Those of an earlier log, whose form stays.
    """
    there = keys if known is None else pl.concat([keys, known]).unique()
    floats = keys.filter(keys.str.contains(POINT))
    floats = floats if known is None else floats.filter(~floats.is_in(known.implode()))
    strip = bool(floats.str.replace(POINT, "$1").is_in(there.implode()).any())
    none = keys.clear()
    if known is None:
        return Forms(strip, none)
    new = keys.filter(~keys.is_in(known.implode()))
    extend = new.filter((new + ".0").is_in(known.implode()))
    return Forms(strip and extend.is_empty(), extend)


def warn_of_forms(name: str, forms: Forms, keys: pl.Series) -> Warned:
    """That 12 and 12.0 are read as one key."""
    count = len(forms.extend) or int(keys.str.contains(POINT).sum())
    line = f"{count:,} `{name}` keys stand as 12 and as 12.0 in the files; they are read as one."
    return Warned("key_forms", line, {"key": name, "keys": count})
