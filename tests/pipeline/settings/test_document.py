import pytest

from data.errors import AisleError
from pipeline.settings.document import read_document


def plain(node):
    if node.items is not None:
        return [plain(item) for item in node.items]
    if node.entries is not None:
        return {key: plain(value) for key, value in node.entries.items()}
    return None if node.nothing else node.text


def test_scalars_stay_as_they_are_written():
    read = read_document("events: {0012: clicks, no: ignore, 1.0: carts}\nnames: [yes, 0x1f, ~]\nnote: 'null'\n", "x")
    assert plain(read) == {
        "events": {"0012": "clicks", "no": "ignore", "1.0": "carts"},
        "names": ["yes", "0x1f", None],
        "note": "null",
    }
    assert read.entries["names"].line == 2


def test_what_is_written_once_can_stand_twice():
    read = read_document("a: &base {x: 1, y: 2}\nb: {<<: *base, y: 3}\nc: {y: 4, <<: [*base]}\nd: *base\n", "x")
    assert plain(read) == {
        "a": {"x": "1", "y": "2"},
        "b": {"x": "1", "y": "3"},
        "c": {"y": "4", "x": "1"},
        "d": {"x": "1", "y": "2"},
    }


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", "x: line 3: `a` is given twice, first in line 1."),
        ("a: " + "[" * 3_000, "x: line 1: is nested more than 40 deep; settings are not."),
        ("a: " + "{b: " * 60 + "1" + "}" * 60, "nested more than 40 deep"),
        ("a:\n\tb: 1\n", "x: line 2 is not YAML"),
        ("a: [1, 2\nb: 3\n", "is not YAML"),
        ("a: &a {b: *a}\n", "x: line 1: `*a` stands for nothing that is whole before it."),
        ("a: *nobody\n", "`*nobody` stands for nothing"),
        (LAUGHS, "comes to more than 100,000 values"),
        ("a: 1\n---\nb: 2\n", "x: line 2: a second document begins; one is read."),
        ("? [1, 2]\n: 3\n", "a key is a list of 2"),
        ("a: \x01\n", "is not YAML"),
        ("a: {<<: 3}\n", "`<<` takes a mapping"),
    ],
)
def test_what_cannot_be_read_is_one_line(text, says):
    with pytest.raises(AisleError) as raised:
        read_document(text, "x")
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) <= 400
