"""The JSON of everything: records as Discord's REST API and gateway show them."""

import re
from datetime import datetime

from adapters.fakes.discord.components import numbered
from adapters.fakes.discord.records import (
    Attachment,
    Channel,
    Flag,
    Guild,
    Interaction,
    Json,
    Kind,
    Message,
    Reaction,
    Room,
    User,
)
from adapters.fakes.discord.state import World
from adapters.fakes.discord.validate import FILE_MAX

BEFORE = "2024-01-01T00:00:00+00:00"
ALL_PERMISSIONS = str((1 << 50) - 1)
OWN_EMOJI = re.compile(r"(\w+):(\d+)")
BLANK: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


def stamp(moment: datetime) -> str:
    """A time as Discord writes it."""
    return moment.isoformat(timespec="microseconds")


def user_json(user: User) -> Json:
    """A user."""
    return {"id": str(user.id), "username": user.name, "global_name": None if user.bot else user.name.title(),
            "discriminator": "0", "avatar": None, "bot": user.bot, "public_flags": 0, "flags": 0}  # fmt: skip


def member_json(world: World, user: User, guild: int) -> Json:
    """What a guild adds to a user."""
    roles = [str(world.guilds[guild].bot_role)] if user == world.bot else []
    return {"roles": roles, "joined_at": BEFORE, "nick": None, "avatar": None,
            "premium_since": None, "deaf": False, "mute": False, "pending": False, "flags": 0}  # fmt: skip


def application_json(world: World, flags: int) -> Json:
    """The application of the bot."""
    owner = next((user for user in world.users.values() if not user.bot), world.bot)
    return {"id": str(world.application), "name": world.bot.name, "icon": None, "description": "", "summary": "",
            "bot_public": False, "bot_require_code_grant": False, "verify_key": "00" * 32, "flags": flags,
            "owner": user_json(owner), "bot": user_json(world.bot), "team": None}  # fmt: skip


def guild_json(world: World, guild: Guild) -> Json:
    """A whole guild, as GUILD_CREATE brings it."""
    users = list(world.users.values())
    members = [member_json(world, user, guild.id) | {"user": user_json(user)} for user in users]
    texts = [c for c in world.channels.values() if c.guild == guild.id and c.room in (Room.TEXT, Room.FORUM)]
    return {
        "id": str(guild.id), "name": guild.name, "icon": None, "owner_id": str(guild.owner),
        "unavailable": False, "large": False, "member_count": len(users), "members": members,
        "roles": [_role_json(guild.id, "@everyone"), _role_json(guild.bot_role, world.bot.name, world.bot.id)],
        "channels": [channel_json(world, channel) for channel in texts],
        "threads": [channel_json(world, thread) for thread in world.threads(guild.id)],
        "joined_at": BEFORE, "preferred_locale": "en-US", "features": [], "emojis": [], "stickers": [],
        "presences": [], "voice_states": [], "stage_instances": [], "guild_scheduled_events": [],
        "soundboard_sounds": [], "verification_level": 0, "default_message_notifications": 1,
        "explicit_content_filter": 0, "mfa_level": 0, "afk_timeout": 300, "premium_tier": 0, "nsfw_level": 0,
        "system_channel_flags": 0,
    }  # fmt: skip


def _role_json(role: int, name: str, bot: int = 0) -> Json:
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    made: Json = {"id": str(role), "name": name, "permissions": ALL_PERMISSIONS, "position": int(bool(bot)), "color": 0,
                  "colors": colors, "hoist": False, "managed": bool(bot), "mentionable": False, "flags": 0}  # fmt: skip
    return made | ({"tags": {"bot_id": str(bot)}} if bot else {})


def channel_json(world: World, channel: Channel) -> Json:
    """A channel, thread or direct message."""
    last = latest_in(world, channel)
    base: Json = {"id": str(channel.id), "type": int(channel.room), "flags": 0, "last_message_id": last and str(last)}
    if channel.room is Room.DM:
        return base | {"recipients": [user_json(world.users[channel.person])]}
    base |= {"guild_id": str(channel.guild), "name": channel.name, "rate_limit_per_user": 0,
             "parent_id": channel.parent and str(channel.parent)}  # fmt: skip
    if channel.is_thread:
        return base | _thread_json(world, channel)
    return base | {"position": 0, "permission_overwrites": list(channel.overwrites), "topic": None, "nsfw": False}


def latest_in(world: World, channel: Channel) -> int | None:
    """The id of the latest message of a channel."""
    return max((message.id for message in world.history(channel.id)), default=None)


def _thread_json(world: World, thread: Channel) -> Json:
    said = [message for message in world.history(thread.id) if message.kind is not Kind.THREAD_STARTER]
    made, members = stamp(thread.made_at), {message.author for message in said} | {thread.owner}
    changed = stamp(thread.archived_at or thread.made_at)
    return {
        "owner_id": str(thread.owner), "message_count": len(said), "total_message_sent": len(said),
        "member_count": len(members),
        "member": {"id": str(thread.id), "user_id": str(world.bot.id), "join_timestamp": made, "flags": 0},
        "thread_metadata": {"archived": thread.archived, "locked": thread.locked, "archive_timestamp": changed,
                            "auto_archive_duration": thread.archive_after, "create_timestamp": made},
    }  # fmt: skip


