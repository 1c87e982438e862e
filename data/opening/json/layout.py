"""How objects stand in a text: one a line, or one after another."""

import json
from typing import Literal

from data.opening.json.python import python_object

Layout = Literal["lines", "objects"]


def layout_of(head: bytes) -> Layout:
    """Tell the layout by a text's beginning.

    `lines`: each line is an object, or broken. `objects`: an array, a printed object over several lines, or
    objects with commas or nothing between them.
    """
    text = head.decode(errors="replace").lstrip("\ufeff \t\r\n")
    first = text.partition("\n")[0].strip()
    if not text.startswith("{"):
        return "objects" if text.startswith("[") else "lines"
    try:
        end = json.JSONDecoder().raw_decode(text)[1]
    except (ValueError, RecursionError):
        unfinished = first.endswith(("{", "[", ","))  # an object of more than the text's beginning
        return "objects" if unfinished and python_object(first) is None else "lines"
    return "lines" if end == len(first) else "objects"
