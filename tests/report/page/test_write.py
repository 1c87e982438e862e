import json
import re

import altair as alt
import polars as pl
import pytest

from report.page.blocks import Drawn, Page, Prose, Section, Shown
from report.page.write import write_page
from tests.report.page.sample import sample


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    write_page(sample(), folder / "new" / "page.html", folder / "new" / "charts")
    return folder / "new"


def test_a_page_needs_nothing_from_outside(written):
    text = (written / "page.html").read_text()
    assert "default-src 'none'" in text
    markup = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.findall(r'\bsrc=|\bhref="[^#]|@import|url\(', markup)


def test_words_of_a_log_are_never_markup(written):
    text = (written / "page.html").read_text()
    assert "A sample &amp; its &lt;title&gt;" in text
    assert "A log&#39;s &lt;/script&gt; stays text." in text
    assert "<script>bad()" not in text
    held = re.findall(r'<script type="application/json">(.*?)</script>', text, flags=re.DOTALL)
    assert any("<script>bad()</script>" in str(json.loads(one)["datasets"]) for one in held)


def test_every_chart_is_a_picture_of_both_kinds(written):
    names = {"bars", "grouped", "curve", "lines", "days", "stacked", "hours", "bins", "items"}
    assert {file.name for file in (written / "charts").iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("svg", "png")
    }
    svg = (written / "charts" / "bars.svg").read_text()
    assert 'aria-label="What bars shows, told."' in svg
    assert (written / "charts" / "bars.png").read_bytes().startswith(b"\x89PNG")


def test_the_same_page_is_the_same_bytes(written, tmp_path):
    alt.Chart(pl.DataFrame({"a": [1]})).mark_point().encode(x="a").interactive().to_dict()  # numbers its parameter
    write_page(sample(), tmp_path / "page.html", tmp_path / "charts")
    for file in sorted(written.rglob("*.*")):
        assert file.read_bytes() == (tmp_path / file.relative_to(written)).read_bytes(), file


def test_a_figure_says_where_it_stands_in_the_metrics(written):
    found = re.search(r'data-source="ranking.orders.recall@20">([^<]*)<', (written / "page.html").read_text())
    assert found is not None
    assert found[1] == ".608"


def test_a_page_without_charts_carries_no_vega(tmp_path):
    write_page(
        Page("Words", "Only.", [Section("one", "One", [Prose("Text.")])]), tmp_path / "p.html", tmp_path / "charts"
    )
    assert (tmp_path / "p.html").stat().st_size < 30_000
    assert list((tmp_path / "charts").iterdir()) == []


@pytest.mark.parametrize("name", ["", "Big", "a b", "1st", "../up"])
def test_a_name_that_is_no_address_is_refused(name, tmp_path):
    with pytest.raises(ValueError, match=r"a section's `name` is made of small letters"):
        write_page(Page("", "", [Section(name, "", [])]), tmp_path / "p.html", tmp_path / "charts")


def test_a_name_twice_is_refused(tmp_path):
    chart = Drawn("twice", alt.Chart(pl.DataFrame({"a": [1]})).mark_point(), "", "")
    page = Page("", "", [Section("one", "", [chart, chart])])
    with pytest.raises(ValueError, match=r"a chart's `name` stands once a page, got 'twice'"):
        write_page(page, tmp_path / "p.html", tmp_path / "charts")
    with pytest.raises(ValueError, match=r"got 'menu'"):
        write_page(Page("", "", [Section("menu", "", [])]), tmp_path / "p.html", tmp_path / "charts")


def test_long_names_may_be_broken_where_their_words_end(tmp_path):
    rows = pl.DataFrame({"feature": ["item_trend__recent_7_<b>", "a_b"]})
    page = Page("p", "a", (Section("s", "S", (Shown(rows, "c"),)),))
    write_page(page, tmp_path / "p.html", tmp_path / "c")
    text = (tmp_path / "p.html").read_text()
    assert "item_<wbr>trend_<wbr>_<wbr>recent_<wbr>7_<wbr>&lt;b&gt;" in text
    assert ">a_b<" in text
