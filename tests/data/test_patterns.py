"""Names of columns that settings give one by one or as patterns."""

from data.patterns import fits, fits_any, is_pattern


def test_a_name_or_a_pattern():
    assert fits("buy_d7", "buy_d7")
    assert fits("buy_d7", "buy_d?")
    assert fits("country_hist", "*_hist")
    assert not fits("A_hist", "a_*")
    assert fits("a[b]", "a[b]")
    assert [is_pattern(name) for name in ("cpm", "cp*", "cp?", "[c]pm")] == [False, True, True, True]


def test_any_of_some():
    assert fits_any("buy_d7", ("registration", "buy_*"))
    assert not fits_any("buyer", ("registration", "buy_*"))
    assert not fits_any("buyer", ())
