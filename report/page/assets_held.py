"""The templates, styles and scripts of pages, apart from what draws: that is slow to load, and few commands draw."""

import hashlib
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def looks() -> str:
    """A hash of all of them: what a page looks like besides what it tells."""
    digest = hashlib.sha256()
    for asset in sorted(ASSETS.iterdir()):
        digest.update(f"{asset.name}\0".encode() + asset.read_bytes())
    return digest.hexdigest()[:16]
