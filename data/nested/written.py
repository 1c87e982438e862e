"""Fields of several values that are written as text: JSON, or as Python prints lists, tuples and dictionaries."""

import ast
import json
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl

LONGEST = 2**20
"""Letters of a field that Python's own parser is asked about."""
NESTED = "(nested)"
"""Stands for what is no single value, and is no number and no time either."""
Pair = tuple[str | None, str | None]


class Written(NamedTuple):
    """What texts say, e entries in all.

    Attributes
    ----------
    lengths
        How many each text has; null where there is no text, or none that can be read.
    keys, values
        (e) texts; null where nothing stands.
    unreadable
        How many texts cannot be read.
    """

    lengths: list[int | None]
    keys: list[str | None]
    values: list[str | None]
    unreadable: int


class _Object(list[tuple[str, Any]]):
    """An object of JSON, with keys that stand twice."""


def written_pairs(texts: pl.Series) -> Written:
    """Entries of texts such as `{"a": 1}`, `[["a", 1]]`, `[{"key": "a", "value": 1}]` and `[('a', 1)]`."""
    return _written(texts, _pairs)


def written_lists(texts: pl.Series) -> Written:
    """Values of texts such as `["a", "b"]` and `['a', 'b']`; their keys are null."""
    return _written(texts, _values)


def _written(texts: pl.Series, entries: Callable[[Any], list[Pair] | None]) -> Written:
    told: dict[str, list[Pair] | None] = {}
    lengths: list[int | None] = []
    keys: list[str | None] = []
    values: list[str | None] = []
    unreadable = 0
    for text in texts.to_list():
        if text is None or not text.strip():
            lengths.append(None)
            continue
        if text not in told:
            told[text] = entries(_parsed(text))
        found = told[text]
        unreadable += found is None
        lengths.append(None if found is None else len(found))
        for key, value in found or ():
            keys.append(key)
            values.append(value)
    return Written(lengths, keys, values, unreadable)


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever is written
    try:
        return json.loads(text, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        pass
    if len(text) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing
            return ast.literal_eval(text.strip())
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _pairs(value: Any) -> list[Pair] | None:  # noqa: ANN401
    if isinstance(value, dict):
        value = _Object(value.items())
    if isinstance(value, _Object):
        return [(_text(key), _text(held)) for key, held in value]
    if not isinstance(value, list | tuple):
        return None
    pairs = [_pair(entry) for entry in value]
    return [pair for pair in pairs if pair is not None] if None not in pairs else None


def _pair(entry: Any) -> Pair | None:  # noqa: ANN401
    if isinstance(entry, dict):
        entry = _Object(entry.items())
    if isinstance(entry, _Object):
        named = dict(entry)
        if {"key", "value"} <= named.keys():
            return _text(named["key"]), _text(named["value"])
        entry = [held for _, held in entry[:2]]
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        return None
    return _text(entry[0]), _text(entry[1])


def _values(value: Any) -> list[Pair] | None:  # noqa: ANN401
    if isinstance(value, _Object | dict) or not isinstance(value, list | tuple | set):
        return None
    if any(isinstance(held, list | tuple | dict) for held in value):
        return None
    held = sorted(value, key=str) if isinstance(value, set) else value
    return [(None, _text(one)) for one in held]


def _text(value: Any) -> str | None:  # noqa: ANN401
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int | float) else NESTED
