"""A generated log of OTTO's size and shape, or of a share of it, streamed as OTTO's jsonl."""

from data.synthetic.otto.config import OttoLog
from data.synthetic.otto.writing import OUTPUTS, unfinished_of, write_otto

__all__ = ["OUTPUTS", "OttoLog", "unfinished_of", "write_otto"]
