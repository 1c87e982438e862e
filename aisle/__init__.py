"""Aisle from Python: `aisle.open(...)` a shop, `fit()` it, ask its recommender; `aisle.load(...)` one fitted before."""

from aisle.shadowed import refuse_strangers

refuse_strangers()  # before anything of ours is imported by a name that may be somebody else's

import pipeline  # noqa: E402, F401 - a command begins with it, before anything large
from aisle.opening import load, open_shop  # noqa: E402
from aisle.opening import open_shop as open  # noqa: E402
from aisle.shop import Shop  # noqa: E402
from data.errors import AisleError  # noqa: E402
from serving.recommender import Recommender  # noqa: E402

__all__ = ["AisleError", "Recommender", "Shop", "load", "open", "open_shop"]
