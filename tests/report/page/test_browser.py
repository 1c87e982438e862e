import pytest

from report.page.write import write_page
from tests.browsing import NARROW, look_over, opened
from tests.report.page.sample import sample

TICKS = "document.querySelector('#chart-bars .role-axis-label text').getAttribute('fill')"
FIRST = "document.querySelector('table tbody tr').cells[0].textContent"


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    write_page(sample(), folder / "page.html", folder / "page")
    return folder / "page.html"


def test_a_page_of_every_block_keeps_to_what_every_page_must(browser, html):
    look_over(browser, html)


def test_the_theme_follows_the_system_until_a_button_chooses_and_is_remembered(browser, html):
    with opened(browser, html, theme="dark") as seen:
        page, button = seen.page, seen.page.get_by_role("button", name="Dark theme")
        dark = page.evaluate(TICKS)
        assert button.get_attribute("aria-pressed") == "true"
        button.focus()
        page.keyboard.press("Enter")
        seen.drawn()
        assert button.get_attribute("aria-pressed") == "false"
        assert page.evaluate(TICKS) != dark
        for _ in range(10):  # a busy browser keeps it a moment later
            page.reload()
            seen.drawn()
            if page.evaluate("document.documentElement.dataset.theme") == "light":
                break
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert page.evaluate(TICKS) != dark


def test_the_first_key_skips_to_the_content_and_the_menu_leads_to_sections(browser, html):
    with opened(browser, html) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.hash") == "#main"
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Times").click()
        assert page.evaluate("location.hash") == "#times"
        page.wait_for_selector("nav a[aria-current][href='#times']")


def test_on_a_narrow_screen_a_button_opens_the_menu_and_escape_closes_it(browser, html):
    with opened(browser, html, NARROW) as seen:
        page, button = seen.page, seen.page.get_by_role("button", name="Sections")
        link = page.get_by_role("link", name="Shares")
        assert not link.is_visible()
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        link.focus()
        page.keyboard.press("Escape")
        assert not link.is_visible()
        assert page.evaluate("document.activeElement.className") == "opener"


def test_tables_are_sorted_by_keyboard_with_what_is_missing_last(browser, html):
    with opened(browser, html) as seen:
        page = seen.page
        page.get_by_role("button", name="recall@20").focus()
        page.keyboard.press("Enter")
        assert page.evaluate(FIRST) == "revisit"
        assert page.get_by_role("columnheader", name="recall@20").get_attribute("aria-sort") == "descending"
        page.keyboard.press("Enter")
        assert page.evaluate(FIRST).startswith("a name so long")
        page.get_by_role("button", name="measure 7", exact=True).click()
        order = page.locator("table").nth(1).locator("tbody tr > :nth-child(1)").all_inner_texts()
        assert order == ["s2", "s1", "-"]


def test_the_figures_of_a_chart_can_be_read_as_a_table(browser, html):
    with opened(browser, html) as seen:
        page = seen.page
        page.locator("#chart-bars summary").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#chart-bars table")
        assert page.locator("#chart-bars tbody tr").count() == 4
        page.locator("#chart-stacked summary").click()
        page.wait_for_selector("#chart-stacked table")
        assert page.locator("#chart-stacked thead th").all_inner_texts() == ["day", "type", "events"]
        assert page.get_by_role("img", name="What bars shows, told.").count() == 1
        assert seen.axe() == []


def test_a_page_is_printed_in_light_colours_and_shown_in_its_own_again(browser, html):
    with opened(browser, html, theme="dark") as seen:
        page = seen.page
        dark = page.evaluate(TICKS)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(TICKS) != dark
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        seen.drawn()
        assert page.evaluate(TICKS) == dark
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.get_by_role("navigation").is_visible()


def test_a_page_works_without_a_script_too(browser, html):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(html.as_uri())
    assert page.get_by_role("link", name="Times").is_visible()
    assert page.locator("table").count() == 2
    assert "also in the file bars.svg" in page.locator("#chart-bars").inner_text()
    context.close()
