"""The agent files on disk: found, read, and read again when one changes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nova_bot import stamps
from nova_bot.core.agent_spec import AgentFile, parse
from nova_bot.core.errors import BadAgentFile, BadFile, NoAgents
from nova_bot.core.roster import Roster, build
from nova_bot.stamps import Stamp

log = logging.getLogger(__name__)


def default_folder() -> Path:
    """The folder with the agent files: the checkout's `agents/`, else the copy inside the installed package."""
    package = Path(__file__).parent
    checkout = package.parent / "agents"
    return checkout if checkout.is_dir() else package / "_data" / "agents"


def paths(folder: Path) -> list[Path]:
    """The agent files below `folder`, sorted by folder and name. Hidden ones are an editor's own."""
    return sorted(path for path in folder.glob("*/*.md") if not path.name.startswith("."))


def read(path: Path, folder: Path) -> AgentFile:
    """One parsed file. Raises BadAgentFile, also for a file that can't be read."""
    return parse(_text(path, folder), _name(path, folder), path.parent.name)


def _name(path: Path, folder: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _text(path: Path, folder: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadAgentFile(file=_name(path, folder), line=1, problem="the file is not UTF-8 text") from None
    except OSError as error:
        problem = f"the file can't be read ({error.strerror})"
        raise BadAgentFile(file=_name(path, folder), line=1, problem=problem) from None


def load(folder: Path, tools: dict[str, bool]) -> Roster:
    """All agents of `folder`, checked together. Raises BadAgentFile or NoAgents."""
    files = [read(path, folder) for path in paths(folder)]
    if not files:
        raise NoAgents(folder=folder)
    return build(files, tools)


def utterances(folder: Path, file: AgentFile) -> tuple[str, ...]:
    """The further utterances beside an agent's file: one a line.

    `# ` starts a comment, `\\n` stands for a line break.
    """
    path = folder / file.folder / f"{file.spec.name}.utterances.txt"
    if not path.is_file():
        return ()
    lines = (line.strip() for line in _text(path, folder).splitlines())
    return tuple(line.replace("\\n", "\n") for line in lines if line and not line.startswith("# "))


def stamp(folder: Path) -> Stamp:
    """What changes whenever a file below `folder` is added, removed or written."""
    return stamps.stamp(folder.glob("*/"), (".md", ".utterances.txt"))


@dataclass(slots=True)
class Watch:
    """Keeps a roster current. A broken change leaves the roster in force and is told once, to `on_error`."""

    folder: Path
    tools: dict[str, bool]
    on_error: Callable[[BadFile], None]
    seen: Stamp = ()

    def start(self) -> Roster:
        """The roster as it stands now. Raises BadAgentFile or NoAgents."""
        self.seen = stamp(self.folder)
        return load(self.folder, self.tools)

    def changed(self) -> Roster | None:
        """The new roster if files changed and are all good, else None."""
        now = stamp(self.folder)
        if now == self.seen:
            return None
        self.seen = now
        try:
            return load(self.folder, self.tools)
        except BadAgentFile as error:
            self.on_error(error)
            return None
        except NoAgents as error:
            log.warning("agent files not taken: %s", error, extra={"action": "agents.reload"})
            return None
