"""Readers of raw logs, one file a format; adding one is a file, an entry in `READERS` and a test on a fixture."""

from data.readers.btk import BTK
from data.readers.diginetica import DIGINETICA
from data.readers.generic import GENERIC
from data.readers.online_retail import ONLINE_RETAIL
from data.readers.otto_jsonl import OTTO_JSONL
from data.readers.otto_parquet import OTTO_PARQUET
from data.readers.reader import Reader
from data.readers.rees46 import REES46
from data.readers.retailrocket import RETAILROCKET
from data.readers.sequences import SEQUENCES
from data.readers.taobao import TAOBAO
from data.readers.yoochoose import YOOCHOOSE

READERS: tuple[Reader, ...] = (
    GENERIC,
    OTTO_JSONL,
    OTTO_PARQUET,
    RETAILROCKET,
    DIGINETICA,
    YOOCHOOSE,
    REES46,
    TAOBAO,
    BTK,
    ONLINE_RETAIL,
    SEQUENCES,
)

BY_NAME = {reader.name: reader for reader in READERS}
