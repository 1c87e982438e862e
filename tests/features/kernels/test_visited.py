import numpy as np
import pytest

from data.visible import visible_of
from features.kernels.visited import DECAY, REACH, latest_items, visited_items
from tests.features.worlds import random_world
from tests.oracle.frames import visited


def test_by_hand():
    seen = visible_of(visited([[(5, "clicks"), (6, "carts"), (5, "orders")], [(7, "clicks")]]))
    latest = latest_items(seen)
    assert latest.starts.tolist() == [0, 2, 3]
    assert latest.item.tolist() == [5, 6, 7]
    assert latest.weight.tolist() == pytest.approx([1 + DECAY**2, DECAY, 1], abs=1e-7)
    assert latest.typed.tolist() == pytest.approx([3 + DECAY**2, 6 * DECAY, 1], abs=1e-7)


def test_reaches_back_so_far_and_no_farther():
    seen = visible_of(visited([[(item, "clicks") for item in range(REACH + 3)]]))
    assert latest_items(seen).item.tolist() == list(range(REACH + 2, 2, -1))


@pytest.mark.parametrize("seed", range(5))
def test_is_the_table(seed):
    world = random_world(seed)
    latest, rows = latest_items(world.visible), visited_items(world.lazy["prefixes"]).collect()
    assert np.repeat(world.visible.query, np.diff(latest.starts)).tolist() == rows["query"].to_list()
    assert latest.item.tolist() == rows["item"].to_list()
    assert latest.weight.tolist() == rows["weight"].to_list()
    assert latest.typed.tolist() == rows["typed"].to_list()
