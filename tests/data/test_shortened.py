import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.shortened import one_line, sample, some


class TestOneLine:
    def test_what_fits_stays(self):
        assert one_line("`item` is 7; mend it.") == "`item` is 7; mend it."

    def test_breaks_and_signs_that_nobody_sees_are_written_out(self):
        assert one_line("a\nb\x00\u202e\ud800") == r"a\nb\x00\u202e\ud800"

    def test_the_end_is_kept(self):
        cut = one_line("begin" + "x" * 500 + "mend it.", 100)
        assert len(cut) == 100
        assert cut.startswith("beginx")
        assert cut.endswith("xmend it.")

    @given(st.text(max_size=300), st.integers(30, 120))
    def test_never_longer_and_always_one_line(self, text, most):
        cut = one_line(text, most)
        assert len(cut) <= most
        assert cut.isprintable()


def test_samples_of_values():
    assert sample("view") == "view"
    assert sample("x" * 10**6) == "x" * 59 + "…"
    assert sample("\n" * 10**6).isprintable()


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["a", "b"], "['a', 'b']"), ([], "[]"), ([1, 2, 3, 4], "['1', '2', … 2 more]")],
)
def test_some_names(names, expected):
    assert some(names, 2) == expected
