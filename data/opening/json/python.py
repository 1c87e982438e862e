"""Objects as Python prints them, `{u'a': None}`: what some public data holds in place of JSON."""

import ast
import json
import warnings

LONGEST = 2**20
"""Letters of a line that Python's own parser is asked about."""


def python_object(line: str) -> str | None:
    """An object that Python printed as JSON, or null if the text is none."""
    if not line.startswith("{") or len(line) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing
            value = ast.literal_eval(line)
        return json.dumps(value, allow_nan=False) if isinstance(value, dict) else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
