"""The generated shop as a raw log on disk, for where no log is given."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.synthetic import SyntheticShop, write_shop


@dataclass(frozen=True)
class ShopLog:
    """log.parquet: the shop's raw log."""

    shop: SyntheticShop

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        return {"events": write_shop(self.shop, into / "log.parquet")}
