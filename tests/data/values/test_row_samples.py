from pathlib import Path

import polars as pl

from data.fault import FAULT, VALUE
from data.formats import Columns, LogFormat
from data.readers.generic import GENERIC
from data.validate import validate

FILE = Path("log.csv")


def test_a_fault_tells_its_value_once_and_is_counted_without():
    batch = pl.DataFrame(
        {
            "session": ["a", "b", "c"],
            "item": ["x", "y", "z"],
            "ts": ["1700000000"] * 3,
            "type": ["clicks"] * 3,
            FAULT: [None, f"unparsable order `line`{VALUE}one", f"unparsable order `line`{VALUE}two"],
        }
    )
    good, bad, tally = validate(batch, FILE, 1, GENERIC, LogFormat(columns=Columns(session="s"), unit="s"), "column")
    assert good.height == 1
    assert bad["reason"].to_list() == ["unparsable order `line`"] * 2
    assert tally.quarantined == {"unparsable order `line`": 2}
    assert tally.samples["unparsable order `line`"].told(several=False) == ", such as 'one' in row 2"
