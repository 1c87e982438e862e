"""UCI's Online Retail I and II: the invoices of a British gift wholesaler, each line an order."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.files import present, read_batches, select_columns, spelt_like
from data.formats import LogFormat
from data.readers.reader import Reader

COLUMNS = {
    "session": "InvoiceNo|Invoice",
    "user": "Customer ID",
    "item": "StockCode",
    "ts": "InvoiceDate",
    "price": "UnitPrice|Price",
    "quantity": "Quantity",
    "text": "Description",
}
EXTRA = {"segment": "Country"}
MEND = "Online Retail has InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice and CustomerID"
CANCELLED = "cancelled invoice"
NO_QUANTITY = "quantity not above 0"
NO_PRICE = "price not above 0"


def read_online_retail(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of the invoices; a session is an invoice.

    Three rules leave lines out, the first that holds being named: the invoice is cancelled (its number starts
    with C), the quantity is not above 0, the price is not above 0 (gifts, write-offs, corrections of the books).
    With `negative: refund` the lines of cancelled invoices that have a price and a negative quantity stay: they are
    money that goes back.

    Parameters
    ----------
    path
        A parquet or CSV export, in the spelling of Online Retail I (InvoiceNo, UnitPrice, CustomerID) or II
        (Invoice, Price, `Customer ID`).
    log_format
        Gives `batch_rows`, `separator` and `negative`.

    Yields
    ------
    pl.DataFrame
        session, user, item, ts, price, quantity, text, segment (the country, where the file has it), type (orders),
        dropped. `ts` is the shop's own clock, as the file has it, save that `12/31/2010 8:26` (month first: Online
        Retail I as a CSV) is turned into ISO.
    """
    for batch in read_batches(path, log_format, wanted=spelt_like(COLUMNS | EXTRA)):
        lines = select_columns(batch, COLUMNS | present(batch, EXTRA), path, mend=MEND)
        yield lines.with_columns(
            pl.col("session", "item").cast(pl.String).str.strip_chars(),
            _customer(lines["user"]),
            _iso_date(lines["ts"]),
            type=pl.lit("orders"),
        ).with_columns(dropped=_rule(refunds=log_format.negative == "refund"))


def _customer(raw: pl.Series) -> pl.Series:
    """Customers as whole numbers: pandas writes `12345.0` where some are missing."""
    if raw.dtype == pl.String:
        return raw.str.strip_chars().str.replace(r"\.0$", "")
    return raw.cast(pl.Int64, strict=False)


def _iso_date(raw: pl.Series) -> pl.Series:
    if raw.dtype != pl.String:
        return raw
    month_first = raw.str.strip_chars().str.to_datetime("%m/%d/%Y %H:%M", strict=False)
    return month_first.dt.to_string("%Y-%m-%d %H:%M:%S").fill_null(raw)


def _rule(*, refunds: bool) -> pl.Expr:
    """The name of the rule that leaves a line out; null for the others and where a number is unreadable."""
    quantity, price = (pl.col(name).cast(pl.Float64, strict=False) for name in ("quantity", "price"))
    cancelled = pl.col("session").str.to_uppercase().str.starts_with("C")
    stays = cancelled & (quantity < 0) & (price > 0) if refunds else pl.lit(False)
    return (
        pl.when(stays)
        .then(None)
        .when(cancelled)
        .then(pl.lit(CANCELLED))
        .when(quantity <= 0)
        .then(pl.lit(NO_QUANTITY))
        .when(price <= 0)
        .then(pl.lit(NO_PRICE))
    )


ONLINE_RETAIL = Reader(
    name="online_retail",
    read=read_online_retail,
    events={"orders": "orders"},
    timezone="Europe/London",
    integer_keys=frozenset({"user"}),
)
