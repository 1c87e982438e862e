"""What one file may hold at most: beyond it a file is no log, and reading on would take all memory or all day."""

MIB = 2**20
HEAD = 2**16
"""Bytes of a file's beginning by which its layout is told."""
LONGEST_LINE = 16 * MIB
"""Bytes of a line of a CSV."""
LONGEST_OBJECT = 64 * MIB
"""Bytes of a line, or of one object, of JSON."""
LONGEST_FIELD = MIB
"""Bytes of a CSV's record that spans lines: beyond it a quote was never meant."""
MOST_FIELDS = 10_000
"""Columns of a CSV."""
FREE_EXPANSION = 1024 * MIB
"""Bytes that a packed file may unpack to, whatever its size."""
LARGEST_EXPANSION = 500
"""Beyond `FREE_EXPANSION`, bytes that a byte of a packed file may unpack to."""
