"""Application commands: what may be registered, and what a client sends when one is used."""

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum

from adapters.fakes.discord.records import Channel, Json, Message, User
from adapters.fakes.discord.refusals import require
from adapters.fakes.discord.state import World
from adapters.fakes.discord.wire import channel_json, member_json, message_json, user_json

NAME = re.compile(r"[-_'\w]{1,32}")
CHOICES_MAX = 25
Given = object  # what a person puts into an option: text, a number, a bool, a User or a Channel


class Menu(IntEnum):
    """The kinds of command."""

    SLASH = 1
    USER = 2
    MESSAGE = 3


class Opt(IntEnum):
    """The kinds of option."""

    SUBCOMMAND = 1
    GROUP = 2
    TEXT = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


_TYPES: dict[Opt, tuple[type, ...]] = {
    Opt.TEXT: (str,), Opt.INTEGER: (int,), Opt.BOOLEAN: (bool,), Opt.NUMBER: (int, float)
}  # fmt: skip
_BRANCHES = (Opt.SUBCOMMAND, Opt.GROUP)


def check_commands(commands: Iterable[Json]) -> None:
    """Check a whole registration. Raises Refused with 50035."""
    listed = list(commands)
    for index, command in enumerate(listed):
        _check_command(command, str(index))
    for kind, most in ((Menu.SLASH, 100), (Menu.USER, 15), (Menu.MESSAGE, 15)):
        names = [command["name"] for command in listed if command.get("type", 1) == kind]
        require(len(names) <= most, "commands", f"At most {most} of this kind.")
        require(len(names) == len(set(names)), "commands", "Application command names must be unique.")


def _check_command(command: Json, where: str) -> None:
    kind, name = command.get("type", 1), command.get("name")
    require(isinstance(name, str) and name, f"{where}.name", "This field is required.")
    if kind == Menu.SLASH:
        _check_named(command, where)
        _check_options(command.get("options") or [], where)
    else:
        require(kind in tuple(Menu) and len(str(name)) <= 32, where, "Not a command this double knows.")
        require(not command.get("description"), f"{where}.description", "Context menu commands have no description.")


def _check_named(part: Json, where: str) -> None:
    name, description = str(part.get("name")), part.get("description")
    require(NAME.fullmatch(name) and name == name.lower(), f"{where}.name", "Command name is invalid.")
    fits = isinstance(description, str) and 1 <= len(description) <= 100
    require(fits, f"{where}.description", "Must be between 1 and 100 in length.")


def _check_options(options: list[Json], where: str) -> None:
    require(len(options) <= 25, f"{where}.options", "Must be 25 or fewer in length.")
    needed = [bool(option.get("required")) for option in options]
    require(needed == sorted(needed, reverse=True), f"{where}.options", "Required options must come first.")
    names = {option.get("name") for option in options}
    require(len(names) == len(options), f"{where}.options", "Option name already exists.")
    for index, option in enumerate(options):
        field = f"{where}.options.{index}"
        _check_named(option, field)
        require(option.get("type") in tuple(Opt), f"{field}.type", "Unknown option type.")
        choices = option.get("choices") or []
        require(len(choices) <= CHOICES_MAX, f"{field}.choices", f"Must be {CHOICES_MAX} or fewer in length.")
        both = choices and option.get("autocomplete")
        require(not both, f"{field}.autocomplete", "Options with choices can't have autocomplete.")
        _check_options(option.get("options") or [], field)


def find_command(world: World, guild: int | None, name: str, kind: Menu = Menu.SLASH) -> Json:
    """The registered command a person means; the guild's own comes first. Raises LookupError."""
    offered = [*(world.commands.get(guild, ()) if guild else ()), *world.commands.get(0, ())]
    fitting = [command for command in offered if command["type"] == kind]
    for command in fitting:
        if command["name"] == name:
            return command
    raise LookupError(f"no command {name!r} is registered, only {[command['name'] for command in fitting]}")


