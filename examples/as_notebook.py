"""Write the notebooks of the scripts beside this file: `python examples/as_notebook.py`.

A script's cells begin with `# %%`, those of text with `# %% [markdown]`. The scripts are what is edited.
"""

import json
import re
from pathlib import Path

CELL = re.compile(r"^# %%(?P<text> \[markdown\])?\n(?P<lines>.*?)(?=^# %%|\Z)", re.MULTILINE | re.DOTALL)


def as_notebook(script: str) -> str:
    """A script's notebook, as its file holds it."""
    cells = [
        _text(number, found["lines"]) if found["text"] else _code(number, found["lines"])
        for number, found in enumerate(CELL.finditer(script))
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _text(number: int, lines: str) -> dict[str, object]:
    said = re.sub(r"^# ?", "", lines.strip(), flags=re.MULTILINE)
    return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": said.splitlines(keepends=True)}


def _code(number: int, lines: str) -> dict[str, object]:
    source = lines.strip().splitlines(keepends=True)
    cell = {"cell_type": "code", "execution_count": None, "id": f"cell-{number}", "metadata": {}}
    return {**cell, "outputs": [], "source": source}


if __name__ == "__main__":
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.name != Path(__file__).name:
            file.with_suffix(".ipynb").write_text(as_notebook(file.read_text()))
