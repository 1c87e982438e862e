from functools import partial
from pathlib import Path

import polars as pl
import pytest

from data.boundary import MEND, guarded, some_rows, told
from data.errors import AisleError, BadInputError, EmptyFileError

FILE = Path("shop/log.parquet")


def said(error, rows="rows 1 to 9"):
    with pytest.raises(AisleError) as caught, told(FILE, rows):
        raise error
    message = str(caught.value)
    assert message.isprintable()
    return message, caught.value


class TestTold:
    @pytest.mark.parametrize(
        "error",
        [
            pl.exceptions.ComputeError("bad\nworse"),
            pl.exceptions.PanicException("bad"),
            OverflowError("bad"),
            RecursionError("bad"),
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
            OSError("bad"),
        ],
    )
    def test_what_a_library_raises_becomes_one_line_and_its_cause(self, error):
        message, raised = said(error)
        assert message.startswith("shop/log.parquet: rows 1 to 9 cannot be read (")
        assert "bad" in message
        assert message.endswith(f"; {MEND}.")
        assert raised.__cause__ is error

    def test_a_reason_of_a_megabyte_is_cut(self):
        assert len(said(ValueError("x" * 10**6))[0]) <= 400

    def test_no_reason(self):
        assert "(Recursion: no reason given)" in said(RecursionError())[0]

    def test_a_lack_of_memory_passes(self):
        with pytest.raises(MemoryError), told(FILE, "rows"):
            raise MemoryError

    @pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
    def test_the_users_stop_passes(self, stop):
        with pytest.raises(stop), told(FILE, "rows"):
            raise stop

    def test_our_own_lines_stay_as_they_are(self):
        error = AisleError("shop/log.parquet: mend it.")
        assert said(error) == ("shop/log.parquet: mend it.", error)

    def test_our_own_lines_are_given_the_file_and_kept_short(self):
        assert said(AisleError("mend it."))[0] == "shop/log.parquet: mend it."
        message, _ = said(AisleError("x" * 10**6 + "; mend it."))
        assert len(message) == 400
        assert message.startswith("shop/log.parquet: xxx")
        assert message.endswith("x; mend it.")

    def test_an_errors_kind_stays(self):
        assert isinstance(said(EmptyFileError("no rows"))[1], EmptyFileError)
        assert said(BadInputError("bad", {"a": FILE}))[1].kept == {"a": FILE}


def batches(*heights, then=None):
    for height in heights:
        yield pl.DataFrame({"a": range(height)})
    if then is not None:
        raise then


class TestGuarded:
    def test_batches_pass(self):
        assert [batch.height for batch in guarded(partial(batches, 2, 3), FILE)] == [2, 3]

    def test_a_fault_names_the_rows_after_those_read(self):
        stream = guarded(partial(batches, 2, 3, then=ValueError("bad")), FILE)
        assert [next(stream).height, next(stream).height] == [2, 3]
        with pytest.raises(AisleError, match="the rows from 6 on cannot be read"):
            next(stream)

    def test_a_fault_before_any_row(self):
        def fails():
            raise OverflowError("bad")

        with pytest.raises(AisleError, match="the file's first rows cannot be read"):
            next(guarded(fails, FILE))


class TestSomeRows:
    def read(self, heights, path):
        if not heights[path.name]:
            raise EmptyFileError(f"{path}: the file has no rows.")
        return batches(heights[path.name])

    def found(self, **heights):
        files = [Path(name) for name in heights]
        return [(path.name, batch.height) for path, batch in some_rows(files, partial(self.read, heights))]

    def test_files_without_rows_are_passed_over(self):
        assert self.found(a=0, b=2, c=0, d=1) == [("b", 2), ("d", 1)]

    def test_unless_all_are(self):
        with pytest.raises(EmptyFileError, match="a: the file has no rows"):
            self.found(a=0, b=0)
