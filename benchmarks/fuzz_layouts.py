"""Small good logs of every reader, and how they are written: what mutations begin from."""

import io
import json
from datetime import UTC, datetime, timedelta

import polars as pl

ROWS = 40
SEPARATORS = {"diginetica": ";"}
HEADERLESS = {"taobao", "yoochoose"}
TEXT_ONLY = {"yoochoose"}


def good_log(reader: str) -> pl.DataFrame:
    """A log of a few sessions in a reader's own layout."""
    numbers = range(ROWS)
    sessions = [10 + n // 4 for n in numbers]
    items = [100 + n * 7 % 13 for n in numbers]
    starts = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in numbers]
    return pl.DataFrame(_columns(reader, sessions, items, starts))


def _columns(reader: str, sessions: list[int], items: list[int], starts: list[datetime]) -> dict[str, object]:
    seconds = [int(start.timestamp()) for start in starts]
    texts = [f"{start:%Y-%m-%d %H:%M:%S}" for start in starts]
    prices = [item / 8 for item in items]
    names = [f"k{item}" for item in items]

    def events(*kinds: str) -> list[str]:
        return [kinds[n % len(kinds)] for n in range(ROWS)]

    layouts: dict[str, dict[str, object]] = {
        "generic": {"session": sessions, "user": sessions, "item": names, "ts": texts}
        | {"type": events("clicks", "carts", "orders"), "price": prices, "quantity": sessions, "category": names}
        | {"brand": names, "text": names, "session_value": prices, "segment": names},
        "otto_jsonl": {
            "session": sessions,
            "events": [[{"aid": a, "ts": s * 1000, "type": "clicks"}] for a, s in zip(items, seconds, strict=True)],
        },
        "otto_parquet": {"session": sessions, "aid": items, "ts": seconds, "type": [n % 3 for n in range(ROWS)]},
        "retailrocket": {"timestamp": [s * 1000 for s in seconds], "visitorid": sessions, "itemid": items}
        | {"event": events("view", "addtocart", "transaction"), "transactionid": sessions},
        "diginetica": {"sessionId": sessions, "userId": events("NA", "7"), "itemId": items, "timeframe": seconds}
        | {"eventdate": [text[:10] for text in texts]},
        "yoochoose": {"session": sessions, "ts": texts, "item": items, "category": events("0", "S")},
        "rees46": {"event_time": [f"{text} UTC" for text in texts], "event_type": events("view", "cart", "purchase")}
        | {"product_id": items, "category_id": items, "category_code": names, "brand": names, "price": prices}
        | {"user_id": sessions, "user_session": names},
        "taobao": {"user": sessions, "item": items, "category": items, "type": events("pv", "cart"), "ts": seconds},
        "btk": {"event_time": texts, "event_type": events("VIEW", "ADD_CART", "BUY"), "product_id": names}
        | {"category_id": names, "user_id": names, "user_session": names, "session_value": prices},
        "online_retail": {"InvoiceNo": names, "StockCode": names, "Description": names, "Quantity": sessions}
        | {"InvoiceDate": texts, "UnitPrice": prices, "CustomerID": sessions, "Country": names},
        "sequences": {"session": sessions, "item": names, "pos": [n % 4 for n in range(ROWS)]},
    }
    return layouts[reader]


def as_text(log: pl.DataFrame, reader: str) -> bytes:
    """The log as a CSV in the reader's dialect."""
    flat = log.with_columns(pl.col(name).map_elements(str, pl.String) for name in _nested(log))
    buffer = io.BytesIO()
    separator = SEPARATORS.get(reader, ",")
    flat.write_csv(buffer, include_header=reader not in HEADERLESS, separator=separator)
    return buffer.getvalue()


def as_lines(log: pl.DataFrame) -> bytes:
    """The log as jsonl."""
    return b"".join(json.dumps(row, default=str).encode() + b"\n" for row in log.to_dicts())


def _nested(log: pl.DataFrame) -> list[str]:
    return [name for name, dtype in log.schema.items() if dtype.is_nested()]
