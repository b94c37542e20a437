"""Faults planned for coming Web API calls, one per call, in the order in which they were planned."""

from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Answer 429 with Retry-After."""

    seconds: int | str


@dataclass(frozen=True, slots=True)
class Failed:
    """Answer with a Slack error (HTTP 200), or with a bare HTTP status that is not JSON."""

    error: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Dropped:
    """Cut the connection, before the call took effect or after."""

    stored: bool


@dataclass(frozen=True, slots=True)
class Delayed:
    """Do as usual, but only after some seconds."""

    seconds: float


Fault = RateLimited | Failed | Dropped | Delayed


class Faults:
    """The plan."""

    def __init__(self) -> None:
        self._plan: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.absent: set[str] = set()

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Plan a fault for the next `times` calls of a method."""
        self._plan[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up by asking."""
        if method in self.absent:
            return Failed(status=404)
        plan = self._plan[method]
        return plan.popleft() if plan else None


class Breaking:
    """The part of FakeSlack that lets a test plan faults."""

    faults: Faults

    def rate_limit(self, method: str, seconds: int | str = 1, times: int = 1) -> None:
        """Answer the next calls with 429 and this Retry-After."""
        self.faults.add(method, RateLimited(seconds), times)

    def fail(self, method: str, error: str = "", status: int = 200, times: int = 1) -> None:
        """Refuse the next calls with a Slack error, or with an HTTP status and a body that is not JSON."""
        if not error and status == 200:
            raise ValueError("fail() needs an error or a status")
        self.faults.add(method, Failed(error, status), times)

    def lack(self, *methods: str) -> None:
        """Be a smaller Slack, without these methods: HTTP 404."""
        self.faults.absent |= set(methods)

    def drop_before(self, method: str, times: int = 1) -> None:
        """Cut the connection of the next calls; they have no effect."""
        self.faults.add(method, Dropped(stored=False), times)

    def drop_after(self, method: str, times: int = 1) -> None:
        """Cut the connection of the next calls after they took effect: the answer is lost."""
        self.faults.add(method, Dropped(stored=True), times)

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        """Let the next calls wait before anything happens."""
        self.faults.add(method, Delayed(seconds), times)
