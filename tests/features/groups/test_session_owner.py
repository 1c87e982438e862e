from features.groups.session_owner import session_owner
from tests.features.reading import read
from tests.oracle.frames import queries


def test_by_hand():
    assert read(session_owner, queries=queries((3, 7, 0, None), (4, None, 0, None))) == [
        {"query": 3, "known": 1},
        {"query": 4, "known": 0},
    ]
