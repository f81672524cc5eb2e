"""What the tests of durability share."""

from pathlib import Path

import pytest


@pytest.fixture
def pulled_store(synced_database: Path) -> Path:
    """A store with the simulated platforms' orders, to be copied."""
    return synced_database
