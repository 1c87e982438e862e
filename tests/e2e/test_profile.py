"""`python -m pipeline.profile` through the command line: a small log with hostile words, and a small table."""

import json
import re

import numpy as np
import polars as pl
import pytest

from pipeline import profile
from tests.e2e.conftest import TINY

EVIL = "<script>alert(1)</script>"
LOG = """
session,user,item,ts,type,price,category,brand
{rows}
"""
FORMAT = (
    *("--input.format.reader", "generic", "--folds.valid", "2d", "--folds.test", "2d"),
    *("--input.format.columns.session", "session", "--input.format.columns.user", "user"),
    *("--input.format.columns.item", "item", "--input.format.columns.ts", "ts", "--input.format.columns.type", "type"),
    *("--input.format.columns.price", "price", "--input.format.columns.category", "category"),
    *("--input.format.columns.brand", "brand", "--input.quality.max-quarantine", "0.5"),
    *("--input.format.timezone", "UTC"),
)


def hostile_log():
    """Ten days with three sessions each of two visitors; the most frequent item and a bad row hold markup."""
    rows = []
    for day in range(1, 11):
        for n, user in enumerate(("ann", "ben", "ann")):
            key = f"s{day}-{n}"
            for minute, (item, kind) in enumerate(((EVIL, "clicks"), (f"i{day % 3}", "carts"), (EVIL, "orders"))):
                rows.append(f"{key},{user},{item},2025-03-{day:02} {10 + n}:{minute:02}:00,{kind},2.5,</script>,{EVIL}")
    rows += [f"s1-0,ann,{EVIL},no time {EVIL},clicks,1,c,b", "s1-0,ann,,2025-03-01 10:00:00,clicks,1,c,b"]
    return LOG.format(rows="\n".join(rows)).strip() + "\n"


@pytest.fixture(scope="module")
def profiled(tmp_path_factory):
    """The hostile log's portrait."""
    folder = tmp_path_factory.mktemp("profiled")
    (folder / "log.csv").write_text(hostile_log())
    assert run(folder) == 0
    return folder / "out"


def run(folder, *flags):
    given = ("--config", str(empty(folder)), "--train", str(folder / "log.csv"), "--workdir", str(folder / "out"))
    return profile.main([*given, *FORMAT, *flags])


def empty(folder):
    """No demo: a configuration that says nothing."""
    file = folder / "none.yaml"
    file.write_text("{}\n")
    return file


def numbers(folder):
    return json.loads((folder / "profile.json").read_text())


