"""What RecTools is given of a log."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.rectools_frames import WEEK, as_interactions, asked, liked, seen, shown_and_hidden, told_of


def rows_of(*events):
    """Of (user, item, day of January) a frame, of clicks."""
    rows = pd.DataFrame(events, columns=["user_id", "item_id", "day"])
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rows.pop("day") - 1, unit="D")
    return rows.assign(datetime=days, strength=np.int8(1))


def test_queries_are_users_behind_all_sessions():
    moment = pd.to_datetime(["2024-01-01T01:00:00Z", "2024-01-01T02:00:00Z"])
    events = pd.DataFrame({"session": [3, 7], "item": [1, 2], "ts": moment, "type": ["clicks", "orders"]})
    prefixes = pd.DataFrame({"query": [0, 2], "position": [0, 0], "item": [1, 9], "ts": moment, "type": ["carts"] * 2})
    rows = as_interactions(events, prefixes)
    assert asked(events) == 8
    assert rows["user_id"].tolist() == [3, 7, 8, 10]
    assert rows["item_id"].tolist() == [1, 2, 1, 9]
    assert rows["strength"].tolist() == [1, 3, 2, 2]
    assert rows["datetime"][1] == pd.Timestamp("2024-01-01T02:00:00")


def test_sessions_of_the_window_are_cut_and_older_ones_trimmed_at_its_begin():
    rows = rows_of((1, 5, 1), (1, 6, 12), (2, 5, 10), (2, 7, 11), (2, 8, 12), (3, 9, 14), (4, 5, 2))
    shown, hidden = shown_and_hidden(rows, WEEK, seed=1)  # 8 January to 14 January
    assert {0, 2, 5, 6} <= set(shown)
    assert 1 not in {*shown, *hidden}
    assert set(hidden) <= {3, 4}
    assert 4 in hidden
    assert sorted([*shown, *hidden]) == [0, 2, 3, 4, 5, 6]


def test_every_cut_is_drawn_and_an_item_is_hidden_once():
    rows = rows_of(*((user, item, 5 + place) for user in range(200) for place, item in enumerate([1, 2, 3, 3])))
    rows = rows.sample(frac=1, random_state=1, ignore_index=True)
    shown, hidden = shown_and_hidden(rows, WEEK, seed=1)
    assert np.array_equal(shown, np.unique(shown))
    lengths = np.bincount(rows["user_id"].to_numpy()[shown])
    assert np.bincount(lengths) == pytest.approx([0, 67, 67, 67], abs=25)
    assert rows["user_id"][hidden].nunique() == 200
    assert not rows.iloc[hidden].duplicated(["user_id", "item_id"]).any()
    assert rows["datetime"][shown].groupby(rows["user_id"]).max().lt(
        rows["datetime"][hidden].groupby(rows["user_id"]).min()
    ).all()  # fmt: skip
    assert all(map(np.array_equal, shown_and_hidden(rows, WEEK, seed=1), (shown, hidden)))


def test_what_was_seen_is_counted_and_how_long_ago():
    rows = rows_of((1, 5, 1), (1, 6, 2), (1, 5, 3), (1, 7, 4), (2, 5, 9)).assign(strength=[1, 1, 3, 1, 2])
    told = seen(rows).set_index(["user_id", "item_id"])
    assert told.loc[(1, 5)].tolist() == [2, 3, 1, 24]
    assert told.loc[(1, 6)].tolist() == [1, 1, 2, 48]
    assert told.loc[(2, 5)].tolist() == [1, 2, 0, 0]
    assert told_of(rows).to_numpy().tolist() == [[1, 4, 3], [2, 1, 1]]
    assert liked(rows).set_index("item_id").loc[5].tolist() == [3, 2, pytest.approx(2 / 3)]
