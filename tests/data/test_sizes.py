import pytest

from data.sizes import parse_size, write_size


@pytest.mark.parametrize(
    ("text", "size"),
    [("16GiB", 16 * 2**30), ("800mib", 800 * 2**20), ("1.5 GB", 1_500_000_000), (" 2TiB ", 2**41), ("0KiB", 0)],
)
def test_sizes_are_read_in_words(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "16", "GiB", "-1GiB", "1e3GiB", "16 gigs", "٣GiB", "1GiB 2MiB"])
def test_what_is_none_is_refused(text):
    with pytest.raises(ValueError, match="a size is written like 16GiB"):
        parse_size(text)


def test_sizes_are_written_for_people():
    assert [write_size(n) for n in (0, 300_000, 2**20, 1.5 * 2**30, 3 * 2**40)] == [
        "0.0 MiB",
        "0.3 MiB",
        "1.0 MiB",
        "1.5 GiB",
        "3.0 TiB",
    ]
