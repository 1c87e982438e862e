"""Wrong values for every setting that there is: one short line that names the setting, and nothing written."""

from datetime import datetime, timedelta

import pytest

from data.errors import AisleError
from pipeline import run
from pipeline.cli import configure
from pipeline.settings.config import Config
from pipeline.settings.shapes import Shape, inner, shapes_of
from tabular.classified_rows import FlatTable
from tabular.value_rows import ValueTable

TYPED = {
    int: ["-7", "1.5", "nan", "9" * 30, "2000000001", "true", "x", "", "[1]", "{a: 1}"],
    float: ["nan", "inf", "-inf", "1e16", "true", "x", "", "[0.5]"],
    timedelta: ["0s", "-1d", "5", "9999999999d", "0.0001s", "x", "", "1d 2h", "[1d]"],
    datetime: ["0001-01-01", "9999-12-31", "2024", "x", "", "2024-01-01T00:00+99:00", "1700000000"],
    str: ["a\0b", "\udc80"],
    bool: ["2", "x", "", "[true]"],
}


def settings_of(kind, path=()):
    """All values that a user can set, a key `mine` standing for the names of the user's own."""
    for name, shape in shapes_of(kind).items():
        here = (*path, name)
        if shape.sort == "group":
            yield here, shape
            yield from settings_of(shape.of, here)
        elif shape.sort == "mapping" and inner(shape).sort == "group":
            yield here, shape
            yield from settings_of(inner(shape).of, (*here, "mine"))
        else:
            yield here, shape


EVERY = list(settings_of(Config))


def wrong_for(shape):
    if shape.sort in ("group", "mapping"):
        return ["3", "[a, b]", "true", "{nosuch: [1]}"]
    if shape.sort == "list":
        return ["[[a]]", "[null]"]
    return TYPED.get(shape.of, ["nope", "", "[a]"])


@pytest.mark.parametrize(("path", "shape"), EVERY, ids=[".".join(path) for path, _ in EVERY])
def test_wrong_values_by_flag(path, shape):
    name = ".".join(path)
    for value in [*wrong_for(shape), *(() if shape.optional else ("null",))]:
        with pytest.raises(AisleError) as raised:
            configure("run", "", ["--train", "x", f"--{name}={value}"])
        said = str(raised.value)
        assert f"`{name}" in said, said
        assert len(said) <= 400
        assert said.isprintable()


@pytest.mark.parametrize(("path", "shape"), EVERY, ids=[".".join(path) for path, _ in EVERY])
def test_wrong_values_in_a_file(path, shape, tmp_path):
    file = tmp_path / "c.yaml"
    for value in ["[[1]]", "{a: {b: 1}}"] if shape.sort == "leaf" else ["3"]:
        if shape.sort == "list":
            continue
        text = value
        for part in reversed(path):
            text = f"{{{part}: {text}}}"
        file.write_text(f"train: x\n{text[1:-1]}\n")
        with pytest.raises(AisleError) as raised:
            configure("run", "", ["--config", str(file)])
        assert str(raised.value).startswith(f"{file}: line 2: `{'.'.join(path)}` ")
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("path", [path for path, shape in EVERY if shape.sort == "leaf"], ids=".".join)
def test_a_letter_too_many_finds_the_setting(path):
    typo = ".".join((*path[:-1], path[-1] + "x"))
    if any(".".join(other) == typo for other, _ in EVERY):
        return
    with pytest.raises(AisleError, match=r"there is no setting .*; did you mean `") as raised:
        configure("run", "", ["--train", "x", f"--{typo}", "1"])
    assert f"`{'.'.join(path)}`" in str(raised.value)


def test_nothing_is_written(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run.main(["--train", "x", "--workdir", "made", "--input.synthetic.sessions", "-5"]) == 2
    error = capsys.readouterr().err
    assert error == "error: `input.synthetic.sessions` must be a whole number of 0 or more, got '-5'.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [FlatTable, ValueTable])
def test_the_settings_of_tables_are_shaped_alike(kind):
    assert {shape.sort for _, shape in settings_of(kind)} <= {"leaf", "group"}
    assert shapes_of(kind)["target"] == Shape("leaf", str, needed=True)
