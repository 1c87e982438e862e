"""Tables that are not like the one that was learnt from, through the command line: one line each."""

import polars as pl
import pytest

from pipeline import actions, value

ROWS = 60
LEARNT = pl.DataFrame(
    {
        "id": [f"r{n}" for n in range(ROWS)],
        "pages": [n * 7 % 23 for n in range(ROWS)],
        "channel": ["ad" if n % 3 else "mail" for n in range(ROWS)],
        "worth": [float(n * 7 % 23) if n % 2 else 0.0 for n in range(ROWS)],
        "kind": ["buys" if n % 2 else "looks" for n in range(ROWS)],
    }
)
ASKED = LEARNT.with_columns(id="a" + pl.col("id"))
VALUE = ("--target", "worth", "--leave-out", "kind", "--model.folds", "2", "--model.methods.names", "l2")
ACTIONS = ("--target", "kind", "--leave-out", "worth", "--model.folds", "2", "--model.trees", "5")


def said(command, flags, learnt, asked, tmp_path, capsys):
    learnt.write_csv(tmp_path / "learnt.csv")
    more = []
    if asked is not None:
        asked.write_csv(tmp_path / "asked.csv")
        more = ["--test", str(tmp_path / "asked.csv")]
    given = ["--table", str(tmp_path / "learnt.csv"), "--key", "id", "--workdir", str(tmp_path / "w"), *flags, *more]
    code = command.main(given)
    error = capsys.readouterr().err
    assert error.count("\n") == (1 if code else 0), error
    return code, error


@pytest.mark.parametrize(("command", "flags"), [(value, VALUE), (actions, ACTIONS)])
@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (ASKED.drop("pages"), "asked.csv: column `pages` is missing"),
        (ASKED.rename({"pages": "page"}), "did you mean `page`?"),
        (ASKED.head(0), "asked.csv: the file has no rows"),
        (
            ASKED.with_columns(pages=pl.lit("many")),
            "`pages` was learnt from as numbers, and 60 of 60 rows hold something",
        ),
    ],
)
def test_another_table_that_does_not_fit(command, flags, asked, says, tmp_path, capsys):
    code, error = said(command, flags, LEARNT, asked, tmp_path, capsys)
    assert code == 2
    assert says in error


@pytest.mark.parametrize(("command", "flags"), [(value, VALUE), (actions, ACTIONS)])
def test_levels_that_are_new_and_a_target_that_lacks_are_fine(command, flags, tmp_path, capsys):
    asked = ASKED.drop("worth", "kind").with_columns(channel=pl.lit("new"), pages=pl.lit(None, pl.Int64))
    assert said(command, flags, LEARNT, asked, tmp_path, capsys) == (0, "")


@pytest.mark.parametrize(
    ("command", "flags", "learnt", "says"),
    [
        (value, VALUE, LEARNT.drop("worth"), "column `worth` is missing"),
        (value, VALUE, LEARNT.with_columns(worth=pl.lit(0.0)), "must be above 0 somewhere"),
        (value, VALUE, LEARNT.with_columns(worth=pl.lit(None, pl.Float64)), "`worth` has no value in any of 60 rows"),
        (value, VALUE, LEARNT.with_columns(worth=pl.lit(1e300)), "`worth` reaches 1e+300, over 1e+15"),
        (value, VALUE, LEARNT.head(0), "the file has no rows"),
        (value, VALUE, LEARNT.head(9), "has 9 rows, and 10 are the fewest that teach a value"),
        (
            value,
            VALUE,
            LEARNT.with_columns(worth=pl.when(pl.col("id") == "r7").then(pl.lit("dear")).otherwise(pl.lit("2.5"))),
            "column `worth` holds 'dear', and is no number",
        ),
        (actions, ACTIONS, LEARNT.drop("kind"), "column `kind` is missing"),
        (actions, ACTIONS, LEARNT.with_columns(kind=pl.lit("buys")), "`kind` has one class alone"),
        (actions, ACTIONS, LEARNT.head(1), "`kind` has one class alone"),
        (value, ("--targt", "worth"), LEARNT, "there is no setting `targt`; did you mean `target`?"),
        (value, (), LEARNT, "`target` is not given, and has no default"),
    ],
)
def test_a_table_that_cannot_be_learnt(command, flags, learnt, says, tmp_path, capsys):
    code, error = said(command, flags, learnt, None, tmp_path, capsys)
    assert code == 2
    assert says in error
