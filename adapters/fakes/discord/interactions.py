"""Interactions: asking the bot, its one answer within three seconds, and what it says afterwards."""

from dataclasses import replace
from secrets import token_urlsafe

from adapters.fakes.discord.commands import CHOICES_MAX, Menu, check_commands
from adapters.fakes.discord.component_rules import check_modal
from adapters.fakes.discord.front import Handler, Request
from adapters.fakes.discord.hub import Hub
from adapters.fakes.discord.records import (
    Answer,
    Answered,
    Asked,
    Channel,
    Draft,
    Event,
    Flag,
    Interaction,
    Json,
    Kind,
    Message,
    User,
)
from adapters.fakes.discord.refusals import Refused, Why, require
from adapters.fakes.discord.state import World
from adapters.fakes.discord.validate import MAY_SET_PRIVATELY, read_draft
from adapters.fakes.discord.wire import interaction_json, message_json

ANSWER_S = 3.0
TOKEN_S = 15 * 60.0
_HOOK = "/webhooks/{application}/{token}"
_BY_KIND = {
    Asked.COMMAND: {Answered.MESSAGE, Answered.DEFER, Answered.MODAL},
    Asked.AUTOCOMPLETE: {Answered.CHOICES},
    Asked.COMPONENT: {*Answered} - {Answered.CHOICES},
    Asked.MODAL: {*Answered} - {Answered.CHOICES, Answered.MODAL},
}
_ON_MESSAGE = {Answered.DEFER_UPDATE, Answered.UPDATE}


