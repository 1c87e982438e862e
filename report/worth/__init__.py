"""Promises of money as blocks of a page: their order, their size, and where they are wrong."""
