import polars as pl

from data.suspicions.strangers import several_users


def told(tmp_path, *shards):
    files = []
    for number, users in enumerate(shards):
        rows = [(session, user) for session, several in enumerate(users) for user in several]
        frame = pl.DataFrame(rows, schema={"session": pl.UInt32, "user": pl.UInt32}, orient="row")
        files.append(tmp_path / f"{number}.parquet")
        frame.write_parquet(files[-1])
    return several_users(files, "visit", "visitor")


def test_sessions_of_strangers_are_told(tmp_path):
    (warned,) = told(tmp_path, [[1, 2], [3, 3], [4, None, 5]], [[6], [1, 2, 2], [None]])
    assert warned.check == "several_users"
    assert warned.counts == {"sessions": 5, "several": 3}
    assert warned.said == (
        "3 of 5 sessions (60.0%) have events of several users: if a session's number means something within its user "
        'only, set `input.format.columns.session` to "visitor,visit"'
    )


def test_a_trace_is_not(tmp_path):
    assert told(tmp_path, [[1, 2], [1, 2], *([[1, None]] * 5)]) == []
    assert told(tmp_path, [*([[1, 2]] * 3), *([[1]] * 300)]) == []
    assert told(tmp_path, [[None]], []) == []
