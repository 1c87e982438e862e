"""Co-visitation tables, any number counted in one pass over the pairs."""
