"""Lists as a shop has shown them."""

from datetime import UTC, datetime

import pytest

from data.errors import AisleError
from data.served import read_served, segments_of

HEAD = "session,type,rank,item,shown"
ROW = "s1,clicks,1,007,2025-03-01T08:00:00Z"


@pytest.fixture
def served(tmp_path):
    def read(*lines, timezone=None):
        (tmp_path / "served.csv").write_text("\n".join(lines) + "\n")
        return read_served(tmp_path / "served.csv", timezone)

    return read


def test_what_is_needed(served):
    found = served(HEAD, ROW)
    moment = datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert found.rows() == [("s1", moment, "clicks", 1, "007", None, None)]
    assert found.columns == ["session", "shown", "type", "rank", "item", "events", "score"]
    assert segments_of(found) == []


def test_the_rest_are_segments(served):
    found = served(f"{HEAD},score,page,events,test", f"{ROW},-0.5,home,3,7")
    assert found.row(0)[5:] == (3, -0.5, "home", "7")
    assert segments_of(found) == ["page", "test"]


def test_what_may_be_left_empty(served):
    found = served(f"{HEAD},score,events", f"{ROW},,", f"{ROW},2,4.0")
    assert found.select("score", "events").rows() == [(None, None), (2.0, 4)]


def test_moments_of_a_zone(served):
    found = served(HEAD, "s1,clicks,1,7,2025-03-01 08:00", timezone="Europe/Berlin")
    assert found["shown"][0] == datetime(2025, 3, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((HEAD.replace("shown", "show"), ROW), "`served` needs a column `shown`; did you mean `show`"),
        ((HEAD, ROW, "s1,clicks,one,7,2025-03-01"), "row 2: `rank` is 'one'; places are whole numbers from 1"),
        ((HEAD, "s1,view,1,7,2025-03-01"), "row 1: `type` is 'view'; write one of clicks, carts, orders"),
        ((HEAD, "s1,clicks,1,7,now"), "row 1: `shown` is 'now'; a time is written like"),
        ((HEAD, ROW.replace(",1,", ",1.5,")), "row 1: `rank` is '1.5'; places are whole numbers from 1"),
        ((f"{HEAD},score", f"{ROW},0.5", f"{ROW},high"), "row 2: `score` is 'high'; write a number, or nothing"),
        ((f"{HEAD},score", f"{ROW},nan"), "row 1: `score` is 'nan'; write a number, or nothing"),
        ((f"{HEAD},events", f"{ROW},-5"), "row 1: `events` is '-5'; it counts what was visible, from 0"),
        ((f"{HEAD},events", f"{ROW},few"), "row 1: `events` is 'few'; it counts what was visible, from 0"),
    ],
)
def test_what_is_refused(served, lines, said):
    with pytest.raises(AisleError, match=said):
        served(*lines)
