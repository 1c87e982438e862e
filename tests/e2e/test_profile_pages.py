"""Both portraits in a real browser."""

from pipeline import profile
from tests.browsing import look_over
from tests.e2e.conftest import TINY
from tests.e2e.test_profile import rows


def test_the_page_of_a_log_is_fit_to_look_at(browser, tmp_path):
    assert profile.main([*TINY, "--input.synthetic.sessions", "300", "--workdir", str(tmp_path / "out")]) == 0
    look_over(browser, tmp_path / "out" / "profile.html")


def test_the_page_of_a_table_is_fit_to_look_at(browser, tmp_path):
    rows(400).write_csv(tmp_path / "table.csv")
    rows(300, 1).write_csv(tmp_path / "test.csv")
    flags = ("--target", "worth", "--key", "key", "--test", str(tmp_path / "test.csv"))
    assert profile.main(["--table", str(tmp_path / "table.csv"), "--workdir", str(tmp_path / "out"), *flags]) == 0
    look_over(browser, tmp_path / "out" / "profile.html")
