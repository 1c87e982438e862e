import logging
from types import SimpleNamespace

from data.progress import LOG, Far, far, heard_by, rounds_told


def test_it_is_told_to_whoever_listens_and_else_to_nobody(caplog):
    heard = []
    far(1, 2, "rows")
    with heard_by(heard.append):
        far(2, None, "rows")
        LOG.debug("something else")
    far(3, 4, "rows")
    assert heard == [Far(2, None, "rows")]
    assert caplog.records == []
    assert not LOG.isEnabledFor(logging.DEBUG)


def test_lightgbm_tells_its_rounds_from_one():
    heard = []
    (grown,) = rounds_told(12)
    with heard_by(heard.append):
        grown(SimpleNamespace(iteration=0))
        grown(SimpleNamespace(iteration=11))
    assert heard == [Far(1, 12, "rounds"), Far(12, 12, "rounds")]


def test_trees_are_the_same_whether_or_not_somebody_listens():
    import lightgbm as lgb
    import numpy as np

    from learning.boosting import Boosting, boost

    rows = np.arange(200.0).reshape(100, 2)

    def grown():
        train = lgb.Dataset(rows, rows[:, 0] % 7, params={"verbosity": -1})
        return boost(train, {"objective": "regression"}, Boosting(rounds=3, threads=1), 3).model_to_string()

    heard = []
    with heard_by(heard.append):
        listened = grown()
    assert listened == grown()
    assert [told.done for told in heard] == [1, 2, 3]
