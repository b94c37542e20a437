"""What goes wrong in the fake Discord when a test orders it."""

from adapters.fakes.discord.core import Core
from adapters.fakes.discord.faults import Delayed, Failed, RateLimited
from adapters.fakes.discord.gateway import INVALID, RECONNECT
from adapters.fakes.discord.records import Event, Intent, Json
from adapters.fakes.discord.state import Where


class Breaking(Core):
    """Faults. A route is `METHOD /path` with `*` as a wildcard: `POST /channels/*/messages`."""

    def later(self, seconds: float) -> None:
        """Let this much time pass at once, for every limit that Discord keeps."""
        self.clock.advance(seconds)

    def rate_limit(
        self, route: str, retry_after: float, times: int = 1, *, global_: bool = False, via: bool = True
    ) -> None:
        """Answer 429. Requests that come before `retry_after` seconds are over get 429 as well."""
        self.faults.add(route, RateLimited(retry_after, global_, via), times)

    def fail(self, route: str, status: int = 500, times: int = 1, *, stored: bool = False, page: str = "") -> None:
        """Answer with this status, or a `page` of HTML; `stored`: although the request took effect."""
        self.faults.add(route, Failed(status, stored, page), times)

    def cut(self, route: str, times: int = 1, *, stored: bool = False) -> None:
        """Cut the connection instead of answering; `stored`: after the request took effect."""
        self.faults.add(route, Failed(0, stored), times)

    def delay(self, route: str, seconds: float, times: int = 1) -> None:
        """Let requests wait before anything happens."""
        self.faults.add(route, Delayed(seconds), times)

    def delay_event(self, name: str, seconds: float) -> None:
        """Let the next event of this name come late, after those that follow it."""
        self.gateway_faults.delays[name].append(seconds)

    def drop_ws(self, code: int | None = None) -> None:
        """Close every gateway connection with this code, or cut it."""
        self.gateway.drop(code)

    def op7(self) -> None:
        """Ask every connection to reconnect."""
        self.gateway.send_all({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Declare every session invalid (op 9)."""
        if not resumable:
            self.gateway.forget_sessions()
        self.gateway.send_all({"op": INVALID, "d": resumable})

    def refuse_connects(self, times: int = 1) -> None:
        """Refuse the next gateway connections."""
        self.gateway_faults.refusals = times

    def no_hello(self, times: int = 1) -> None:
        """Say nothing on the next gateway connections."""
        self.gateway_faults.silences = times

    def zombie(self) -> None:
        """Leave the connections open, but send nothing any more, no heartbeat answer either."""
        for link in self.gateway.open_links():
            link.mute = True

    def malformed(self, name: str = "MESSAGE_CREATE", data: Json | None = None) -> None:
        """Send an event with this payload, which is by default one no client can read."""
        self.gateway.tell(Event(name, data or {}, Intent.NONE))

    def grant(self, *, message_content: bool) -> None:
        """Switch the privileged intent in the developer portal; a session without it is closed with 4014."""
        self.gateway.granted = Intent.MESSAGE_CONTENT if message_content else Intent.NONE

    def hide(self, channel: Where) -> None:
        """The bot can't see this channel: 50001, and no events."""
        self.world.hidden.add(self.world.channel(channel).id)

    def silence(self, channel: Where) -> None:
        """The bot can't write in this channel: 50013."""
        self.world.silenced.add(self.world.channel(channel).id)
