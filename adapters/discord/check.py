"""Does the token work, and what is the bot allowed? Asked before every connection, and by `nova discord check`."""

from dataclasses import asdict, dataclass

import discord

from adapters.discord.pointing import find_gateway, is_elsewhere
from nova_bot.core.errors import DiscordTokenRefused

PERMISSIONS = discord.Permissions(
    add_reactions=True, view_channel=True, send_messages=True, embed_links=True, attach_files=True,
    read_message_history=True, use_application_commands=True, create_public_threads=True,
    create_private_threads=True, send_messages_in_threads=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What Discord says about the bot. `owner` is the user id of the one it belongs to."""

    name: str
    application: int
    message_content: bool
    servers: int
    owner: str

    @property
    def facts(self) -> dict[str, object]:
        """All of it, for scripts."""
        return {**asdict(self), "invite": self.invite}

    @property
    def invite(self) -> str:
        """The address that adds the bot to a server, or to a person's own account."""
        return discord.utils.oauth_url(
            self.application, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
        )


async def examined(token: str) -> Standing:
    """Ask Discord. Raises DiscordTokenRefused, or any network error."""
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            await client.login(token)
        except (discord.LoginFailure, discord.Forbidden) as error:
            raise DiscordTokenRefused from error
        await find_gateway(client)
        about = client.application
        assert about is not None, "login asks for it"
        flags = about.flags
        reads = flags.gateway_message_content or flags.gateway_message_content_limited
        if is_elsewhere():  # a server that doesn't speak of intents has nothing to switch on
            reads = reads or "flags" not in await client.http.application_info()
        return Standing(str(client.user), about.id, reads, about.approximate_guild_count, str(about.owner.id))
