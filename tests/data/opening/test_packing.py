import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import polars as pl
import pyarrow as pa
import pytest

from data.errors import AisleError
from data.files import read_batches
from data.formats import LogFormat
from data.opening import packing

TEXT = b"a,b\n1,2\n3,4\n"
ROWS = [("1", "2", None), ("3", "4", None)]


def zstd(text: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(text)
    return sink.getvalue().to_pybytes()


def lz4(text: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "lz4") as stream:
        stream.write(text)
    return sink.getvalue().to_pybytes()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


PACKED = {
    "gzip": gzip.compress,
    "zstd": zstd,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lz4": lz4,
    "zip": lambda text: zipped(**{"log.csv": text}),
    "gzip in gzip": lambda text: gzip.compress(gzip.compress(text)),
    "gzip in zip": lambda text: zipped(**{"log.csv.gz": gzip.compress(text)}),
}


@pytest.mark.parametrize("how", PACKED)
@pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "LOG.CSV.ZST", "log.csv.zip", "events.csv.1", "events"])
def test_the_content_tells_the_packing_whatever_the_ending(write, rows, how, name):
    assert rows(write(name, PACKED[how](TEXT))) == ROWS


@pytest.mark.parametrize("pack", [gzip.compress, zstd, bz2.compress, lzma.compress], ids=["gz", "zst", "bz2", "xz"])
def test_several_members_are_one_text(write, rows, pack):
    assert rows(write("log.csv", pack(TEXT[:7]) + pack(TEXT[7:]))) == ROWS


def test_a_name_that_says_packed_and_a_text_that_is_not(write, rows):
    assert rows(write("log.csv.gz", TEXT)) == ROWS


def test_an_archive_of_several_members_is_read_by_their_names(write, rows):
    content = zipped(
        **{
            "b.csv": b"a,b\n5,6\n7,8,9\n",
            "a.csv": TEXT,
            "__MACOSX/._a.csv": b"\x00\x05",
            ".DS_Store": b"\x00",
            "empty.csv": b"",
            "folder/": b"",
        }
    )
    assert rows(write("log.zip", content)) == [
        *ROWS,
        ("5", "6", None),
        (None, None, "line 3 of `b.csv` has more fields than the header"),
    ]


def test_packed_parquet(write, rows):
    frame = pl.DataFrame({"a": [1, 2]})
    sink = io.BytesIO()
    frame.write_parquet(sink)
    for content in (gzip.compress(sink.getvalue()), zipped(**{"x.parquet": sink.getvalue()})):
        assert rows(write("log.parquet.gz", content)) == [(1, None), (2, None)]


@pytest.mark.parametrize("how", ["gzip", "zstd", "bzip2", "xz", "zip"])
@pytest.mark.parametrize("cut", [3, 12])
def test_what_is_truncated(write, how, cut):
    text = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(3000))
    path = write("log.csv", PACKED[how](text)[:-cut])
    with pytest.raises(AisleError) as error:
        list(read_batches(path, LogFormat()))
    assert str(error.value).startswith(f"{path}: the {how} file is truncated or broken (")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(**{"a.csv": TEXT, "b.jsonl": b'{"a": 1}'}), "holds files of several formats, ['csv', 'json']"),
        (zipped(**{"a.zip": zipped(**{"a.csv": TEXT})}), "holds a zip file within another packed one"),
        (zipped(), "the zip file holds no file with rows"),
        (zipped(**{"[Content_Types].xml": b"<x/>", "xl/a.xml": b"<x/>"}), "is an Excel or Office file"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "is an Excel or Office file"),
        (b"7z\xbc\xaf\x27\x1c", "is an archive of a kind that Aisle does not unpack"),
        (b"Obj\x01abc", "is a table of a kind that Aisle does not read"),
        (b"<!DOCTYPE html>\n<html></html>", "is an HTML or XML page"),
    ],
)
def test_what_is_not_read(write, content, said):
    path = write("log.csv", content)
    with pytest.raises(AisleError) as error:
        list(read_batches(path, LogFormat()))
    assert str(error.value).startswith(f"{path}: {said}")


def test_a_tar_archive(tmp_path):
    path = tmp_path / "log.csv.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("log.csv")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    with pytest.raises(AisleError, match="is a tar archive; unpack it"):
        list(read_batches(path, LogFormat()))


def test_an_encrypted_member(write):
    content = bytearray(zipped(**{"a.csv": TEXT}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(AisleError, match=r"`a.csv` in it is encrypted"):
        list(read_batches(write("log.zip", bytes(content)), LogFormat()))


def test_a_small_file_that_unpacks_to_very_much(write, monkeypatch):
    monkeypatch.setattr(packing, "FREE_EXPANSION", 2**20)
    path = write("log.csv.gz", gzip.compress(b"a,b\n" + b"\n" * 2**23))
    with pytest.raises(AisleError, match=r"unpacks to more than \d+ MiB, over 500 times its size"):
        list(read_batches(path, LogFormat()))
