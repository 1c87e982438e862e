"""A generated log of an ad platform's impressions: rows with nested columns and revenue labels by horizon."""

from data.synthetic.inapp.config import InAppLog
from data.synthetic.inapp.writing import write_inapp

__all__ = ["InAppLog", "write_inapp"]
