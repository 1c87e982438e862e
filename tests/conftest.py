"""What all tests share: the real data's folder and small runs through the command line."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before LightGBM is loaded; see pipeline/__init__.py

settings.register_profile("aisle", deadline=None)  # no test is about time
settings.load_profile("aisle")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data():
    """The folder of the real samples; the test is skipped where it is absent."""
    folder = Path(os.environ.get("AISLE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; name its folder in AISLE_DATA")
    return folder


@pytest.fixture(scope="session")
def browser():
    """A browser to look at pages in; the test is skipped, or fails where browsers are required, without one."""
    from tests.browsing import launched

    with launched() as browser:
        yield browser
