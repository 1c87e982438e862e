"""ITEMS opened: what kind of thing each item is, by its code."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from data.sound import need_codes


class Goods(NamedTuple):
    """Categories, brands and prices at the items' codes; an item beyond the arrays is unknown.

    Parameters
    ----------
    category
        -1 without one.
    brand
        Equal numbers are equal brands; -1 without one.
    price
        NaN without one.
    """

    category: npt.NDArray[np.int64]
    brand: npt.NDArray[np.int64]
    price: npt.NDArray[np.float64]


def open_goods(items: pl.LazyFrame) -> Goods:
    """Read ITEMS.

    Parameters
    ----------
    items
        ITEMS, in any order.
    """
    brand = pl.col("brand").rank("dense").cast(pl.Int64)
    rows = items.select("item", pl.col("category").cast(pl.Int64), brand, pl.col("price").cast(pl.Float64)).collect()
    codes = rows["item"].to_numpy()
    need_codes(codes, None, "item")
    size = int(codes.max()) + 1 if len(codes) else 0
    category, brands, price = np.full(size, -1, np.int64), np.full(size, -1, np.int64), np.full(size, np.nan)
    category[codes] = rows["category"].fill_null(-1).to_numpy()
    brands[codes] = rows["brand"].fill_null(-1).to_numpy()
    price[codes] = rows["price"].to_numpy()
    return Goods(category, brands, price)
