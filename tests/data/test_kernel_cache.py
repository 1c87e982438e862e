"""Compiled kernels are those of the sources as they are."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from data import kernel_cache
from data.kernel_cache import ROOMS, hash_of, kernel_sources
from tests.conftest import ROOT


def test_kernels_and_what_they_import_are_the_sources():
    names = {str(file.relative_to(ROOT)) for file in kernel_sources()}
    for name in (
        *("features/kernels/moments.py", "features/kernels/clock.py", "features/kernels/search.py", "data/fixed.py"),
        *("features/expressions/time_share.py", "candidates/algorithms/small_tables.py", "ranker/votes_kernel.py"),
        *("learning/quick_scorer.py", "data/in_parts.py", "data/keys.py", "candidates/covisit/loops.py"),
    ):
        assert name in names
    assert not any(name.startswith("features/groups/item_") for name in names), "an author's edit compiles nothing"


def test_an_edit_of_any_of_them_is_another_folder(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("ONE = 1\n")
    monkeypatch.setattr(kernel_cache, "ROOT", tmp_path)
    before = hash_of([tmp_path / "a.py"])
    (tmp_path / "a.py").write_text("ONE = 2\n")
    assert hash_of([tmp_path / "a.py"]) != before


def test_every_kernel_is_kept_there():
    folder = Path(numba.config.CACHE_DIR)
    assert folder.name == hash_of(kernel_sources())
    kept = 0
    for room in ROOMS:
        for found in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            module = importlib.import_module(found.name)
            for kernel in vars(module).values():
                if isinstance(kernel, numba.core.dispatcher.Dispatcher) and kernel.py_func.__module__ == found.name:
                    path = getattr(kernel._cache, "_cache_path", None)
                    assert path is None or folder in Path(path).parents, found.name
                    kept += path is not None
    assert kept > 30


@pytest.mark.parametrize("named", ["given", ""])
def test_another_place_may_be_named(named, tmp_path):
    place = tmp_path / named if named else None
    environment = {"PATH": "", "NUMBA_CACHE_DIR": str(place)} if place else {"PATH": ""}
    command = [sys.executable, "-c", "import data, numba; print(numba.config.CACHE_DIR)"]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environment).stdout.strip()
    assert Path(told).parent == (place or ROOT / ".numba_cache")
