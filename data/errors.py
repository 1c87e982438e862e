"""The one error that a user's input or configuration may cause."""


class AisleError(Exception):
    """What is wrong with an input and how to mend it, in one line.

    The command line prints the message alone, without a traceback. Everything else that escapes is a defect
    of ours and keeps its traceback.
    """
