from datetime import UTC, date, datetime

import polars as pl
import pytest

from report.page import charts
from report.page.specs import spec_of

FRAME = pl.DataFrame(
    {"name": ["b", "a"], "recall@20": [0.5, 0.25], "low": [0.4, 0.2], "high": [0.6, 0.3], "part": ["x", "y"]}
)
TWO = pl.DataFrame({"x": [1.0, 100.0], "y": [2.0, 50.0]})


def spec(chart, described=""):
    return spec_of(chart, described)


def values(made):
    (rows,) = made["datasets"].values()
    return rows


def test_bars_lie_where_y_names_them_and_keep_the_frames_order():
    lying = spec(charts.bars(FRAME, "recall@20", "name"))["encoding"]
    assert (lying["x"]["type"], lying["y"]["type"], lying["y"]["sort"]) == ("quantitative", "ordinal", None)
    upright = spec(charts.bars(FRAME, "name", "recall@20"))["encoding"]
    assert (upright["x"]["type"], upright["y"]["type"]) == ("ordinal", "quantitative")


def test_bars_of_one_name_stand_side_by_side_and_get_room():
    made = spec(charts.bars(FRAME, "recall@20", "name", color="part"))
    assert made["encoding"]["yOffset"]["field"] == "part"
    assert made["height"] == 2 * 24
    assert spec(charts.bars(FRAME, "name", "recall@20", color="part"))["encoding"]["xOffset"]["field"] == "part"


@pytest.mark.parametrize(("x", "y", "axis"), [("recall@20", "name", "x"), ("name", "recall@20", "y")])
def test_bars_carry_intervals_on_the_axis_of_their_length(x, y, axis):
    bar, rule = spec(charts.bars(FRAME, x, y, low="low", high="high"))["layer"]
    assert bar["mark"]["type"] == "bar"
    assert (rule["encoding"][axis]["field"], rule["encoding"][f"{axis}2"]["field"]) == ("low", "high")
    assert rule["encoding"][axis]["title"] == "recall@20"


def test_parts_are_stacked_to_a_whole():
    made = spec(charts.stacked(FRAME, "name", "recall@20", "part", shares=True))["encoding"]
    assert (made["y"]["stack"], made["y"]["axis"]["format"]) == ("normalize", ".0%")
    assert spec(charts.stacked(FRAME, "recall@20", "name", "part"))["encoding"]["x"]["stack"] == "zero"


def test_parts_are_stacked_in_the_frames_order():
    made = spec(charts.stacked(FRAME.with_columns(part=pl.Series(["z", "a"])), "name", "recall@20", "part"))
    assert made["encoding"]["order"]["field"] == "__order"
    assert [(row["part"], row["__order"]) for row in values(made)] == [("z", 0), ("a", 1)]


def test_a_diagonal_spans_both_columns():
    diagonal = spec(charts.scatter(TWO, "x", "y", diagonal=True))["layer"][0]
    assert diagonal["mark"]["style"] == "reference"
    made = spec(charts.lines(TWO, "x", "y", diagonal=True))
    ends = made["datasets"][made["layer"][0]["data"]["name"]]
    assert ends == [{"x": 1.0, "y": 1.0}, {"x": 100.0, "y": 100.0}]


def test_a_log_scale_gives_way_where_there_is_zero():
    assert spec(charts.lines(TWO, "x", "y", x_scale="log"))["encoding"]["x"]["scale"]["type"] == "log"
    zero = TWO.with_columns(x=pl.Series([0.0, 10.0]))
    assert spec(charts.lines(zero, "x", "y", x_scale="log"))["encoding"]["x"]["scale"]["type"] == "symlog"
    bins = pl.DataFrame({"from": [1.0], "to": [2.0], "count": [3]})
    made = spec(charts.histogram(bins, "from", "to", "count", x_scale="sqrt", y_scale="log"))["encoding"]
    assert (made["x"]["scale"]["type"], made["y"]["scale"]["type"], made["y2"]) == ("sqrt", "symlog", {"datum": 0})


def test_a_band_lies_behind_its_line():
    band, line = spec(charts.curve_with_band(FRAME, "recall@20", "low", "low", "high"))["layer"]
    assert (band["mark"]["type"], line["mark"]["type"]) == ("area", "line")


