"""Something that is done again and again beside other work."""

import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def meanwhile(act: Callable[[], None], seconds: float, name: str) -> Iterator[None]:
    """Act in a thread until the context ends, and wait for it then.

    Parameters
    ----------
    act
        What is done; what it raises ends the thread, so it raises nothing that is to be outlasted.
    seconds
        Before the first time, and from one time to the next.
    name
        The thread's.
    """
    done = threading.Event()

    def again() -> None:
        while not done.wait(seconds):
            act()

    thread = threading.Thread(target=again, daemon=True, name=name)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
