"""What a table's rows were told by models that had not seen them, beside the truth: what pages are measured from."""

JUDGED = "judged.parquet"
PART = "__"
"""Between a classifier's name and a class's number."""
NAIVE = "naive__"
"""Begins the columns of naive answers."""
