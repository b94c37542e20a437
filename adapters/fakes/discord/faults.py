"""Faults planned for coming REST requests and gateway connections."""

from collections import defaultdict, deque
from dataclasses import dataclass
from fnmatch import fnmatchcase

from adapters.fakes.discord.clock import Clock


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Answer 429. Without `via` it looks like a ban by the proxy in front of Discord."""

    retry_after: float
    everywhere: bool
    via: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """Answer with this HTTP status, or cut the connection when it is 0; before or after the request took effect.

    With a `page` it is not Discord that answers, but what stands in front of it.
    """

    status: int
    stored: bool
    page: str = ""


@dataclass(frozen=True, slots=True)
class Delayed:
    """Do as usual, but only after some seconds."""

    seconds: float


Fault = RateLimited | Failed | Delayed


@dataclass(frozen=True, slots=True)
class _Window:
    """A rate limit that is still on."""

    route: str
    until: float
    fault: RateLimited


class Faults:
    """The plan for REST. A route is `METHOD /path` with `*` as a wildcard: `POST /channels/*/messages`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._plan: list[tuple[str, Fault, int]] = []
        self._windows: list[_Window] = []

    def add(self, route: str, fault: Fault, times: int) -> None:
        """Plan a fault for the next `times` requests to a route."""
        self._plan.append((route, fault, times))

    def take(self, route: str) -> Fault | None:
        """The fault for this request. A rate limit also holds for those that come before its time is over."""
        now = self._clock.now().timestamp()
        for window in self._windows:
            if now < window.until and (window.fault.everywhere or fnmatchcase(route, window.route)):
                return RateLimited(window.until - now, window.fault.everywhere, window.fault.via)
        for index, (pattern, fault, times) in enumerate(self._plan):
            if fnmatchcase(route, pattern):
                self._plan[index : index + 1] = [(pattern, fault, times - 1)] if times > 1 else []
                if isinstance(fault, RateLimited):
                    self._windows.append(_Window(pattern, now + fault.retry_after, fault))
                return fault
        return None


class GatewayFaults:
    """The plan for the gateway."""

    def __init__(self) -> None:
        self.refusals = 0
        self.silences = 0
        self.delays: defaultdict[str, deque[float]] = defaultdict(deque)

    def take_refusal(self) -> bool:
        """Refuse this connection?"""
        refused = self.refusals > 0
        self.refusals -= refused
        return refused

    def take_silence(self) -> bool:
        """Say no HELLO on this connection?"""
        silent = self.silences > 0
        self.silences -= silent
        return silent

    def delay(self, event: str) -> float:
        """Seconds by which this event comes late."""
        waiting = self.delays[event]
        return waiting.popleft() if waiting else 0.0
