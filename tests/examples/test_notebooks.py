"""The notebooks are what their scripts say, and run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.as_notebook import as_notebook

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
RUN = """
import ast, json, pathlib, sys
names = {}
for cell in json.loads(pathlib.Path(sys.argv[1]).read_text())["cells"]:
    if cell["cell_type"] == "code":
        *before, last = ast.parse("".join(cell["source"])).body
        shown = isinstance(last, ast.Expr)
        exec(compile(ast.Module(before if shown else [*before, last], []), cell["id"], "exec"), names)
        if shown:
            print(eval(compile(ast.Expression(last.value), cell["id"], "eval"), names))
"""


def test_a_script_becomes_cells():
    script = "# %% [markdown]\n# # Title\n#\n# text\n\n# %%\na = 1\n\nb = 2\n\n# %%\na + b\n"
    cells = json.loads(as_notebook(script))["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == [
        ("markdown", "# Title\n\ntext"),
        ("code", "a = 1\n\nb = 2"),
        ("code", "a + b"),
    ]
    assert [cell["id"] for cell in cells] == ["cell-0", "cell-1", "cell-2"]


def test_there_is_a_notebook():
    assert [notebook.name for notebook in NOTEBOOKS] == ["first_steps.ipynb"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_its_script(notebook):
    """Where this fails: `python examples/as_notebook.py`."""
    assert notebook.read_text() == as_notebook(notebook.with_suffix(".py").read_text())


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_cell_by_cell(notebook, tmp_path):
    python = [sys.executable, "-W", "error", "-c", RUN, str(notebook)]
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(python, cwd=tmp_path, env=path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    for shown in ("revisit_popular", "┆ fused__rank", "┆ clicks ┆ 1 "):
        assert shown in ran.stdout
