"""Sums that come out the same in every run: weights as whole numbers of 2^-24."""

import math

import polars as pl

ONE = 2**24
MONEY = 2**14


def fixed(weight: pl.Expr) -> pl.Expr:
    """A weight as fixed-point i64, because the float sums of a parallel group-by differ from run to run."""
    return (weight * ONE).round().cast(pl.Int64)


def as_float(total: pl.Expr) -> pl.Expr:
    """A fixed-point sum as f64."""
    return total.cast(pl.Float64) / ONE


def type_weight(weights: dict[str, float]) -> pl.Expr:
    """Each event's weight by its type."""
    floats = {name: float(weight) for name, weight in weights.items()}
    return pl.col("type").cast(pl.String).replace_strict(floats, default=0.0, return_dtype=pl.Float64)


def money_scale(largest: float, count: int) -> float:
    """What amounts are multiplied by, so that so many of at most `largest` have room: 2^14, or less for huge ones."""
    return float(min(MONEY, 2.0 ** (61 - math.frexp(largest)[1] - math.frexp(count)[1])))


def money(amount: pl.Expr, scale: float = MONEY) -> pl.Expr:
    """An amount as fixed-point i64, by default of 2^-14: coarser than a weight, so that a shop's turnover has room."""
    return (amount * scale).round().cast(pl.Int64)


def as_money(total: pl.Expr, scale: float = MONEY) -> pl.Expr:
    """A sum of `money` as f64."""
    return total.cast(pl.Float64) / scale
