import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nova_bot.ledger.store import Ledger, opened


@pytest.fixture
def path(tmp_path: Path, empty_ledger: Path) -> Path:
    """The file of an empty ledger."""
    return Path(shutil.copyfile(empty_ledger, tmp_path / "nova.sqlite"))


@pytest.fixture
async def ledger(path: Path) -> AsyncIterator[Ledger]:
    async with opened(path) as made:
        yield made
