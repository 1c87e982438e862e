"""Packages of ours have plain names: where one is somebody else's, `import aisle` says so."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from aisle import shadowed
from pipeline.store import code

ROOT = Path(__file__).parents[2]


def last_line(folder, program):
    """What a program in a folder dies of, Aisle's checkout standing behind it on the path."""
    start = f"import sys; sys.path[:0] = [{str(folder)!r}]; sys.path.append({str(ROOT)!r}); "
    ran = subprocess.run(
        [sys.executable, "-I", "-c", start + program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode in (0, 1)
    return ran.stderr.strip().splitlines()[-1] if ran.returncode else None


def test_a_notebooks_own_module_is_named(tmp_path):
    (tmp_path / "data.py").write_text("raise SystemExit('must not run')\n")
    said = last_line(tmp_path, "import aisle")
    assert said == (
        f"ImportError: aisle needs its own package `data` ({ROOT / 'data'}), but `import data` finds "
        f"{tmp_path / 'data.py'}; rename that, or start Python in another folder."
    )


def test_a_package_is_named(tmp_path):
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "__init__.py").touch()
    said = last_line(tmp_path, "import aisle")
    assert f"but `import features` finds {tmp_path / 'features' / '__init__.py'}; rename that" in said


def test_one_that_is_imported_already_is_named(tmp_path):
    (tmp_path / "value.py").touch()
    said = last_line(tmp_path, f"import value; sys.path.remove({str(tmp_path)!r}); import aisle")
    assert f"another `value` is imported already, from {tmp_path / 'value.py'}; rename that, and start" in said


def test_a_module_made_in_memory_is_named(tmp_path):
    said = last_line(tmp_path, "import types; sys.modules['ranker'] = types.ModuleType('ranker'); import aisle")
    assert "another `ranker` is imported already, from memory" in said


def test_what_is_nowhere_is_named(tmp_path):
    (tmp_path / "aisle").symlink_to(ROOT / "aisle")
    said = last_line(tmp_path, f"sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}]; import aisle")
    assert f"`import pipeline` finds nothing; install Aisle with `pip install --editable {ROOT}`" in said


def test_a_folder_of_files_is_no_package(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "log.csv").touch()
    program = f"from aisle.shadowed import ROOT; assert str(ROOT) == {str(ROOT)!r}"
    assert last_line(tmp_path, program) is None


def test_every_package_is_watched():
    assert {"aisle", *shadowed.ROOMS} == set(code.ROOMS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    installed = [pattern.removesuffix("*") for pattern in project["setuptools"]["packages"]["find"]["include"]]
    assert set(installed) == set(code.ROOMS)
    for watched in (
        project["mypy"]["packages"],
        project["coverage"]["run"]["source"],
        project["importlinter"]["root_packages"],
    ):
        assert set(watched) >= set(code.ROOMS)


@pytest.mark.parametrize("room", shadowed.ROOMS)
def test_our_own_packages_stand_beside_aisle(room):
    assert (shadowed.ROOT / room / "__init__.py").is_file()
