"""Columns that a reader puts beside those of the log: what it knows of a row and no file says."""

FILE_ROW = "__file_row"
"""A raw batch's column where rows of a file became several (entries of a list, flags): from which of the rows that were
read, counted from 0, in their order; without it every row is one of the file's."""
DROPPED = "__dropped"
"""What a reader calls `dropped` while the log's own columns, which may be called so, stand beside it."""
ORDER = "__order"
"""Begins the names of a raw batch's typed columns that order events of one moment."""
REFUND_ROW = "refund"
"""A typed row's column, where a log's format knows of refunds: whether the row is one."""
EVENT_ID = "event_id"
"""A raw batch's column of ids: rows that repeat another's id, item and type are one event."""
