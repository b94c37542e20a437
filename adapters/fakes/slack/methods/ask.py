"""Ask: one Web API call as a method sees it. Method: what to run for it, and what its token must hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.fakes.slack.args import Args, SlackError
from adapters.fakes.slack.records import Json, Token
from adapters.fakes.slack.state import Workspace

T = TypeVar("T")
PAGE_MAX = 1000


@dataclass(frozen=True, slots=True)
class Ask:
    """The arguments, and the token they came with."""

    args: Args
    token: Token

    def require(self, *scopes: str) -> None:
        """The token needs one of these. Raises SlackError("missing_scope")."""
        if scopes and not self.token.scopes.intersection(scopes):
            provided = ",".join(sorted(self.token.scopes))
            raise SlackError("missing_scope", needed=scopes[0], provided=provided)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API. `scopes`: one of them is needed; `app`: it takes an app token, not a bot token."""

    run: Callable[[Workspace, Ask], Json]
    scopes: tuple[str, ...] = ()
    app: bool = False


def page(items: Sequence[T], args: Args, default: int = 100) -> tuple[Sequence[T], Json]:
    """One page of a list, and the fields that tell how to go on."""
    start = _start(args.text("cursor"))
    limit = args.number("limit", default, PAGE_MAX)
    end = start + limit
    more = end < len(items)
    return items[start:end], {"has_more": more, "response_metadata": {"next_cursor": f"next:{end}" if more else ""}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    kind, _, offset = cursor.partition(":")
    if kind != "next" or not offset.isdigit():
        raise SlackError("invalid_cursor")
    return int(offset)
