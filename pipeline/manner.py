"""How a command is to speak and whether it is to act: the flags that every command takes, besides its own."""

from collections.abc import Sequence
from dataclasses import dataclass

DEBUG, QUIET, JSON, DRY_RUN = "--debug", "--quiet", "--json", "--dry-run"
SAYS = {
    DRY_RUN: "build and write nothing: tell what is current, and what would be built and why",
    QUIET: "print nothing but warnings and errors, on stderr",
    JSON: "print one JSON object with the result on stdout, and everything else on stderr",
    DEBUG: "show where an error came from",
}
CODES = {
    0: "done",
    2: "the input, a setting, the disk or the memory is wrong: the line on stderr says which, and the mend",
    3: "a fault of Aisle's",
    129: "its terminal was closed (128 and the signal's number)",
    130: "Ctrl-C",
    143: "SIGTERM",
    141: "nobody reads what it prints",
}
"""What each exit code means."""


@dataclass(frozen=True)
class Manner:
    """How a command speaks.

    Parameters
    ----------
    debug
        Whether errors show where they came from.
    quiet
        Whether only what is wrong is printed.
    json
        Whether the result goes to stdout as one JSON object, and everything else to stderr.
    dry_run
        Whether nothing is built or written.
    """

    debug: bool = False
    quiet: bool = False
    json: bool = False
    dry_run: bool = False


def manner_of(arguments: Sequence[str]) -> tuple[Manner, list[str]]:
    """The manner that a command line asks for, and the rest of it."""
    named = {argument: argument.replace("_", "-") for argument in arguments}
    asked = set(named.values())
    manner = Manner(DEBUG in asked, QUIET in asked, JSON in asked, DRY_RUN in asked)
    return manner, [argument for argument in arguments if named[argument] not in SAYS]


def manners_said() -> str:
    """The flags of every command and the exit codes, as `--help` tells them."""
    flags = [f"  {flag:<12}{about}" for flag, about in SAYS.items()]
    codes = [f"  {code:<5}{about}" for code, about in CODES.items()]
    return "\n".join(["flags of every command:", *flags, "", "exit codes:", *codes, ""])