def message_json(world: World, message: Message, *, quoting: bool = True) -> Json:
    """A message as REST gives it; with the message it answers, unless it is itself quoted."""
    made: Json = {
        "id": str(message.id), "channel_id": str(message.channel), "type": int(message.kind),
        "author": _author_json(world, message), "content": message.content, "timestamp": stamp(message.sent_at),
        "edited_timestamp": message.edited_at and stamp(message.edited_at), "tts": False, "pinned": False,
        "mention_everyone": message.pings_everyone,
        "mentions": [user_json(world.users[user]) for user in message.pinged],
        "mention_roles": [str(role) for role in message.pinged_roles],
        "attachments": [attachment_json(world, message, attachment) for attachment in message.attachments],
        "embeds": list(message.embeds), "components": list(numbered(message.components)), "flags": int(message.flags),
    }  # fmt: skip
    if message.reactions:
        made["reactions"] = [reaction_json(world, reaction) for reaction in message.reactions]
    if message.nonce is not None:
        made["nonce"] = message.nonce
    if message.webhook:
        made["webhook_id"] = str(message.webhook)
    if Flag.HAS_THREAD in message.flags:
        made["thread"] = channel_json(world, world.channels[message.id])
    return made | _interaction_part(world, message) | _reference_part(world, message, quoting=quoting)


def blanked(message: Json) -> Json:
    """A message's JSON for a session that may not read it."""
    quoted = message.get("referenced_message")
    return message | BLANK | ({"referenced_message": quoted | BLANK} if quoted else {})


def _author_json(world: World, message: Message) -> Json:
    if message.webhook_name:
        return {"id": str(message.webhook), "username": message.webhook_name, "discriminator": "0000", "avatar": None,
                "bot": True}  # fmt: skip
    return user_json(world.users[message.author])


def _reference_part(world: World, message: Message, *, quoting: bool) -> Json:
    if message.reply_to is None:
        return {}
    quoted = world.messages.get(message.reply_to)
    channel = world.channels[quoted.channel if quoted else message.channel]
    reference = {"type": 0, "message_id": str(message.reply_to), "channel_id": str(channel.id)}
    if channel.guild:
        reference["guild_id"] = str(channel.guild)
    if not quoting:
        return {"message_reference": reference}
    shown = message_json(world, quoted, quoting=False) if quoted else None
    return {"message_reference": reference, "referenced_message": shown}


def _interaction_part(world: World, message: Message) -> Json:
    interaction = world.interactions.get(message.interaction or 0)
    if interaction is None:
        return {}
    about: Json = {"id": str(interaction.id), "type": int(interaction.kind), "authorizing_integration_owners": {}}
    about["user"] = user_json(world.users[interaction.user])
    about["original_response_message_id"] = str(interaction.messages[0] if interaction.messages else message.id)
    return {"interaction_metadata": about, "application_id": str(world.application)}


def attachment_json(world: World, message: Message, attachment: Attachment) -> Json:
    """A stored file."""
    url = f"{world.base_url}/attachments/{message.channel}/{attachment.id}/{attachment.name}"
    return {"id": str(attachment.id), "filename": attachment.name, "size": len(attachment.data), "url": url,
            "proxy_url": url, "content_type": attachment.content_type, "flags": 0,
            "description": attachment.description or None, "ephemeral": message.ephemeral}  # fmt: skip


def emoji_json(emoji: str) -> Json:
    """A Unicode emoji, or a guild's own as `name:id`."""
    own = OWN_EMOJI.fullmatch(emoji)
    return {"id": own[2], "name": own[1]} if own else {"id": None, "name": emoji}


def reaction_json(world: World, reaction: Reaction) -> Json:
    """How often an emoji was put on a message."""
    count, me = len(reaction.users), world.bot.id in reaction.users
    return {"emoji": emoji_json(reaction.emoji), "count": count, "count_details": {"burst": 0, "normal": count},
            "me": me, "me_burst": False, "burst_colors": []}  # fmt: skip


def interaction_json(world: World, interaction: Interaction) -> Json:
    """An interaction as INTERACTION_CREATE brings it."""
    channel, user = world.channels[interaction.channel], world.users[interaction.user]
    owner = str(interaction.guild or 0)
    is_away = interaction.guild in world.away
    authorizing = {"1": str(user.id)} if is_away else {"0": owner}
    made: Json = {
        "id": str(interaction.id), "application_id": str(world.application), "type": int(interaction.kind),
        "token": interaction.token, "version": 1, "data": interaction.data, "locale": "en-US", "entitlements": [],
        "channel_id": str(channel.id), "channel": channel_json(world, channel) | {"permissions": ALL_PERMISSIONS},
        "app_permissions": ALL_PERMISSIONS, "authorizing_integration_owners": authorizing,
        "context": 0 if interaction.guild else 1, "attachment_size_limit": FILE_MAX,
    }  # fmt: skip
    if interaction.message:
        made["message"] = message_json(world, world.messages[interaction.message])
    if interaction.guild is None:
        return made | {"user": user_json(user)}
    member = member_json(world, user, interaction.guild) | {"user": user_json(user), "permissions": ALL_PERMISSIONS}
    guild = {"id": owner, "locale": "en-US", "features": []}
    return made | {"guild_id": owner, "guild": guild, "guild_locale": "en-US", "member": member}