class TestLog:
    def test_numbers_are_those_of_the_log(self, profiled):
        told = numbers(profiled)
        assert {name: told["log"][name] for name in ("rows", "events", "sessions", "users", "items")} == {
            "rows": 92, "events": 90, "sessions": 30, "users": 2, "items": 4,
        }  # fmt: skip
        assert told["log"]["value"] == 30 * 2.5
        assert [row["sessions"] for row in told["sessions"]["funnel"]] == [30, 30, 30, 30]
        assert told["goods"]["item"][0]["name"] == EVIL
        assert told["goods"]["item"][0]["events"] == 60
        assert sum(row["events"] for row in told["time"]["events"]) == 90
        assert {row["reason"]: row["rows"] for row in told["set_aside"]["reasons"]} == {
            "null item": 1,
            "unparsable time": 1,
        }
        assert (
            told["visitors"]["new_and_returning"][0] | {"visits": 2, "visitor": "new"}
            == told["visitors"]["new_and_returning"][0]
        )

    def test_both_folds_are_compared(self, profiled):
        drift = numbers(profiled)["drift"]
        assert (drift["learnt"], drift["scored"]) == (6, 6)
        assert {"session_shape__events", "item_popularity__clicks_a_day_mean", "user_past__sessions"} <= {
            row["feature"] for row in drift["features"]
        }

    def test_hostile_words_are_harmless(self, profiled):
        page = (profiled / "profile.html").read_text()
        assert "alert(1)" in page
        assert EVIL not in page
        assert not re.search(r"<script[^>]*>\s*alert", page)
        for picture in (profiled / "profile" / "page" / "charts").glob("*.svg"):
            assert "<script" not in picture.read_text()

    def test_the_page_tells_the_same_numbers(self, profiled):
        page = (profiled / "profile.html").read_text()
        told = numbers(profiled)
        for value in (told["log"]["events"], told["log"]["sessions"]):
            assert f">{value:,}<" in re.sub(r"\s+", "", page)
        for section in (
            "overview",
            "times",
            "sessions",
            "popularity",
            "goods",
            "visitors",
            "money",
            "quality",
            "drift",
        ):
            assert f'id="{section}"' in page

    def test_every_picture_is_there(self, profiled):
        pictures = profiled / "profile" / "page" / "charts"
        names = {file.stem for file in pictures.iterdir()}
        assert {"events-over-time", "hours-of-the-week", "funnel", "transitions", "popularity-curve", "drift"} <= names
        assert {file.suffix for file in pictures.iterdir()} == {".svg", ".png"}

    def test_a_second_run_builds_nothing(self, profiled, capsys):
        before = [(profiled / name).read_bytes() for name in ("profile.json", "profile.html")]
        assert run(profiled.parent) == 0
        assert "built in" not in capsys.readouterr().out
        assert before == [(profiled / name).read_bytes() for name in ("profile.json", "profile.html")]

    def test_shards_change_nothing(self, profiled, tmp_path):
        (tmp_path / "log.csv").write_text(hostile_log())
        assert run(tmp_path, "--shards", "3") == 0
        assert numbers(tmp_path / "out") == numbers(profiled)
        assert (tmp_path / "out" / "profile.html").read_bytes() == (profiled / "profile.html").read_bytes()

    def test_a_log_too_short_to_be_learnt_from_is_looked_at(self, profiled, tmp_path, capsys):
        (tmp_path / "log.csv").write_text(hostile_log())
        assert run(tmp_path, "--folds.valid", "20d") == 0
        assert "no folds to compare" in capsys.readouterr().out
        told = numbers(tmp_path / "out")
        assert "20" in told["drift"]["why"]
        assert told["goods"] == numbers(profiled)["goods"]

    def test_sequences_have_no_times(self, tmp_path, capsys):
        rows = {
            "session": [n // 4 for n in range(400)],
            "item": [n % 7 for n in range(400)],
            "pos": [n % 4 for n in range(400)],
        }
        pl.DataFrame(rows).write_parquet(tmp_path / "log.parquet")
        flags = ("--train", str(tmp_path / "log.parquet"), "--input.format.reader", "sequences")
        given = ("--config", str(empty(tmp_path)), "--workdir", str(tmp_path / "out"))
        assert profile.main([*given, *flags, "--folds.valid", "100s", "--folds.test", "100s"]) == 0
        told = numbers(tmp_path / "out")
        assert (told["time"], told["turnover"], told["visitors"], told["log"]["days"]) == (None, None, None, None)
        assert 'id="times"' not in (tmp_path / "out" / "profile.html").read_text()

    def test_a_session_may_be_all_of_a_visitor(self, profiled, tmp_path):
        (tmp_path / "log.csv").write_text(hostile_log())
        assert run(tmp_path, "--input.sessions.by", "user", "--input.format.columns.session", "null") == 0
        told = numbers(tmp_path / "out")
        assert (told["log"]["sessions"], told["log"]["whole_users"]) == (2, True)
        assert sum(row["visits"] for row in told["visitors"]["new_and_returning"]) == 30

    def test_a_generated_shop(self, tmp_path):
        assert profile.main([*TINY, "--input.synthetic.sessions", "200", "--workdir", str(tmp_path / "out")]) == 0
        assert numbers(tmp_path / "out")["log"]["sessions"] == 200


def rows(count, seed=0):
    """Sessions of a shop: who looks at more pages pays more; `paid` is known only afterwards."""
    dice = np.random.default_rng(seed)
    pages = dice.poisson(4, count)
    buys = dice.random(count) < 1 / (1 + np.exp(4 - 0.8 * pages))
    price = dice.gamma(2, 20, count).round(2)
    return pl.DataFrame(
        {
            "key": [f"{seed}-{n}" for n in range(count)],
            "pages": pages,
            "price": price,
            EVIL: dice.choice([EVIL, "a.b[0]", "c"], count),
            "day": [f"2025-03-{1 + n % 28:02}" for n in range(count)],
            "gap": [None if n % 3 else float(n) for n in range(count)],
            "paid": np.where(buys, price, 0.0),
            "worth": np.where(buys, price, 0.0) * 2,
            "buys": buys,
        }
    )


class TestTable:
    def look(self, folder, *flags):
        rows(400).write_csv(folder / "table.csv")
        return profile.main(["--table", str(folder / "table.csv"), "--workdir", str(folder / "out"), *flags])

    def test_a_number_to_predict(self, tmp_path, capsys):
        assert self.look(tmp_path, "--target", "worth", "--key", "key", "--leave-out", "buys") == 0
        told = numbers(tmp_path / "out")
        assert (
            told["table"] | {"rows": 400, "columns": 9, "target_kind": "number", "without_target": 0} == told["table"]
        )
        assert {one["column"]: one["kind"] for one in told["kinds"]} == {
            "pages": "number", "price": "number", EVIL: "few", "day": "time", "gap": "number", "paid": "number",
        }  # fmt: skip
        assert told["ties"][0]["column"] == "paid"
        assert told["leaks"] == ["`paid` has the target's order (Spearman 1.0000)"]
        assert "suspected to be known too early: `paid`" in capsys.readouterr().out
        assert told["prices"] == ["price"]
        bands = [one for one in told["bands"] if one["column"] == "price"]
        assert len(bands) == 10
        assert sum(one["rows"] for one in bands) == 400
        page = (tmp_path / "out" / "profile.html").read_text()
        assert EVIL not in page
        assert "alert(1)" in page

    def test_classes_to_predict_and_another_table(self, tmp_path):
        rows(300, 1).with_columns(price=pl.col("price") + 50).write_csv(tmp_path / "test.csv")
        flags = ("--target", "buys", "--key", "key", "--test", str(tmp_path / "test.csv"), "--leave-out", "worth")
        assert self.look(tmp_path, *flags) == 0
        told = numbers(tmp_path / "out")
        assert told["table"]["target_kind"] == "two"
        assert told["leaks"] == ["`paid` alone tells the target's classes apart (AUC 1.0000)"]
        moved = {row["feature"]: row["moved"] for row in told["drift"]["features"]}
        assert (moved["price"], moved["pages"]) == ("much", "no")
        assert {one["of"] for one in told["bands"]} == {"buys = true"}
        assert 'id="drift"' in (tmp_path / "out" / "profile.html").read_text()

    def test_several_classes(self, tmp_path):
        assert self.look(tmp_path, "--target", EVIL, "--leave-out", "key") == 0
        told = numbers(tmp_path / "out")
        assert told["table"]["target_kind"] == "classes"
        assert len({one["of"] for one in told["bands"]}) == 3

    def test_a_second_run_builds_nothing(self, tmp_path, capsys):
        assert self.look(tmp_path, "--target", "worth") == 0
        capsys.readouterr()
        again = ["--table", str(tmp_path / "table.csv"), "--workdir", str(tmp_path / "out"), "--target", "worth"]
        assert profile.main(again) == 0
        assert "built in" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("flags", "said"),
        [
            (("--target", "wrth"), "set `target` to one of them"),
            (("--target", "worth", "--price", "prce"), "mend `price`"),
            (("--target", "key"), "is no number; set `target`"),
            ((), "`target`"),
        ],
    )
    def test_what_is_wrong_is_one_line(self, tmp_path, capsys, flags, said):
        assert self.look(tmp_path, *flags) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert said in told
