"""A seeded shop whose raw log has the shape of a real one, for demos, tests and benchmarks."""

from data.synthetic.log import shop_catalogue, shop_events, shop_tastes, write_shop
from data.synthetic.shop import SyntheticShop

__all__ = ["SyntheticShop", "shop_catalogue", "shop_events", "shop_tastes", "write_shop"]
