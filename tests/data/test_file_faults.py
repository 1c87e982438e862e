from pathlib import Path

import pytest

from data.file_faults import absent_column

FILE = Path("log.csv")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["a", "c"], "column `b` is missing; the file has ['a', 'c']: name it."),
        (["b (column 1)", "b (column 3)"], "columns 1 and 3 are both named `b`; rename one, so that it is clear"),
        (["a;b"], "its fields look divided by `;`; set `input.format.separator`."),
        (["a\tb"], "its fields look divided by `tab`; set `input.format.separator`."),
        (["'a'", "'b'"], "its names stand in quotes; set `input.format.quote` to theirs."),
        (["a::b"], "its fields look divided by `::`; set `input.format.separator`."),
        (["1", "2", "x"], "if it has no header line, name its columns under `input.format.header`; else name it."),
    ],
)
def test_what_a_file_lacks(columns, said):
    error = str(absent_column(FILE, "b", ["a", "b"], columns, "name it"))
    assert error.startswith("log.csv: ")
    assert said in error
    assert "\n" not in error
