import numpy as np
import pandas as pd
import polars as pl
import pytest

from data.errors import AisleError
from data.given import as_frame

FRAME = pl.DataFrame({"item": ["a", "b"], "price": [1.0, None]})


def test_frames_of_polars_and_pandas_are_taken():
    assert as_frame(FRAME, "train") is FRAME
    assert as_frame(FRAME.lazy(), "train").equals(FRAME)
    table = pd.DataFrame({"item": ["a", "b"], "price": [1.0, np.nan]}, index=[5, 3])
    assert as_frame(table, "train").equals(FRAME)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"item": [1]}, "`train` is a dict; give a frame of Polars or pandas"),
        (FRAME["item"], "`train` is a Series; give a frame"),
        (pd.Series([1]), "`train` is a Series; give a frame"),
        (pd.DataFrame({"item": [1, "a", object()]}), "`train`: "),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(given, says):
    with pytest.raises(AisleError, match=says) as raised:
        as_frame(given, "train")
    assert "\n" not in str(raised.value)
