import altair as alt
import polars as pl

from report.page.palette import DARK
from report.page.specs import spec_of
from report.page.theme import themed

ROWS = pl.DataFrame({"a": [1, 2], "param_1": ["param_1", "view_1"]})


def chart():
    return alt.Chart(ROWS).mark_point().encode(x="a:Q", color="param_1:N")


def test_a_chart_is_as_wide_as_what_holds_it_unless_it_is_composed_or_says_its_width():
    assert spec_of(chart(), "")["width"] == "container"
    assert spec_of(chart() + chart(), "")["autosize"] == {"type": "fit-x", "contains": "padding"}
    for composed in (chart() | chart(), chart() & chart(), chart().facet("a:N"), chart().encode(row="a:N")):
        assert "width" not in spec_of(composed, "")
    assert spec_of(chart().properties(width=100), "")["width"] == 100


def test_a_chart_has_no_look_of_its_own():
    assert "config" not in spec_of(chart(), "")
    assert themed(chart(), DARK).to_dict()["config"]["background"] == DARK.surface


def test_a_chart_is_the_same_whatever_was_made_before_it():
    def chosen():
        brush = alt.selection_interval()
        return chart().add_params(brush).encode(opacity=alt.when(brush).then(alt.value(1)).otherwise(alt.value(0.2)))

    first, second = spec_of(chosen(), "told"), spec_of(chosen(), "told")
    assert first == second
    assert list(first["datasets"].values()) == [ROWS.to_dicts()]
    assert first["encoding"]["color"]["field"] == "param_1"
