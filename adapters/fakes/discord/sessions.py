"""Gateway sessions: which events each one was told, so that it can resume after its socket was lost."""

from adapters.fakes.discord.records import Event, Intent, Json
from adapters.fakes.discord.wire import blanked

DISPATCH = 0
LAST_INTENT = 1 << 25


class Session:
    """One IDENTIFY and everything that was sent because of it. The sequence number is the place in the log."""

    def __init__(self, session_id: str, intents: int) -> None:
        self.id = session_id
        self.intents = intents
        self.log: list[Json] = []

    @property
    def sequence(self) -> int:
        """The number of the last event."""
        return len(self.log)

    def wants(self, event: Event) -> bool:
        """Did the session ask for events of this kind?"""
        return event.needs == Intent.NONE or bool(event.needs & self.intents)

    def record(self, event: Event) -> Json:
        """The event as this session is told of it."""
        unreadable = event.guarded and not self.intents & Intent.MESSAGE_CONTENT
        return self.note(event.name, blanked(event.data) if unreadable else event.data)

    def note(self, name: str, data: Json) -> Json:
        """Give the payload its number and keep it."""
        payload: Json = {"op": DISPATCH, "t": name, "s": self.sequence + 1, "d": data}
        self.log.append(payload)
        return payload

    def after(self, sequence: int) -> list[Json]:
        """What was sent since."""
        return self.log[sequence:]
