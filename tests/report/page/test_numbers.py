import polars as pl

from report.page.blocks import Drawn, Headline, Headlines, Page, Prose, Section, Shown
from report.page.charts import bars
from report.page.numbers import numbers_of


def test_every_number_of_a_page():
    frame = pl.DataFrame({"a": ["x", "y"], "b": [1.5, None]})
    blocks = [
        Prose("words"),
        Headlines((Headline("h", "0.5", "beside", "a.b"),)),
        Shown(frame, "shown"),
        Drawn("drawn", bars(frame, "a", "b"), "caption", "described"),
    ]
    found = numbers_of(Page("t", "about", [Section("one", "One", blocks)]))
    rows = [{"a": "x", "b": 1.5}, {"a": "y", "b": None}]
    assert found == {
        "title": "t",
        "about": "about",
        "sections": {
            "one": {
                "title": "One",
                "blocks": [
                    {"text": "words"},
                    {"headlines": [{"label": "h", "value": "0.5", "beside": "beside", "source": "a.b"}]},
                    {"table": "shown", "rows": rows},
                    {"chart": "drawn", "caption": "caption", "data": [rows]},
                ],
            }
        },
    }
