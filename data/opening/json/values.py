"""One line of JSON: the object that it holds, or what is wrong with it."""

import json
from typing import Any

from data.opening.json.python import python_object
from data.opening.text import NOT_UTF8, is_utf8

NOT_JSON = "is not JSON"
NOT_OBJECT = "is not a JSON object"
NOT_FINITE = "holds NaN or Infinity, which JSON does not have (write null)"
TOO_DEEP = "is nested too deep"
BEYOND = "holds a number beyond 64-bit integers (write it as a text)"


class _NotFiniteError(ValueError):
    """A number that Python writes and JSON does not have."""


def value_of(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The value of a line, also of an object that Python printed; null if it is neither."""
    try:
        return _loads(line)
    except (ValueError, RecursionError):
        printed = as_json(line)
        return None if printed is None else json.loads(printed)


def as_json(line: bytes) -> bytes | None:
    """An object that Python printed, as JSON; null if it is none."""
    printed = python_object(line.strip().decode(errors="replace")) if is_utf8(line) else None
    return None if printed is None else printed.encode()


def fault_of(line: bytes) -> str | None:
    """What keeps a line from being an object, as far as Python's own reader tells; null if nothing does."""
    try:
        value = _loads(line)
    except _NotFiniteError:
        return NOT_FINITE
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return NOT_JSON if is_utf8(line) else NOT_UTF8
    return None if isinstance(value, dict) else NOT_OBJECT


def holds_beyond(line: bytes) -> bool:
    """Whether an object holds an integer, however deep, that 64 bits do not."""
    return _beyond(_loads(line))


def _loads(line: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(line, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise _NotFiniteError(name)


def _beyond(value: object) -> bool:
    if isinstance(value, int):
        return not -(2**63) <= value < 2**63
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_beyond(held) for held in inner)
