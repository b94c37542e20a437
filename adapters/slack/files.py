"""Files that came with a message: texts are read while Slack waits for the acknowledgement, others are named."""

import asyncio
import logging
from dataclasses import dataclass

from adapters import attached
from adapters.slack.api import Api, Refused, Unclear
from adapters.slack.reading import File
from nova_bot.core.envelope import Quoted

log = logging.getLogger(__name__)

PATIENCE_S = 1.5
"""An event has to be acknowledged within three seconds."""


@dataclass(frozen=True, slots=True)
class Files:
    """Reads them over the Web API."""

    api: Api

    async def along_with(self, files: tuple[File, ...]) -> tuple[Quoted, ...]:
        """What the files say, as far as they are texts."""
        return tuple(await asyncio.gather(*map(self._quoted, files[: attached.FILES_MAX])))

    async def _quoted(self, file: File) -> Quoted:
        if not (file.address and attached.readable(file.name, file.kind, file.size)):
            return attached.named(file.name, file.size)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return attached.read(file.name, await self.api.fetch(file.address, attached.FILE_MAX))
        except (Refused, Unclear, TimeoutError) as error:
            log.warning("a file is not read: %r", error, extra={"action": "slack.file"})
            return attached.named(file.name, file.size)
