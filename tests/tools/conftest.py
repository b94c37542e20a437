import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nova_bot.ledger.agenda import LedgerAgenda
from nova_bot.ledger.notes import LedgerNotes
from nova_bot.ledger.store import opened
from nova_bot.tools.registry import Caller
from tests.doubles import NOON
from tests.records import LABEL, PLACE


@pytest.fixture
async def caller(tmp_path: Path, empty_ledger: Path) -> AsyncIterator[Caller]:
    """Ada, with notes in a ledger of her own."""
    path = shutil.copyfile(empty_ledger, tmp_path / "nova.sqlite")
    async with opened(path) as ledger:
        yield Caller(
            "test:here:ada",
            PLACE,
            NOON,
            "Europe/Berlin",
            "r1.1/0",
            LABEL,
            LedgerNotes(ledger),
            agenda=LedgerAgenda(ledger),
        )
