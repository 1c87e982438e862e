"""The generated shop as a raw log on disk, for where no log is given."""

from pathlib import Path
from typing import Any

from data.synthetic import SyntheticShop, write_shop


def build_shop(into: Path, *, shop: SyntheticShop) -> dict[str, Any]:
    """Write log.parquet: the shop's raw log."""
    return {"events": write_shop(shop, into / "log.parquet")}
