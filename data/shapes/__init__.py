"""What a row is: nested fields, tables beside the log, flags, order, and the types of columns."""
