import pytest

from data.shapes.column_names import column_names, nearest


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("user", ["user"]),
        ("user,visit", ["user", "visit"]),
        (" user , visit ,", ["user", "visit"]),
        ('"last, first",visit', ["last, first", "visit"]),
        ("user_pseudo_id,event_params.ga_session_id", ["user_pseudo_id", "event_params.ga_session_id"]),
        (",", []),
        ("", []),
    ],
)
def test_names_stand_between_commas(given, names):
    assert column_names(given) == names


def test_a_column_that_is_called_like_the_whole_is_meant_alone():
    assert column_names("user,visit", ["user,visit", "user"]) == ["user,visit"]


def test_the_nearest_names_come_first():
    assert nearest("itemid", ["price", "item_id"]) == "did you mean `item_id`? There are `item_id`, `price`"
    assert nearest("zzz", ["b", "a"]) == "there are `a`, `b`"
    assert nearest("zzz", []) == "there are none"
    assert nearest("zzz", [f"c{n}" for n in range(100, 142)]).endswith("`c139` and 2 more")
