import os

import pytest

from data.errors import AisleError
from data.opening.paths import named_files, warned_of


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def make(*names: str) -> None:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("a\n1\n")

    return make


def names(given: str) -> list[str]:
    return [str(path) for path in named_files(given, "train").files]


def test_parts_stand_in_the_order_given_files_of_a_folder_by_name(shop):
    shop("z.csv", "log/b.csv", "log/a/2.csv", "log/a/10.jsonl.gz", "log/c=1/part-0.parquet")
    assert names(" z.csv, log") == [
        "z.csv",
        "log/a/10.jsonl.gz",
        "log/a/2.csv",
        "log/b.csv",
        "log/c=1/part-0.parquet",
    ]
    assert names("log/,z.csv")[-1] == "z.csv"


def test_what_a_folder_holds_besides(shop, tmp_path):
    shop("log/a.csv", "log/_SUCCESS", "log/.a.csv.crc", "log/_delta_log/0.json", "log/README.md", "log/notes.doc")
    (tmp_path / "log" / "empty.csv").touch()
    found = named_files("log", "train")
    assert [path.name for path in found.files] == ["a.csv"]
    assert sorted(path.name for path in found.left_out) == ["README.md", "notes.doc"]
    (warned,) = warned_of(found.left_out)
    assert warned.check == "files_left_out"
    assert warned.said.startswith("2 files of the named folders are not read")
    assert warned_of([]) == ()


def test_patterns(shop):
    shop("log/a1.csv", "log/a2.csv", "log/b1.csv", "log/x/a3.csv", "log/_a.csv", "log/a.xyz", "log/a1.md")
    assert names("log/a?.csv") == ["log/a1.csv", "log/a2.csv"]
    assert names("log/[ab]1.csv") == ["log/a1.csv", "log/b1.csv"]
    assert names("log/**/a*.csv") == ["log/a1.csv", "log/a2.csv", "log/x/a3.csv"]
    assert names("log/*.xyz") == ["log/a.xyz"]  # whoever names an ending means it
    assert names("log/*") == ["log/a1.csv", "log/a2.csv", "log/b1.csv", "log/x/a3.csv"]
    assert names("lo*") == names("log")


@pytest.mark.parametrize("name", ["a[1].csv", "a*.csv", "a?.csv", "a,b.csv", '"a".csv', "~.csv", "a b.csv", "ä.csv"])
def test_a_file_of_this_very_name_is_meant(shop, name):
    shop(name, "a1.csv", "ab.csv")
    assert names(name) == [name]


def test_a_comma_in_quotes(shop):
    shop("a,b.csv", "c.csv", 'd"e,.csv')
    assert names('"a,b.csv", c.csv,"d""e,.csv"') == ["a,b.csv", "c.csv", 'd"e,.csv']


def test_home(shop, tmp_path, monkeypatch):
    shop("log.csv")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert names("~/log.csv") == [str(tmp_path / "log.csv")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (" , ", "`train`: no file is named"),
        ("absent.csv", "there is no such file"),
        ("a\0b.csv", "`train` is 'a\\x00b.csv': no path has a NUL in it"),
        pytest.param("x" * 5000, "a name has at most 255 bytes", id="long"),
        ("\udcff.csv", "its name is not UTF-8"),
        ("a\nb.csv", "there is no such file"),
        ("s3://shop/log.csv", "`train` is 's3://shop/log.csv': only files of this machine are read"),
        ("file:///shop/log.csv", "give the path itself, '/shop/log.csv'"),
        ("s3://shop/*.csv", "only files of this machine are read"),
        ("*.csv", "no file matches the pattern"),
        ("[.csv", "no file matches the pattern"),
        ("nothing", "the folder holds no file that can be read"),
        ("notes", "the folder holds no file that can be read (it has ['x.md'])"),
        ("log.txt,log.txt", "is named twice"),
        ("log.txt,./log.txt", "is named twice"),
        ("pipe", "is no regular file"),
    ],
)
def test_what_names_nothing(shop, tmp_path, given, said):
    shop("log.txt", "notes/x.md")
    (tmp_path / "nothing").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AisleError) as error:
        named_files(given, "train")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_links(shop, tmp_path):
    shop("log/a.csv", "else/b.csv")
    (tmp_path / "log" / "latest.csv").symlink_to("a.csv")
    (tmp_path / "log" / "loop").symlink_to(tmp_path / "log")
    (tmp_path / "log" / "b.csv").symlink_to(tmp_path / "else" / "b.csv")
    (tmp_path / "log" / "gone.csv").symlink_to("nowhere")
    assert names("log") == ["log/a.csv", "log/b.csv"]


@pytest.mark.parametrize("given", ["log", "log/**/*.csv", "log/*", "*", "**"])
def test_a_working_directory_beside_the_log_is_no_part_of_it(shop, given):
    shop("log/a.csv", "log/runs/w/.aisle/README", "log/runs/w/items.csv", "log/w/.aisle/README", "log/w/log/x.csv")
    assert names(given) == ["log/a.csv"]


def test_tables_of_a_working_directory_that_are_named_are_meant(shop):
    shop("w/.aisle/README", "w/log/x.csv", "w/log/y.csv")
    assert names("w/log") == names("w/log/*.csv") == ["w/log/x.csv", "w/log/y.csv"]
    assert names("w/log/x.csv") == ["w/log/x.csv"]
