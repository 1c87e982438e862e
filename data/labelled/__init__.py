"""A table of rows that carry what they brought, by horizon: found, looked through, aligned and read in chunks."""
