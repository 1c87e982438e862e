"""Which of many numbers came before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.labelled.seen import Seen


@given(st.lists(st.lists(st.integers(0, 30), max_size=9), max_size=12))
def test_the_first_of_each(batches):
    seen, before = Seen(), set()
    for batch in batches:
        expected = []
        for number in batch:
            expected.append(number not in before)
            before.add(number)
        assert seen.first(np.array(batch, np.uint64)).tolist() == expected
    assert sorted(number for run in seen.runs for number in run) == sorted(before)
