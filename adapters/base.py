"""What an adapter is: a platform on one side, Envelopes and replies on the other."""

from collections.abc import Awaitable, Callable

from nova_bot.core.envelope import Envelope
from nova_bot.core.run import Run

Receive = Callable[[Envelope], Awaitable[Awaitable[Run] | None]]
"""Accept an envelope durably, then give the run to wait for; None when the same envelope was accepted before."""
