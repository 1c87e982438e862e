import numpy as np
import polars as pl

from learning.columns import columns_of
from tabular.profile.leaks import tells_the_target
from tabular.profile.target import target_of

N = 400
DICE = np.random.default_rng(0)
BUYS = DICE.random(N) < 0.3


def leaks(target, **columns):
    table = pl.DataFrame(columns)
    return tells_the_target(table, columns_of(table, table.columns), target_of(pl.Series("y", target), "t.csv"))


def test_a_number_that_tells_the_classes_apart():
    told = leaks(BUYS.astype(str), paid=np.where(BUYS, 10.0, 0.0) + DICE.random(N), pages=DICE.random(N) + BUYS * 0.5)
    assert told == ["`paid` alone tells the target's classes apart (AUC 1.0000)"]


def test_a_category_that_tells_the_target():
    told = leaks(BUYS.astype(str), state=np.where(BUYS, "paid", "left"), town=DICE.choice(["a", "b"], N))
    assert told == ["the levels of `state` alone tell the target (0.00% of it is left open)"]
    told = leaks(np.where(BUYS, 10.0, DICE.choice([1.0, 2.0], N)), state=np.where(BUYS, "paid", "left"))
    assert told == []


def test_rows_of_their_own_tell_nothing():
    assert leaks(BUYS.astype(str), key=[f"k{n}" for n in range(N)]) == []
    assert leaks(["a", "b"] * 5, few=["a", "b"] * 5) == []
