"""Benchmarks are told in one line what is not there."""

import pytest

from benchmarks import covisits, peers, scale, spread_recall, word2vec


@pytest.mark.parametrize(
    ("command", "given", "said"),
    [
        (peers, ["--run", "nowhere"], "nowhere: has no `test/metrics`; build it with"),
        (covisits, ["--run", "nowhere"], "nowhere: has no `log`; build it with"),
        (word2vec, ["--run", "nowhere"], "nowhere: has no `valid/fold`; build it with"),
        (spread_recall, ["--rows", "nowhere"], "nowhere holds no training rows"),
        (scale, ["--fraction", "0"], "must be above 0 and at most 4, got 0"),
        (scale, ["--fraction", "some"], "must be above 0 and at most 4, got some"),
        (scale, ["--compare", "0.01", "--folder", "nowhere"], "0.01 has not been measured in nowhere"),
    ],
)
def test_what_is_not_there_is_one_line(command, given, said, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["benchmark", *given])
    with pytest.raises(SystemExit):
        command.main()
    assert said in capsys.readouterr().err
