import json
import os
import time

import pytest

from data import manifest
from data.manifest import fault_in, files_in, home_of, read_manifest, write_manifest

TEXT = b"0123456789" * 5


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "work" / "a"
    (made / "below").mkdir(parents=True)
    (made / "below" / "one").write_bytes(TEXT)
    (made / "two").write_bytes(b"")
    write_manifest(made, {"files": files_in(made)})
    return made


def test_a_whole_folder_has_no_fault(folder):
    told = read_manifest(folder)
    assert sorted(told["files"]) == ["below/one", "two"]
    assert told["files"]["below/one"]["bytes"] == 50
    assert fault_in(folder, told) is None


def truncated(file):
    file.write_bytes(TEXT[:7])


def zeroed(file):
    file.write_bytes(bytes(50))


def flipped(file):
    file.write_bytes(TEXT[:20] + b"x" + TEXT[21:])


def removed(file):
    file.unlink()


def linked(file):
    file.rename(file.with_name("real"))
    file.symlink_to("real")


def piped(file):
    file.unlink()
    os.mkfifo(file)


def made_a_folder(file):
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (truncated, "7 bytes of 50"),
        (zeroed, "other bytes"),
        (flipped, "other bytes"),
        (removed, "not there"),
        (linked, "Too many levels of symbolic links"),
        (piped, "is no file"),
        (made_a_folder, "Is a directory"),
    ],
)
def test_every_harm_is_told(folder, harm, said):
    harm(folder / "below" / "one")
    began = time.monotonic()
    assert fault_in(folder, read_manifest(folder)) == f"below/one: {said}"
    assert time.monotonic() - began < 1  # nobody waits for a pipe


def test_of_a_large_file_the_size_and_the_ends_are_checked(folder, monkeypatch):
    monkeypatch.setattr(manifest, "WHOLE", 49)
    monkeypatch.setattr(manifest, "MIB", 10)
    write_manifest(folder, {"files": files_in(folder)})
    told = read_manifest(folder)
    assert sorted(told["files"]["below/one"]) == ["bytes", "ends", "sha256"]
    flipped(folder / "below" / "one")
    assert fault_in(folder, told) is None
    (folder / "below" / "one").write_bytes(b"x" + TEXT[1:])
    assert fault_in(folder, told) == "below/one: other bytes"


def test_a_sealed_manifest_cannot_be_edited(folder):
    told = json.loads((folder / "manifest.json").read_text())
    told["files"]["two"]["bytes"] = 1
    (folder / "manifest.json").write_text(json.dumps(told))
    assert read_manifest(folder) is None


def test_the_home_of_a_path_is_the_folder_with_its_manifest(folder):
    root = folder.parent
    assert home_of(folder / "below" / "one", root) == home_of(folder, root) == folder
    assert home_of(root / "elsewhere" / "x", root) is None