class Interactions:
    """Opens interactions, and handles the two addresses the bot answers at."""

    def __init__(self, world: World, hub: Hub) -> None:
        self._world = world
        self._hub = hub

    def routes(self) -> dict[str, Handler]:
        """What needs no bot token: the address holds the interaction's own."""
        return {
            "POST /interactions/{interaction}/{token}/callback": self.answer,
            f"POST {_HOOK}": self.follow_up,
            f"GET {_HOOK}/messages/{{message}}": self.get_message,
            f"PATCH {_HOOK}/messages/{{message}}": self.edit_message,
            f"DELETE {_HOOK}/messages/{{message}}": self.delete_message,
        }

    def command_routes(self) -> dict[str, Handler]:
        """Registering commands."""
        own, of_guild = "/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"
        listing, putting = self.get_commands, self.put_commands
        return {f"GET {own}": listing, f"PUT {own}": putting, f"GET {of_guild}": listing, f"PUT {of_guild}": putting}

    def ask(self, kind: Asked, user: User, channel: Channel, data: Json, message: int | None = None) -> Interaction:
        """A person does something that the bot must answer."""
        clock = self._world.clock
        asked = Interaction(clock.snowflake(), token_urlsafe(48), kind, user.id, channel.id, channel.guild,
                            clock.now(), data, message)  # fmt: skip
        self._world.interactions[asked.id] = asked
        self.tell_of(asked)
        return asked

    def tell_of(self, asked: Interaction) -> None:
        """INTERACTION_CREATE."""
        self._hub.tell(Event("INTERACTION_CREATE", interaction_json(self._world, asked)))

    def put_commands(self, request: Request) -> list[Json]:
        """Replace all commands of a guild, or the global ones."""
        check_commands(request.listed)
        guild = self._commands_guild(request)
        stored = tuple(self._stored(command, guild) for command in request.listed)
        self._world.commands[guild] = stored
        return list(stored)

    def get_commands(self, request: Request) -> list[Json]:
        """What is registered."""
        return list(self._world.commands.get(self._commands_guild(request), ()))

    def answer(self, request: Request) -> Json | None:
        """The one answer. Raises Refused with 10062 when it is late, 40060 when it is the second."""
        asked = self._answerable(request)
        kind = request.body.get("type")
        require(kind in _BY_KIND[asked.kind], "type", f"An interaction of type {asked.kind} can't be answered so.")
        given = self._given(asked, Answered(request.body["type"]), request)
        self._world.interactions[asked.id] = answered = replace(
            asked, answer=given, messages=(given.message,) if given.message else ()
        )
        return self._receipt(answered, given) if request.query.get("with_response") in ("1", "true") else None

    def follow_up(self, request: Request) -> Json | None:
        """Another message; the first one after "thinking" takes its place."""
        asked = self._known(request)
        if asked.answer is None:
            raise Refused(Why.UNKNOWN_WEBHOOK)
        draft = read_draft(request.body, request.uploads, may_set=MAY_SET_PRIVATELY)
        first = self._world.messages.get(asked.messages[0]) if asked.messages else None
        if first and first.loading:
            message = self._fill(first, draft)
        else:
            message = self._say(asked, draft)
            self._world.interactions[asked.id] = replace(asked, messages=(*asked.messages, message.id))
        return message_json(self._world, message) if request.query.get("wait") in ("1", "true") else None

    def get_message(self, request: Request) -> Json:
        """A message that answered the interaction."""
        return message_json(self._world, self._own(request))

    def edit_message(self, request: Request) -> Json:
        """Change a message that answered; a "thinking" one gets its text."""
        message = self._own(request)
        draft = read_draft(request.body, request.uploads)
        self._world.note_edit(message.channel)
        changed = self._fill(message, draft) if message.loading else self._hub.edit(message, draft)
        return message_json(self._world, changed)

    def delete_message(self, request: Request) -> None:
        """Delete a message that answered."""
        self._hub.delete(self._own(request))

    def _given(self, asked: Interaction, kind: Answered, request: Request) -> Answer:
        data = request.body.get("data") or {}
        given = Answer(kind, self._world.clock.since(asked.asked_at))
        if kind is Answered.CHOICES:
            return replace(given, choices=_read_choices(data))
        if kind is Answered.MODAL:
            check_modal(data)
            return replace(given, modal=data)
        if kind in _ON_MESSAGE:
            return replace(given, message=self._update(asked, kind, data, request))
        draft = read_draft(data, request.uploads, may_set=MAY_SET_PRIVATELY)
        waiting = Flag.LOADING if kind is Answered.DEFER else Flag.NONE
        return replace(given, message=self._say(asked, draft, waiting).id)

    def _update(self, asked: Interaction, kind: Answered, data: Json, request: Request) -> int:
        """Answer by changing the message that was clicked on."""
        require(asked.message, "type", "There is no message to update.")
        clicked = self._world.messages.get(asked.message or 0)
        if clicked is None:
            raise Refused(Why.UNKNOWN_MESSAGE)
        if kind is Answered.UPDATE:
            self._hub.edit(clicked, read_draft(data, request.uploads))
        return clicked.id

    def _say(self, asked: Interaction, draft: Draft, flags: Flag = Flag.NONE) -> Message:
        kind = Kind.PLAIN
        if asked.kind is Asked.COMMAND:
            kind = Kind.COMMAND if asked.data["type"] == Menu.SLASH else Kind.MENU_COMMAND
        draft = replace(draft, flags=flags | (draft.flags or Flag.NONE))
        channel, bot = self._world.channels[asked.channel], self._world.bot
        return self._hub.post(channel, bot, draft, kind=kind, webhook=self._world.application, interaction=asked.id)

    def _fill(self, waiting: Message, draft: Draft) -> Message:
        """The text for the "thinking" message; who sees it was decided when it was deferred."""
        flags = waiting.flags & ~Flag.LOADING | (draft.flags or Flag.NONE) & ~Flag.EPHEMERAL
        return self._hub.store(replace(waiting, flags=flags), replace(draft, flags=None))

    def _answerable(self, request: Request) -> Interaction:
        asked = self._world.interactions.get(request.id("interaction"))
        if asked is None or asked.token != request.path["token"]:
            raise Refused(Why.UNKNOWN_INTERACTION)
        if asked.answer:
            raise Refused(Why.ALREADY_ANSWERED)
        if self._world.clock.since(asked.asked_at) > ANSWER_S:
            raise Refused(Why.UNKNOWN_INTERACTION)
        return asked

    def _known(self, request: Request) -> Interaction:
        if request.id("application") != self._world.application:
            raise Refused(Why.UNKNOWN_WEBHOOK)
        for asked in self._world.interactions.values():
            if asked.token == request.path["token"] and self._world.clock.since(asked.asked_at) <= TOKEN_S:
                return asked
        raise Refused(Why.BAD_WEBHOOK_TOKEN)

    def _own(self, request: Request) -> Message:
        asked = self._known(request)
        if asked.answer is None:
            raise Refused(Why.UNKNOWN_WEBHOOK)
        original = request.path["message"] == "@original"
        wanted = (asked.messages[0] if asked.messages else 0) if original else request.id("message")
        if wanted not in asked.messages or wanted not in self._world.messages:
            raise Refused(Why.UNKNOWN_MESSAGE)
        return self._world.messages[wanted]

    def _receipt(self, asked: Interaction, given: Answer) -> Json:
        about: Json = {"id": str(asked.id), "type": int(asked.kind)}
        if given.message is None:
            return {"interaction": about, "resource": {"type": int(given.kind)}}
        message = self._world.messages[given.message]
        about |= {"response_message_id": str(message.id), "response_message_loading": message.loading,
                  "response_message_ephemeral": message.ephemeral}  # fmt: skip
        resource = {"type": int(given.kind), "message": message_json(self._world, message)}
        return {"interaction": about, "resource": resource}

    def _commands_guild(self, request: Request) -> int:
        if request.id("application") != self._world.application:
            raise Refused(Why.MISSING_ACCESS)
        guild = request.id("guild") if "guild" in request.path else 0
        if guild and guild not in self._world.guilds:
            raise Refused(Why.MISSING_ACCESS)
        return guild

    def _stored(self, command: Json, guild: int) -> Json:
        """A command as it is given back; one that was there before under its name keeps its id."""
        kind = command.get("type", 1)
        before = {(old["type"], old["name"]): old["id"] for old in self._world.commands.get(guild, ())}
        made: Json = {"description": "", "options": [], "application_id": str(self._world.application)} | command
        made["type"] = kind
        made["id"] = before.get((kind, command["name"])) or str(self._world.clock.snowflake())
        made["version"] = str(self._world.clock.snowflake())
        return made | ({"guild_id": str(guild)} if guild else {})


def _read_choices(data: Json) -> tuple[Json, ...]:
    choices = data.get("choices")
    require(isinstance(choices, list) and len(choices) <= CHOICES_MAX, "data.choices", "Must be 25 or fewer in length.")
    for choice in choices or ():
        name, value = str(choice.get("name", "")), choice.get("value")
        require(1 <= len(name) <= 100, "data.choices.name", "Must be between 1 and 100 in length.")
        require(len(str(value)) <= 100, "data.choices.value", "Must be 100 or fewer in length.")
    return tuple(choices or ())
