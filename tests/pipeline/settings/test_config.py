from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.cli import configure
from pipeline.settings.config import input_file, input_files

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name in ("elsewhere/taobao/log.csv", "shared/data/taobao/log.csv", "shared/database/log.csv", "work/mine.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.touch()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def test_the_shared_data_folder_can_be_elsewhere(monkeypatch, files):
    monkeypatch.setenv("AISLE_DATA", str(files / "elsewhere"))
    given = "../shared/data/taobao/log.csv, mine.csv"
    assert input_files(given, "train") == [files / "elsewhere" / "taobao" / "log.csv", Path("mine.csv")]
    monkeypatch.delenv("AISLE_DATA")
    assert input_files("../shared/data/taobao/log.csv", "train") == [Path("../shared/data/taobao/log.csv")]


def test_a_path_that_only_begins_alike_stays(monkeypatch, files):
    monkeypatch.setenv("AISLE_DATA", str(files / "elsewhere"))
    assert input_files("../shared/database/log.csv", "train") == [Path("../shared/database/log.csv")]


def test_the_home_folder_holds_lists_of_items_too(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert input_file(" ~/unwanted.txt ", "filters.deny") == Path("/home/me/unwanted.txt")
    with pytest.raises(AisleError, match=r"`filters.deny` is 'https://shop/unwanted.txt': only files of this machine"):
        input_file("https://shop/unwanted.txt", "filters.deny")


def test_no_file_named():
    with pytest.raises(AisleError, match="no file is named"):
        input_files(" , ", "train")


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_every_shipped_configuration_is_valid(file):
    config = configure(
        "run", "", ["--config", str(file), *(["--train", "log.csv"] if file.stem in ("own", "inapp") else [])]
    )
    assert config.workdir == f"artifacts/{file.stem}"


def test_all_the_promised_configurations_are_shipped():
    assert {"demo", "dev", "nextclick", "otto", "taobao", "own"} <= {file.stem for file in CONFIGS}


GIVEN = ("--config", "configs/own.yaml", "--train", "log.csv")


@pytest.mark.parametrize(
    ("flags", "returning"),
    [
        ((), "new"),
        (("--input.sessions.by", "user"), "start"),
        (("--input.sessions.by", "user", "--transductive"), "new"),
        (("--input.sessions.by", "user", "--folds.returning", "new"), "new"),
        (("--input.format.reader", "taobao", "--input.sessions.by", "null"), "new"),  # as ever
        (("--input.format.reader", "taobao", "--input.sessions.by", "null", "--folds.returning", "start"), "start"),
    ],
)
def test_who_is_asked_where_a_session_is_a_user(flags, returning):
    config = configure("run", "", [*GIVEN, *flags])
    assert config.asking.returning == returning
    pauses = {"visit_pause", "item_pause"} & set(config.feature_names)
    assert bool(pauses) == (returning != "new")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--folds.returning", "start"), r"a session is not all of a user \(`input.sessions.by` is gap\)"),
        (
            ("--input.sessions.by", "user", "--folds.returning", "first_event", "--transductive"),
            "`transductive` needs `folds.returning: new`, got first_event",
        ),
    ],
)
def test_who_cannot_be_asked(flags, message):
    with pytest.raises(AisleError, match=message):
        configure("run", "", [*GIVEN, *flags])


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--input.window.sample", "0"), "`input.window.sample` must lie above 0 and at most at 1, got 0.0."),
        (("--input.window.max-parts", "0"), "`input.window.max_parts` must be at least 1, got 0."),
        (
            ("--input.window.first", "2025-10-02", "--input.window.last", "2025-10-01"),
            "`input.window.first` must not lie after `input.window.last`, got 2025-10-02 and 2025-10-01.",
        ),
        (
            ("--input.partition", "file name", "--input.partition-format", "%d-%b"),
            "`input.partition_format` must be made of %Y, %j, %%, %y, %m, %d, %H, %M, %S where `input.partition` is "
            "'file name', got %b.",
        ),
    ],
)
def test_windows_are_refused_by_their_full_names(flags, said):
    with pytest.raises(AisleError) as raised:
        configure("prepare", "", ["--train", "x", *flags])
    assert str(raised.value) == said


def test_a_window_of_files_needs_files():
    flags = ("--config", str(CONFIGS[0].with_name("dev.yaml")), "--input.window.first", "2025-10-02")
    with pytest.raises(AisleError, match=r"`input\.window` chooses files of `train`: give the log"):
        configure("prepare", "", flags)
    assert configure("prepare", "", [*flags[:2], "--input.window.sample", "0.5"]).input.window.sample == 0.5
