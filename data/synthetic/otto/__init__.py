"""A generated log of OTTO's size and shape, or of a share of it, streamed as OTTO's jsonl."""

from data.synthetic.otto.config import OttoLog
from data.synthetic.otto.writing import OUTPUTS, write_otto

__all__ = ["OUTPUTS", "OttoLog", "write_otto"]
