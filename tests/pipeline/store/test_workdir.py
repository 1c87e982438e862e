import pytest

from data.errors import AisleError
from pipeline.store.workdir import locked, sweep, unfinished


def test_a_file_in_the_place_of_what_is_unfinished_is_refused(tmp_path):
    with locked(tmp_path / "w"):
        pass
    (tmp_path / "w" / ".aisle" / "unfinished").write_text("mine")
    with pytest.raises(AisleError, match="unfinished: is no folder"), locked(tmp_path / "w"):
        pass


def test_an_absent_and_an_empty_folder_are_marked_and_opened_again(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("absent/below", "empty"):
        for _ in range(2):
            with locked(tmp_path / folder) as workdir:
                assert (workdir / ".aisle" / "README").is_file()


def test_a_folder_of_the_users_own_is_refused_and_nothing_in_it_is_touched(tmp_path):
    (tmp_path / "book.tmp").mkdir()
    (tmp_path / "book.tmp" / "chapter1.txt").write_text("mine")
    (tmp_path / "notes.tmp").write_text("mine")
    refused = pytest.raises(AisleError, match=r"holds other files \(book.tmp, notes.tmp\) and is no working directory")
    with refused, locked(tmp_path):
        pass
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["book.tmp", "chapter1.txt", "notes.tmp"]


def test_the_users_files_in_a_working_directory_outlive_every_run(tmp_path):
    with locked(tmp_path / "w"):
        pass
    (tmp_path / "w" / "book.tmp").mkdir()
    (tmp_path / "w" / "notes.tmp").write_text("mine")
    with locked(tmp_path / "w"):
        pass
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == [".aisle", "book.tmp", "notes.tmp"]


def test_what_a_killed_run_left_is_swept_and_a_link_in_it_not_followed(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "x").write_text("mine")
    with locked(tmp_path / "w") as workdir:
        half = unfinished(workdir, "valid/fold")
        half.mkdir()
        (half / "link").symlink_to(tmp_path / "theirs")
        (half.parent / "away.tmp").symlink_to(tmp_path / "theirs")
    with locked(tmp_path / "w"):
        assert not list((tmp_path / "w" / ".aisle" / "unfinished").iterdir())
    assert (tmp_path / "theirs" / "x").read_text() == "mine"


@pytest.mark.parametrize("link", [".aisle", ".aisle/README", ".aisle/lock", ".aisle/unfinished"])
def test_a_link_in_the_place_of_our_own_files_is_not_followed(tmp_path, link):
    theirs = tmp_path / "theirs"
    if link in (".aisle", ".aisle/unfinished"):
        theirs.mkdir()
        (theirs / "README").write_text("precious")
    else:
        theirs.write_text("precious")
    with locked(tmp_path / "w"):
        pass
    place = tmp_path / "w" / link
    if link == ".aisle":
        place.rename(tmp_path / "moved")
    else:
        place.unlink(missing_ok=True)
    place.symlink_to(theirs)
    with pytest.raises(AisleError, match=r"is a link|is no folder|cannot be written"), locked(tmp_path / "w"):
        pass
    assert (theirs / "README" if theirs.is_dir() else theirs).read_text() == "precious"


def test_a_link_named_as_the_lock_of_earlier_versions_is_left_alone(tmp_path):
    (tmp_path / "precious.txt").write_text("precious")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / ".lock").symlink_to(tmp_path / "precious.txt")
    with pytest.raises(AisleError, match=r"holds other files \(.lock\)"), locked(tmp_path / "w"):
        pass
    assert (tmp_path / "precious.txt").read_text() == "precious"


@pytest.mark.parametrize("given", [None, "", "  "])
def test_an_empty_name_is_refused(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AisleError, match="`workdir` is empty"), locked(given):
        pass
    assert not list(tmp_path.iterdir())


def test_a_run_killed_before_the_mark_was_whole_does_not_lock_the_folder_out(tmp_path):
    (tmp_path / ".aisle").mkdir()
    with locked(tmp_path):
        assert (tmp_path / ".aisle" / "README").is_file()


def test_two_runs_do_not_share_a_working_directory(tmp_path):
    with locked(tmp_path), pytest.raises(AisleError, match="another run is using it"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_a_working_directory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    for given in (tmp_path / "file" / "work", tmp_path / "file"):
        with pytest.raises(AisleError, match="cannot be written"), locked(given):
            pass


def test_sweeping_a_folder_that_never_was_one_does_nothing(tmp_path):
    (tmp_path / "a.tmp").write_text("mine")
    sweep(tmp_path)
    assert (tmp_path / "a.tmp").exists()


def test_a_working_directory_in_another_is_refused(tmp_path):
    with locked(tmp_path / "w"):
        pass
    (tmp_path / "link").symlink_to(tmp_path / "w")
    for inside in ("w/valid/mine", "w/a", "link/a"):
        with pytest.raises(AisleError, match=r"lies in .*/w, which is a working directory itself"):  # noqa: SIM117
            with locked(tmp_path / inside):
                pass
    assert not (tmp_path / "w" / "a").exists()


def test_a_folder_that_holds_anothers_working_directory_is_refused_and_that_goes_on(tmp_path):
    with locked(tmp_path / "up" / "w") as inside:
        with pytest.raises(AisleError, match=r"up: holds other files \(w\)"), locked(tmp_path / "up"):
            pass
        (unfinished(inside, "a")).mkdir()
    assert (tmp_path / "up" / "w" / ".aisle" / "unfinished" / "a.tmp").is_dir()


def test_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with locked("~/shop") as workdir:
        assert workdir == tmp_path / "shop"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop"]
