"""`nova serve`: what it says it serves, and that it ends when nothing is left to serve."""

import io

import pytest

from nova_bot.commands import serve
from nova_bot.core.errors import CannotServe
from nova_bot.dispatch.reception import Reception
from nova_bot.platforms import Platform
from tests.doubles import House, Mailbox


class Refused:
    """An adapter whose token is refused."""

    name = "Slack"
    courier = Mailbox()

    async def serve(self, receive: Reception) -> None:
        raise CannotServe(platform=self.name, problem="the token is not valid")


async def _closed() -> None:
    """Nothing to let go of."""


async def test_a_refused_token_is_said_once_and_ends_what_serves_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    refused = Refused()
    monkeypatch.setattr(serve, "configured", lambda _: [Platform(refused.courier, lambda _: refused, _closed)])
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert await serve.serve(house.settings()) == 1
    assert capsys.readouterr().err.splitlines() == ["Serving Slack. Ctrl-C stops.", "No platform is served any more."]
    assert [record.message for record in caplog.records].count("Slack does not work: the token is not valid") == 1
