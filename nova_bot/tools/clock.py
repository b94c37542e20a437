"""The clock: what time it is, anywhere."""

from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from nova_bot.core.effect import Effect, Returns
from nova_bot.core.errors import ToolError
from nova_bot.core.labels import Integrity
from nova_bot.tools.registry import Args, Caller, Tool


class NowArgs(Args):
    """An IANA zone; empty is the caller's own."""

    zone: str = Field(default="", description="IANA time zone such as Europe/Berlin; empty for the person's own")


async def _now(args: NowArgs, caller: Caller) -> str:
    zone = args.zone or caller.tz
    try:
        local = caller.now.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ToolError(tool="clock.now", what=f'"{zone}" is not an IANA time zone such as Europe/Berlin') from error
    week = local.isocalendar()
    return f"{local:%A %Y-%m-%d %H:%M:%S %z} ({zone}), ISO week {week.year}-W{week.week:02}"


TOOLS = (
    Tool(
        "clock.now",
        "The current date, time, weekday and ISO week in a time zone.",
        NowArgs,
        Effect.READ,
        Returns(Integrity.DIRECTORY, "clock", timedelta(minutes=1), anyone=True),
        _now,
    ),
)
