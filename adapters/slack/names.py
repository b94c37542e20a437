"""Names of people, asked once and kept: an event has only ids."""

import asyncio
import logging
from collections import OrderedDict

from adapters.slack.api import Api, Refused, Unclear

log = logging.getLogger(__name__)

KEPT = 5_000
PATIENCE_S = 1.0
"""An event has to be acknowledged within three seconds; a name is worth only so long a wait."""


class Names:
    """Display names by user id."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._names: OrderedDict[str, str] = OrderedDict()
        self._asking: dict[str, asyncio.Task[str]] = {}

    async def of(self, user: str) -> str:
        """The person's name, the id when it can't be had in time."""
        if user in self._names:
            self._names.move_to_end(user)
            return self._names[user]
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._ask(user))
        try:
            return await asyncio.wait_for(asyncio.shield(self._asking[user]), PATIENCE_S)
        except TimeoutError:
            return user

    async def _ask(self, user: str) -> str:
        try:
            found = (await self._api.get("users.info", user=user)).get("user") or {}
            profile = found.get("profile") or {}
            name = str(profile.get("display_name") or found.get("real_name") or found.get("name") or user)
            self._names[user] = name
            while len(self._names) > KEPT:
                self._names.popitem(last=False)
        except (Refused, Unclear) as error:
            log.warning("no name for %s: %s", user, error, extra={"action": "slack.name"})
            return user
        finally:
            del self._asking[user]
        return name
