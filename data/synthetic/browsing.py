"""How a visitor of a synthetic shop goes from item to item: compiled, since every click depends on the last."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from data.synthetic.catalogue import Goods
from data.synthetic.visitors import Mind, Visitors

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., object])

CLICK, CART, ORDER = 0, 1, 2
DRAWS = 8  # uniform random numbers for an event

ITEM, CLICKS, STATE = 0, 1, 2  # columns of what a visitor remembers of an item
LOOKED, IN_CART, ORDERED = 0, 1, 2  # states
SIZE, WAITING, LAST_TYPE, ORDERING, TASTE = 0, 1, 2, 3, 4  # places in a visitor's mood

# What the next click is: a share for each way to go on; what is left stays with the visit's taste.
REPEAT = 0.27
KIN = 0.11
COMPLEMENT, COMPLEMENT_OF_CART = 0.04, 0.30
RECENCY = 2.2  # scale, in distinct items back, of the item that is looked at again
SECOND_TASTE, THIRD_TASTE = 0.25, 0.15
LINGER = 0.4  # chance that a new item is from the last one's cluster and not from the visit's

CART_FIRST_LOOK, CART_AGAIN = 0.05, 0.19  # chance of a cart after the first and after a repeated click
CHECKOUT = 0.0165  # chance, an event, that a waiting cart is ordered
ORDER_ON = 0.75  # chance that the next item in the cart is ordered along
OLD_CART, OLD_CART_ON = 0.035, 0.3  # orders from a cart, and
WISHLIST = 0.005  # carts from a wishlist, that were filled before the log began


# All compiled code stands in this file, because numba's cache does not notice a change in another one.
# The steps allocate nothing, and counting references to all arrays at every call took three quarters of the time.
_step: Callable[[F], F] = njit(cache=True, _nrt=False)
_walk: Callable[[F], F] = njit(cache=True, nogil=True)


@_walk
def draw_tastes(goods: Goods, day: Ints, chance: Floats) -> Ints:
    """Draw a popular cluster of the `day` (m) for each `chance` (m, c); return them (m, c)."""
    tastes = np.empty(chance.shape, np.int64)
    for row in range(chance.shape[0]):
        for column in range(chance.shape[1]):
            tastes[row, column] = _draw_cluster(goods, day[row], chance[row, column])
    return tastes


@_walk
def browse(goods: Goods, visitors: Visitors) -> tuple[Ints, Ints]:
    """Let the visitors browse, one session after another; return the items and types of their e events."""
    items, types = np.empty_like(visitors.day), np.empty_like(visitors.day)
    longest = 0
    for session in range(len(visitors.offsets) - 1):
        longest = max(longest, visitors.offsets[session + 1] - visitors.offsets[session])
    mind = Mind(np.empty((longest, 3), np.int64), np.empty(5, np.int64))
    for session in range(len(visitors.offsets) - 1):
        mind.mood[:] = 0
        for event in range(visitors.offsets[session], visitors.offsets[session + 1]):
            if visitors.opens[event]:
                mind.mood[ORDERING] = 0
                mind.mood[TASTE] = visitors.tastes[session, _which_taste(visitors.chance[event, 7])]
            items[event], types[event] = _next_event(goods, visitors, mind, session, event)
            _remember(mind, items[event])
            _note(mind, types[event])
    return items, types


@_step
def _which_taste(chance: float) -> int:
    if chance < THIRD_TASTE:
        return 2
    return 1 if chance < THIRD_TASTE + SECOND_TASTE else 0


@_step
def _next_event(goods: Goods, visitors: Visitors, mind: Mind, session: int, event: int) -> tuple[int, int]:
    """Return item and type: an order, else a cart of what was just clicked, else a click."""
    memory, mood, zeal = mind.memory, mind.mood, visitors.zeal[session]
    chance, day = visitors.chance[event], visitors.day[event]
    slot = _next_order(goods, mind, zeal, chance[0])
    mood[ORDERING] = slot >= 0
    if slot >= 0:
        return memory[slot, ITEM], ORDER
    if _orders_old_cart(mood, zeal, chance[0]):
        # filled before the log began, so with what the shop then had
        return _draw_item(goods, mood[TASTE], 0, chance[3]), ORDER
    clicked = mood[SIZE] > 0 and mood[LAST_TYPE] == CLICK
    if clicked and chance[1] < zeal * _cart_chance(goods, memory[0], day):
        return memory[0, ITEM], CART
    item = _next_click(goods, mind, day, visitors.wandering, chance)
    return item, CART if chance[0] > 1.0 - WISHLIST * zeal else CLICK


@_step
def _next_order(goods: Goods, mind: Mind, zeal: float, chance: float) -> int:
    """Return the place in memory of the item ordered now, -1 for none."""
    if mind.mood[WAITING] == 0:
        return -1
    slot = 0
    while mind.memory[slot, STATE] != IN_CART:
        slot += 1
    pull = goods.pull[mind.memory[slot, ITEM]]
    return slot if chance < (ORDER_ON if mind.mood[ORDERING] else CHECKOUT * np.sqrt(zeal) * pull) else -1


@_step
def _orders_old_cart(mood: Ints, zeal: float, chance: float) -> bool:
    if mood[SIZE] == 0:
        return bool(chance < OLD_CART * zeal)
    along = mood[SIZE] == 1 and mood[WAITING] == 0 and mood[LAST_TYPE] == ORDER
    return bool(along and chance < OLD_CART_ON)


@_step
def _cart_chance(goods: Goods, remembered: Ints, day: int) -> float:
    """Return the chance that the item just clicked is carted: more after repeats and at a discount."""
    item, clicks, state = remembered[ITEM], remembered[CLICKS], remembered[STATE]
    if state == IN_CART:
        return 0.0
    base = CART_FIRST_LOOK if clicks == 1 else CART_AGAIN * min(clicks, 4) / 2.0
    again = 0.3 if state == ORDERED else 1.0
    return float(base * again * goods.pull[item] * (1.0 + 3.0 * goods.discount[day // 7, item]))


@_step
def _next_click(goods: Goods, mind: Mind, day: int, wandering: float, chance: Floats) -> int:
    """Return the item clicked next: one seen before, or a new thought."""
    if mind.mood[SIZE] == 0:
        return int(_draw_item(goods, mind.mood[TASTE], day, chance[3]))
    if chance[2] < REPEAT:
        slot = _look_again(goods, mind, chance)
        if mind.memory[slot, STATE] != ORDERED or chance[4] < 0.3:
            return int(mind.memory[slot, ITEM])
    item = _associate(goods, mind, chance)
    if item >= 0 and goods.first_day[item] <= day:
        return int(item)
    cluster = mind.mood[TASTE]
    if chance[2] >= 1.0 - wandering:
        cluster = _draw_cluster(goods, day, chance[4])
    elif chance[4] < LINGER:
        cluster = goods.cluster_of[mind.memory[0, ITEM]]
    return int(_draw_item(goods, cluster, day, chance[3]))


@_step
def _associate(goods: Goods, mind: Mind, chance: Floats) -> int:
    """Return kin or a complement of the last item, -1 if the visitor thinks of neither."""
    last, way = mind.memory[0, ITEM], chance[2] - REPEAT
    if 0.0 <= way < KIN:
        return int(_draw_kin(goods, last, chance[3]))
    complement = COMPLEMENT_OF_CART if mind.mood[LAST_TYPE] == CART else COMPLEMENT
    if KIN <= way < KIN + complement:
        return int(goods.complement[last, int(chance[3] * 2)])
    return -1


@_step
def _look_again(goods: Goods, mind: Mind, chance: Floats) -> int:
    """Return a place in memory: of two recent items mostly the one that was clicked more and pulls more."""
    memory, size = mind.memory, mind.mood[SIZE]
    one, other = _recent(size, chance[3]), _recent(size, chance[6])
    charm = memory[one, CLICKS] * np.sqrt(goods.pull[memory[one, ITEM]])
    other_charm = memory[other, CLICKS] * np.sqrt(goods.pull[memory[other, ITEM]])
    return int(other if (other_charm > charm) == (chance[5] < 0.75) else one)


@_step
def _recent(size: int, chance: float) -> int:
    back = int(-np.log(1.0 - chance) * RECENCY)
    return back if back < size else int(chance * 1e6) % size


@_step
def _draw_kin(goods: Goods, item: int, chance: float) -> int:
    """Return another of the item's kin, -1 if it has none."""
    start, others = goods.kin_start[item], goods.kin_end[item] - goods.kin_start[item] - 1
    if others == 0:
        return -1
    kin = start + int(chance * others)
    return int(kin + 1 if kin >= item else kin)


