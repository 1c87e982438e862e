"""A log's refunds: kept apart from its events, matched to its orders, written in codes."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.refunds import match_refunds, within_reach
from data.refunds_told import told_refunds, warn_of_refunds
from data.schema import Refunds
from data.shapes.marks import EVENT_ID, REFUND_ROW
from data.tables import read_whole, scan
from data.warned import Warned
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log_parts import LogParts
from pipeline.tasks.log_rows import order_of

FILE = "refunds.parquet"
"""Beside the events of a log that has refunds."""
NAMED = ("row", "ts", "session", "user", "item", "price", "quantity")


def split_refunds(into: Path, parts: LogParts, ingest: Ingest) -> None:
    """Take the refunds out of the typed rows and write them to `FILE`, where the format knows of any."""
    if parts.said.pop(REFUND_ROW, None) is None:
        return
    wanted = [*NAMED, EVENT_ID] if ingest.format.numbered else NAMED
    refunds = []
    for number in list(parts.files):
        rows = parts.rows(number)
        refunds.append(rows.filter(REFUND_ROW).select(wanted))
        parts.replace(number, rows.filter(~pl.col(REFUND_ROW)).drop(REFUND_ROW))
    pl.concat(refunds).sort("row").write_parquet(into / FILE)


def refunding(into: Path, owner: str, heard: pl.Series) -> pl.Series:
    """The keys of those who have events, and of those who have refunds: they are not silent."""
    if not (into / FILE).exists():
        return heard
    more = read_whole(into / FILE)[owner].drop_nulls().unique().cast(heard.dtype, strict=False)
    return pl.concat([heard, more.alias(heard.name)])


def settle_refunds(
    into: Path, parts: LogParts, codes: Mapping[str, pl.LazyFrame], *, once: bool
) -> tuple[dict[str, dict[str, int | float]], list[Warned]]:
    """Match what `split_refunds` has left and write it in codes; what the summary says, and what is to be warned of.

    Parameters
    ----------
    into
        The log's folder.
    parts
        Its typed rows, with their sessions.
    codes
        The keys' codes, by key.
    once
        Whether of orders that repeat a session's item and time only the first counts (`quality.duplicates: drop`).
    """
    if not (into / FILE).exists():
        return {}, []
    refunds = read_whole(into / FILE)
    if refunds.is_empty():
        (into / FILE).unlink()
        return {}, []
    orders = _orders(parts, refunds, once=once)
    matched, lost = match_refunds(refunds, orders)
    for name in ("session", "item"):
        pairs = codes[name].select(pl.col("key").alias(name), pl.col("code").alias("code")).collect()
        matched = matched.join(pairs, on=name, how="left", validate="m:1", maintain_order="left")
        matched = matched.with_columns(pl.col("code").alias(name)).drop("code")
    rows = matched.with_row_index("refund").sort("session", "order_ts", "item", "ts", "refund")
    Refunds.validate(rows.with_columns(refund=pl.int_range(pl.len())), cast=True).write_parquet(into / FILE)
    return {"refunds": told_refunds(matched, lost, _revenue(into))}, warn_of_refunds(refunds, lost)


def _orders(parts: LogParts, refunds: pl.DataFrame, *, once: bool) -> pl.DataFrame:
    """The orders that may have come back."""
    keyed = parts.scan()
    orders = keyed.filter(pl.col("type") == "orders")
    if once:
        orders = orders.sort(order_of(keyed)).unique(["session", "item", "ts"], keep="first", maintain_order=True)
    orders = orders.select([*NAMED, EVENT_ID] if EVENT_ID in refunds.columns else NAMED)
    return within_reach(orders, refunds).sort("row").collect()


def _revenue(into: Path) -> float:
    """What all orders came to, where they name their price."""
    orders = scan(into / "events").filter(pl.col("type") == "orders")
    spend = orders.select(pl.col("price") * pl.col("quantity").fill_null(1.0)).collect().to_series()
    return float(spend.fill_null(0.0).to_numpy().sum())