def test_a_heat_map_around_zero_has_its_middle_there():
    shade = spec(charts.heat(FRAME, "name", "part", "low", diverging=True))["encoding"]["color"]["scale"]
    assert (shade["domainMid"], shade["range"]) == (0, "diverging")


def test_a_diagonal_from_zero_has_room_on_both_axes():
    rows = pl.DataFrame({"x": [1.0, 9.0], "y": [0.0, 8.0]})
    for made in (charts.scatter, charts.lines):
        drawn = spec(made(rows, "x", "y", diagonal=True, x_scale="log", y_scale="log"))["layer"][1]["encoding"]
        assert [drawn[axis]["scale"]["type"] for axis in ("x", "y")] == ["symlog", "symlog"]
        alone = spec(made(rows, "x", "y", x_scale="log", y_scale="log"))["encoding"]
        assert [alone[axis]["scale"]["type"] for axis in ("x", "y")] == ["log", "symlog"]


def test_times_are_those_of_the_log_wherever_a_page_is_read():
    frame = pl.DataFrame({"at": [datetime(2024, 1, 1, 23, 30, tzinfo=UTC)], "on": [date(2024, 1, 1)], "n": [1]})
    made = spec(charts.lines(frame, "at", "n"))
    assert made["encoding"]["x"]["scale"]["type"] == "utc"
    assert values(made) == [{"at": "2024-01-01T23:30:00.000Z", "on": "2024-01-01T00:00:00Z", "n": 1}]
    assert values(spec(charts.bars(frame, "at", "n")))[0]["at"] == "2024-01-01 23:30"
    assert values(spec(charts.bars(frame, "on", "n")))[0]["on"] == "2024-01-01"


def test_values_are_those_of_json_and_short():
    frame = pl.DataFrame({"x": [1 / 3, float("nan"), float("inf"), None], "y": [1, 2, 3, 4]})
    assert [row["x"] for row in values(spec(charts.scatter(frame, "x", "y", size="y")))] == [0.333333, None, None, None]


def test_levels_of_an_enum_are_words():
    frame = FRAME.with_columns(pl.col("name").cast(pl.Enum(["a", "b"])), pl.col("part").cast(pl.Categorical))
    assert values(spec(charts.bars(frame, "recall@20", "name")))[0]["name"] == "b"


def test_a_name_with_dots_and_brackets_is_one_field():
    frame = pl.DataFrame({"a.b[0]": [1.0], "y": [2.0]})
    made = spec(charts.lines(frame, "a.b[0]", "y", titles={"a.b[0]": "called"}))["encoding"]["x"]
    assert (made["field"], made["title"]) == ("a\\.b\\[0\\]", "called")


def test_long_names_below_bars_lean():
    long = FRAME.with_columns(name=pl.Series(["x" * 40, "y" * 40]))
    assert spec(charts.bars(long, "name", "low"))["encoding"]["x"]["axis"]["labelAngle"] == -40
    assert spec(charts.bars(FRAME, "name", "low"))["encoding"]["x"]["axis"]["labelAngle"] == 0


@pytest.mark.parametrize(
    "chart",
    [
        charts.bars(FRAME, "recall@20", "name"),
        charts.bars(FRAME, "recall@20", "name", low="low", high="high"),
        charts.lines(TWO, "x", "y", diagonal=True),
        charts.curve_with_band(FRAME, "recall@20", "low", "low", "high"),
    ],
)
def test_a_chart_says_what_it_is_unless_it_is_told(chart):
    assert spec(chart)["description"]
    assert spec(chart, "told")["description"] == "told"


def test_an_empty_frame_makes_an_empty_chart():
    spec(charts.scatter(TWO.clear(), "x", "y", diagonal=True, x_scale="log"))
    spec(charts.bars(FRAME.clear(), "recall@20", "name"))


def test_a_line_of_one_moment_is_a_point():
    one = pl.DataFrame({"x": [1, 1], "y": [2, 3], "who": ["a", "b"]})
    assert charts.lines(one, "x", "y", color="who").to_dict()["mark"]["point"] is True
    assert charts.lines(pl.DataFrame({"x": [1, 2, 3], "y": [1, 2, 3]}), "x", "y").to_dict()["mark"]["point"] is False
