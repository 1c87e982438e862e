"""Which code a result depends on: by use, from definition to definition."""

import pytest

from pipeline.store import code
from pipeline.store.code import code_of, used_by

BASE = {
    "features.one": """
import polars as pl

from features.two import helper

UNUSED = helper
LIMIT = 3

def group(history):
    \"\"\"What it says.\"\"\"
    return helper(history.head(LIMIT)).select(pl.len())

def beside():
    return 2
""",
    "features.two": """
import math

import numpy as np

def helper(rows):
    from features.three import deep
    return deep(rows)

def another():
    return np.zeros(3)
""",
    "features.three": """
TABLE = [0] * 3
for place in range(3):
    TABLE[place] = place

def deep(rows: "Something") -> "features.two.another":
    return TABLE, rows
""",
}


@pytest.fixture
def sources(monkeypatch):
    """Three modules that stand nowhere on disk."""
    texts = dict(BASE)
    real = code.source_of
    monkeypatch.setattr(code, "source_of", lambda name: name if name in texts else real(name))
    monkeypatch.setattr(code, "text_of", lambda name: texts[name])
    monkeypatch.setattr(code, "_is_package", lambda name: False)
    code.read_module.cache_clear()
    yield texts
    code.read_module.cache_clear()


def digest(roots=(("features.one", "group"),)):
    code.read_module.cache_clear()
    return code_of(roots).hash


def test_what_is_used_is_found_through_imports_in_modules_and_functions(sources):
    found, libraries = used_by([("features.one", "group")])
    named = {pair for pair in found if pair[1]}
    assert named == {
        *(("features.one", name) for name in ("group", "LIMIT")),
        ("features.two", "helper"),
        *(("features.three", name) for name in ("deep", "TABLE")),
    }
    assert libraries == {"polars"}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("features.one", "What it says.", "What else it says."),
        ("features.one", "LIMIT = 3", "LIMIT = 3  # a reason"),
        ("features.one", "return 2", "return 5"),
        ("features.two", "np.zeros(3)", "np.ones(3)"),
    ],
)
def test_text_and_what_is_not_used_change_nothing(sources, module, old, new):
    before = digest()
    assert old in sources[module]
    sources[module] = sources[module].replace(old, new)
    assert digest() == before


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("features.one", "LIMIT = 3", "LIMIT = 4"),
        ("features.one", "history.head(LIMIT)", "history.tail(LIMIT)"),
        ("features.two", "return deep(rows)", "return deep(rows[1:])"),
        ("features.three", "TABLE[place] = place", "TABLE[place] = -place"),
        ("features.three", "[0] * 3", "[0] * 4"),
    ],
)
def test_what_is_used_changes_it(sources, module, old, new):
    before = digest()
    assert old in sources[module]
    sources[module] = sources[module].replace(old, new)
    assert digest() != before


def test_a_name_that_a_module_passes_on_is_followed(sources):
    sources["features.three"] = "from features.two import another as deep\n"
    found, libraries = used_by([("features.one", "group")])
    assert ("features.two", "another") in found
    assert libraries == {"polars", "numpy"}


def test_a_whole_module_is_taken_where_what_is_asked_of_it_is_not_known(sources):
    sources["features.two"] = "from features import three\n\ndef helper(rows):\n    return getattr(three, rows)\n"
    found, _ = used_by([("features.one", "group")])
    assert ("features.three", "*") in found
    before = digest()
    sources["features.three"] += "\ndef more():\n    return 1\n"
    assert digest() != before


def test_of_a_module_only_what_is_asked_of_it_is_taken(sources):
    sources["features.two"] = "from features import three\n\ndef helper(rows):\n    return three.deep(rows)\n"
    before = digest()
    sources["features.three"] += "\ndef more():\n    return 1\n"
    assert digest() == before


def test_real_sources_do_not_see_each_other():
    bigram, _ = used_by([("candidates.sources.bigram", "Bigram")])
    modules = {module for module, _ in bigram}
    assert "candidates.sources.popular" not in modules
    assert "candidates.source" in modules
    assert not any(module.startswith(("pipeline", "features", "report")) for module in modules)
