import pytest

from data.errors import AisleError
from data.schema import Queries
from pipeline.tasks.explaining import find_query
from ranker.session_lists import Asked
from tests.oracle.frames import at, table


def queries(folder):
    """Session a is asked at 1, 2 and 12 events, b@5 at 3, b at 4; two shards."""
    rows = [(7, "a", 2), (3, "a", 1), (9, "a", 12)], [(1, "b@5", 3), (2, "b", 4)]
    for shard, some in enumerate(rows):
        made = ((q, q, key, None, at(0), at(9), events, None) for q, key, events in some)
        table(Queries, *made).write_parquet(folder / f"{shard:03d}.parquet")
    return folder


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("a", Asked(9, "a", 12, 0)),
        ("a@2", Asked(7, "a", 2, 0)),
        ("b", Asked(2, "b", 4, 1)),
        ("b@5", Asked(1, "b@5", 3, 1)),
        ("b@4", Asked(2, "b", 4, 1)),
        ("b@5@3", Asked(1, "b@5", 3, 1)),
    ],
)
def test_finds_the_latest_or_the_named_query(wanted, found, tmp_path):
    assert find_query(queries(tmp_path), wanted, 2) == found


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (
            "z",
            "give a `session` of recommendations.parquet, such as 'a', 'b@5', 'b'",
        ),
        ("z@2", "session 'z@2' is not in the scored fold"),
        ("a@", "session 'a@' is not in the scored fold"),
        ("a@3", "session 'a' is not asked at 3 events; it is at 1, 2, 12"),
    ],
)
def test_an_unknown_session_is_named(wanted, message, tmp_path):
    with pytest.raises(AisleError, match=message):
        find_query(queries(tmp_path), wanted, 2)


def test_an_empty_fold_names_no_example(tmp_path):
    table(Queries).write_parquet(tmp_path / "000.parquet")
    with pytest.raises(AisleError, match=r"give a `session` of recommendations.parquet\.$"):
        find_query(tmp_path, "a", 1)