class Resolved:
    """The users and channels that a person named, as they are sent along with their ids."""

    def __init__(self, world: World, guild: int | None) -> None:
        self.data: Json = {}
        self._world = world
        self._guild = guild

    def add(self, named: Given) -> str:
        """The id to send for it. Raises TypeError for anything but a user or channel."""
        if isinstance(named, User):
            self._keep("users", named.id, user_json(named))
            if self._guild:
                member = member_json(self._world, named, self._guild)
                self._keep("members", named.id, member | {"permissions": "0"})
        elif isinstance(named, Channel):
            self._keep("channels", named.id, channel_json(self._world, named) | {"permissions": "0"})
        else:
            raise TypeError(f"{named!r} is neither a user nor a channel")
        return str(named.id)

    def _keep(self, kind: str, number: int, data: Json) -> None:
        self.data.setdefault(kind, {})[str(number)] = data


class Invocation:
    """Building the data of a slash command or of an autocompletion, as a client would."""

    def __init__(self, world: World, guild: int | None) -> None:
        self._world = world
        self._guild = guild
        self._resolved = Resolved(world, guild)

    def slash(self, line: str, given: Mapping[str, Given], typing: str = "") -> Json:
        """`line` is the command with its subcommands; `typing` the option being completed.

        Raises LookupError or ValueError for what Discord's own client would not let a person send.
        """
        name, *path = line.removeprefix("/").split()
        command = find_command(self._world, self._guild, name)
        data = self._of(command) | {"options": self._options(command, path, given, typing)}
        return data | ({"resolved": self._resolved.data} if self._resolved.data and not typing else {})

    def on_message(self, name: str, message: Message) -> Json:
        """A message context menu command."""
        data = self._of(find_command(self._world, self._guild, name, Menu.MESSAGE))
        resolved = {"messages": {str(message.id): message_json(self._world, message)}}
        return data | {"target_id": str(message.id), "resolved": resolved}

    def on_user(self, name: str, user: User) -> Json:
        """A user context menu command."""
        data = self._of(find_command(self._world, self._guild, name, Menu.USER))
        return data | {"target_id": self._resolved.add(user), "resolved": self._resolved.data}

    def _of(self, command: Json) -> Json:
        data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
        return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})

    def _options(self, parent: Json, path: list[str], given: Mapping[str, Given], typing: str) -> list[Json]:
        known = {option["name"]: option for option in parent.get("options") or ()}
        if any(option["type"] in _BRANCHES for option in known.values()):
            if not path or path[0] not in known:
                raise LookupError(f"/{parent['name']} needs one of {sorted(known)}")
            branch = known[path[0]]
            inside = self._options(branch, path[1:], given, typing)
            return [{"type": branch["type"], "name": branch["name"], "options": inside}]
        if path or not given.keys() <= known.keys():
            raise LookupError(f"/{parent['name']} has the options {sorted(known)}, not {[*path, *given]}")
        missing = [name for name, option in known.items() if option.get("required") and name not in given]
        if missing and not typing:
            raise ValueError(f"/{parent['name']} needs {missing}")
        return [self._option(known[name], value, typing) for name, value in given.items()]

    def _option(self, option: Json, value: Given, typing: str) -> Json:
        made: Json = {"type": option["type"], "name": option["name"]}
        if option["name"] == typing:
            if not option.get("autocomplete"):
                raise ValueError(f"the option {typing!r} is not completed by the bot")
            return made | {"value": value, "focused": True}
        return made | {"value": self._checked(option, value)}

    def _checked(self, option: Json, value: Given) -> object:
        kind, name = Opt(option["type"]), option["name"]
        if kind not in _TYPES:
            return self._resolved.add(value)
        if not isinstance(value, _TYPES[kind]) or (kind is not Opt.BOOLEAN and isinstance(value, bool)):
            raise ValueError(f"the option {name!r} is a {kind.name.lower()}, not {value!r}")
        choices = [choice["value"] for choice in option.get("choices") or ()]
        if choices and value not in choices:
            raise ValueError(f"the option {name!r} offers only {choices}")
        size = len(value) if isinstance(value, str) else value
        _check_size(name, size, option.get("min_length", option.get("min_value")), at_least=True)
        _check_size(name, size, option.get("max_length", option.get("max_value")), at_least=False)
        return value


def _check_size(name: str, size: object, bound: object, *, at_least: bool) -> None:
    if not isinstance(size, int | float) or not isinstance(bound, int | float):
        return
    if (size < bound) if at_least else (size > bound):
        raise ValueError(f"the option {name!r} is out of its bounds")
