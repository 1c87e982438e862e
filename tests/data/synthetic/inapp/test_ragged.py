"""Columns of several values a row, from flat arrays."""

import numpy as np
import pyarrow as pa

from data.synthetic.inapp.ragged import distinct, list_column, map_column, pair_column, summed

ROW = np.array([0, 0, 2, 3])
SHOWN = np.array([True, True, False, True])


def test_lists_maps_and_pairs():
    keys, values = pa.array(["a", "b", "a", "c"]), pa.array([1.0, 2.0, 3.0, 4.0])
    assert list_column(ROW, SHOWN, keys).to_pylist() == [["a", "b"], [], None, ["c"]]
    assert map_column(ROW, SHOWN, keys, values).to_pylist() == [[("a", 1.0), ("b", 2.0)], [], None, [("c", 4.0)]]
    assert pair_column(ROW, SHOWN, ("k", "v"), keys, values).to_pylist() == [
        [{"k": "a", "v": 1.0}, {"k": "b", "v": 2.0}],
        [],
        None,
        [{"k": "c", "v": 4.0}],
    ]


def test_each_code_once_in_a_row():
    row, code = np.array([1, 0, 1, 1]), np.array([2, 1, 0, 2])
    entries = distinct(row, code, 3)
    assert (entries.row.tolist(), entries.code.tolist()) == ([0, 1, 1], [1, 0, 2])
    entries, (total,) = summed(row, code, 3, np.array([1.0, 2.0, 4.0, 8.0]))
    assert (entries.row.tolist(), entries.code.tolist(), total.tolist()) == ([0, 1, 1], [1, 0, 2], [2.0, 4.0, 9.0])
