import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AisleError
from pipeline import candidates, evaluate, prepare, rank, run, targets
from pipeline.cli import configure, parse_duration, tidy_flags, write_duration

STAGES = {"prepare": prepare, "candidates": candidates, "rank": rank, "evaluate": evaluate, "run": run}


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("45m", timedelta(minutes=45)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("0.5s", timedelta(seconds=0.5)),
    ],
)
def test_durations_are_read(text, duration):
    assert parse_duration(text) == duration


@given(st.integers(0, 10**7))
def test_durations_are_written_as_they_are_read(seconds):
    duration = timedelta(seconds=seconds)
    assert parse_duration(write_duration(duration)) == duration


@pytest.mark.parametrize("text", ["", "5", "x", "7 days", "-3h"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="a duration is written like"):
        parse_duration(text)


def test_flags_take_dashes_and_underscores_and_values_stay():
    given_flags = ["--max-sessions", "5", "--folds.first_n=3", "--workdir", "my-dir", "--train=a-b.csv"]
    expected = ["--max_sessions", "5", "--folds.first_n=3", "--workdir", "my-dir", "--train=a-b.csv"]
    assert tidy_flags(given_flags) == expected


def test_a_switch_may_stand_without_a_value():
    assert tidy_flags(["--transductive", "--sample", "1"]) == ["--transductive=true", "--sample", "1"]
    assert tidy_flags(["--folds.known-items-only"]) == ["--folds.known_items_only=true"]
    assert tidy_flags(["--transductive", "false"]) == ["--transductive", "false"]
    assert configure("run", "", ["--transductive"]).mode == "transductive"


def test_without_arguments_the_demo_is_configured():
    config = configure("run", "", [])
    assert config.workdir == "artifacts/demo"
    assert config.input.synthetic is not None


def test_flags_win_over_the_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("train: log.csv\nfolds: {valid: 3d, test: 2d}\n")
    config = configure("run", "", ["--config", str(file), "--folds.test", "1d", "--train-queries", "9"])
    assert config.folds.valid == timedelta(days=3)
    assert config.folds.test == timedelta(days=1)
    assert config.training_size.train_queries == 9


def test_a_covisit_member_is_declared_in_yaml(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "train: log.csv\ncandidates: {sources: {covisit: {near: {max_gap: 1}, far: {window: 48h}}, popular: null}}\n"
    )
    config = configure("run", "", ["--config", str(file)])
    assert "popular" not in [source.name for source in config.proposing]
    covisits = config.proposing[1]
    assert (covisits.name, list(covisits.members)) == ("covisits", ["near", "far"])
    assert covisits.members["far"].window == timedelta(hours=48)


def test_members_are_chosen_by_name():
    several = ["--candidates.sources.covisit", "{near: {max_gap: 1}, far: {window: 48h}}"]
    config = configure("run", "", [*several, "--sources", "far, popular"])
    covisits, popular = config.proposing
    assert (list(covisits.members), popular.name) == (["far"], "popular")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--folds.valid", "5x"], "a duration is written like"),
        (["--nosuch", "1"], "there is no setting `nosuch`; the first names are train, test,"),
        (["--config", "nofile.yaml"], "does not exist"),
        (["--sample", "2"], "`sample` must lie above 0"),
        (["--max-sessions", "0"], "`max_sessions` must be at least 1"),
        (["--shards", "0"], "`shards` must be at least 1"),
        (["--labels", "x"], "`labels` belong to a `test` file"),
        (["--test", "x"], "`test` needs `train`"),
        (["--input.synthetic", "null"], "give the log with --train"),
        (["--candidates.total", "0"], "`candidates.total` must be at least 1"),
        (["--transductive", "true", "--folds.cut", "all"], "needs one query a session"),
        (["--candidates.sources.covisit", '{"user_past": {}}'], "doubled: ['user_past']"),
        (["--input.format.reader", "excel"], "`input.format.reader` must be one of"),
    ],
)
def test_a_wrong_setting_is_one_line(flags, message, capsys):
    assert run.main(flags) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize("stage", STAGES)
def test_help_reads_well(stage, capsys):
    with pytest.raises(SystemExit) as stopped:
        STAGES[stage].main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: python -m pipeline.{stage} ")
    for flag in ("--config", "--print-config", "--workdir", "--sample", "--max-sessions", "--max-history-sessions"):
        assert flag in text
    assert not re.search(r"--[\w.]*_", text)  # flags have dashes


def test_print_config_can_be_read_back(tmp_path, capsys):
    with pytest.raises(SystemExit):
        run.main(["--folds.valid", "36h", "--print-config"])
    printed = capsys.readouterr().out
    file = tmp_path / "printed.yaml"
    file.write_text(printed)
    assert configure("run", "", ["--config", str(file)]) == configure("run", "", ["--folds.valid", "36h"])


def test_an_unknown_needed_source_is_named(tmp_path):
    from pipeline.plans.run import Run
    from pipeline.store.store import Store

    config = configure("run", "", ["--input.synthetic.sessions", "50", "--candidates.sources.chain", "{base: nobody}"])
    run_ = Run(config, Store(tmp_path, lambda _: None))
    with pytest.raises(AisleError, match=r"'chain': \['nobody'\]"):
        _ = run_.proposed.valid


@pytest.mark.parametrize("flag", ["--filters.deny", "--filters.stock"])
def test_a_list_that_is_not_there_is_missed_before_anything_is_built(flag, tmp_path, capsys):
    assert prepare.main([flag, str(tmp_path / "nope.csv"), "--workdir", str(tmp_path / "w")]) == 2
    assert "nope.csv: there is no such file" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "w").iterdir()) == [".aisle", "run.log"]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--margin", "nan", "--cost", "1"], "`--margin` must be a number, got nan; "),
        (["--margin", "1"], "`--cost` must be given; "),
        (["--margin", "1", "--cost"], "`--cost` needs a value, such as --cost VALUE; "),
        (["--margin", "1", "--cost", "1", "--bud", "3"], "unrecognized arguments: --bud 3; "),
    ],
)
def test_a_wrong_flag_of_a_command_without_settings_is_one_line(flags, message, capsys):
    assert targets.main(["--workdir", "nowhere", *flags]) == 2
    assert capsys.readouterr().err == f"error: {message}`python -m pipeline.targets --help` tells what is taken.\n"
