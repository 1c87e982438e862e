from data.listed import listed


def test_blanks_and_empty_names_do_not_count():
    assert listed(" a, b,,c ") == ["a", "b", "c"]


def test_nothing_is_an_empty_list():
    assert listed("") == listed(" , ") == []
