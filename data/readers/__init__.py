"""Readers of raw logs, one file a format; adding one is a file, an entry in `READERS` and a test on a fixture."""

from data.readers.generic import GENERIC
from data.readers.otto_jsonl import OTTO_JSONL
from data.readers.reader import Reader

READERS: tuple[Reader, ...] = (GENERIC, OTTO_JSONL)

BY_NAME = {reader.name: reader for reader in READERS}
