"""`python -m aisle`: the same as the command `aisle`."""

import sys

from aisle.command import main

if __name__ == "__main__":
    sys.exit(main())