@_step
def _draw_item(goods: Goods, cluster: int, day: int, chance: float) -> int:
    start, end = goods.cluster_start[cluster], goods.cluster_start[cluster + 1]
    return int(_draw_place(goods.item_cdf, day, start, end, chance))


@_step
def _draw_place(cdf: Floats | NDArray[np.float32], day: int, start: int, end: int, chance: float) -> int:
    """Return the first place in [start, end) whose cumulative share on that day exceeds `chance`."""
    end -= 1
    while start < end:
        middle = (start + end) // 2
        if cdf[day, middle] > chance:
            end = middle
        else:
            start = middle + 1
    return start


@_step
def _draw_cluster(goods: Goods, day: int, chance: float) -> int:
    return int(_draw_place(goods.cluster_cdf, day, 0, goods.cluster_cdf.shape[1], chance))


@_step
def _remember(mind: Mind, item: int) -> None:
    """Move `item` to the front of the memory, as a new row if need be."""
    memory, size, slot = mind.memory, mind.mood[SIZE], 0
    while slot < size and memory[slot, ITEM] != item:
        slot += 1
    clicks, state = (memory[slot, CLICKS], memory[slot, STATE]) if slot < size else (0, LOOKED)
    for place in range(slot, 0, -1):
        for column in range(3):
            memory[place, column] = memory[place - 1, column]
    memory[0, ITEM], memory[0, CLICKS], memory[0, STATE] = item, clicks, state
    mind.mood[SIZE] = max(size, slot + 1)


@_step
def _note(mind: Mind, kind: int) -> None:
    """Note what was done with the item in front."""
    front, mood = mind.memory[0], mind.mood
    mood[LAST_TYPE] = kind
    mood[WAITING] -= front[STATE] == IN_CART
    if kind == CLICK:
        front[CLICKS] += 1
    else:
        front[STATE] = IN_CART if kind == CART else ORDERED
    mood[WAITING] += front[STATE] == IN_CART
