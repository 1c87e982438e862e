"""What a command would build: its work is done with a store that builds nothing and a console that shows nothing."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from data.errors import AisleError
from pipeline.saying import said_by
from pipeline.store.asking import BUILT, DAMAGED, WAITS, Asked, AskingStore, Unbuilt
from pipeline.store.products import Product, products
from pipeline.voice import Voice
from report.standing import Standing, show_foreseen

NOT_ASKED, NOT_REACHED = "not asked for", "not reached"


@dataclass(frozen=True)
class Foreseen:
    """What a command would do.

    Parameters
    ----------
    asked
        What it asks for, as far as that is known, in its order.
    stopped
        Why no more is known, in words; null where all is.
    """

    asked: tuple[Asked, ...]
    stopped: str | None = None


def foresee(workdir: Path, work: Callable[[AskingStore, Console], object]) -> Foreseen:
    """Do a command's work without building.

    Parameters
    ----------
    workdir
        The working directory, which may be absent.
    work
        Is given the store and the console.

    Raises
    ------
    AisleError
        If the work cannot be done, whatever would come of what it builds.
    """
    store = AskingStore(workdir, lambda line: None)
    with open(os.devnull, "w") as nowhere, said_by(lambda line: None):
        try:
            work(store, Console(file=nowhere))
            stopped = None
        except Unbuilt as unbuilt:
            stopped = _follows(_product_of(str(unbuilt), store))
        except Exception as error:
            if not store.unsure:
                raise
            stopped = _why_stopped(error, store)
    return Foreseen(tuple(store.asked.values()), stopped)


def standings(workdir: Path, foreseen: Sequence[Foreseen]) -> list[Standing]:
    """Every product that is asked for or that stands, those that are asked for first; shards one by one."""
    asked = {one.name: one for told in foreseen for one in told.asked}
    stands = {product.name: product for product in products(workdir)}
    rest = NOT_REACHED if any(told.stopped for told in foreseen) else NOT_ASKED
    now = time.time()
    known = [_standing(one, stands.get(name), now) for name, one in asked.items()]
    others = [_unasked(product, rest if foreseen else "") for name, product in stands.items() if name not in asked]
    return known + [_standing(one, stands[one.name], now) for one in others]


def _unasked(product: Product, state: str) -> Asked:
    if product.fault:
        return Asked(product.name, DAMAGED, (product.fault,))
    return Asked(product.name, state or "whole")


def _standing(asked: Asked, product: Product | None, now: float) -> Standing:
    told: dict[str, Any] = {}
    if product:
        told = {
            "age": now - product.built,
            "seconds": product.seconds,
            "size": product.size,
            "counted": product.counted,
        }
    return Standing(asked.name, asked.state, asked.why, asked.published, **told)


def _why_stopped(error: Exception, store: AskingStore) -> str:
    """Why no more is known: an earlier form of a product leads to an error that a later one may not."""
    if isinstance(error, AisleError):
        return f"as things stand, it would end here: {error}"
    return _follows([one.name for one in store.asked.values() if one.state in BUILT][-1])


def _follows(name: str) -> str:
    return f"what follows `{name}` is known when that is built"


def _product_of(path: str, store: AskingStore) -> str:
    """The product that a path lies in."""
    name = path.removeprefix(f"{store.root}/")
    return next((made for made in store.asked if name == made or name.startswith(f"{made}/")), name)


def dry_run(workdir: Path, work: Callable[[AskingStore, Console], object], voice: Voice) -> dict[str, Any]:
    """Tell what a command would build, and build nothing.

    Parameters
    ----------
    workdir, work
        As in `foresee`.
    voice
        Says it.

    Returns
    -------
    dict
        The same for the JSON object: `would_build`, `stopped` and every product.
    """
    foreseen = foresee(workdir, work)
    asked = {one.name for one in foreseen.asked}
    standing = [one for one in standings(workdir, [foreseen]) if one.name in asked]
    show_foreseen(standing, foreseen.stopped, voice.console)
    voice.outcome.workdir = workdir
    return told_of(standing, [foreseen])


def told_of(standing: Sequence[Standing], foreseen: Sequence[Foreseen]) -> dict[str, Any]:
    """What is foreseen, for the JSON object."""
    return {
        "would_build": [one.name for one in standing if one.state in BUILT and not one.published],
        "waits": [one.name for one in standing if one.state == WAITS and not one.published],
        "stopped": next((told.stopped for told in foreseen if told.stopped), None),
        "standing": [asdict(one) for one in standing],
    }
