"""Four small agents as files. Each word of `examples` routes to its agent (see KeywordBrain)."""

from pathlib import Path

from nova_bot.core.agent_spec import AgentFile, AgentSpec, parse

GENERAL = """---
name: general
description: Everything else.
examples: [hello, time]
tools: [clock.now]
hands_to: [books]
accepts: outside
---
You are the general agent.
"""

BOOKS = """---
name: books
description: Open invoices and the ledger.
examples: [invoice, ledger]
tools: [calc.evaluate, notes.remember, notes.find, notes.forget, lab.read]
hands_to: [chaser, general]
accepts: outside
style: figures first
---
You keep the books.
"""

CHASER = """---
name: chaser
description: Reminds clients to pay.
examples: [chase, overdue]
tools: [lab.read]
hands_to: [mailer, books]
accepts: outside
---
You chase late payments.
"""

MAILER = """---
name: mailer
description: Writes the mails.
examples: [mail, letter]
hands_to: [books, chaser]
accepts: outside
---
You write mails.
"""

AGENTS = {"general": GENERAL, "books": BOOKS, "chaser": CHASER, "mailer": MAILER}


def write(folder: Path, name: str, text: str) -> Path:
    """Put an agent file into `folder`, at once as a whole."""
    path = folder / "office" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, "utf-8")
    return partial.replace(path)


def with_lines(text: str, *lines: str) -> str:
    """An agent file with further lines in its front matter."""
    return text.replace("---\n", "---\n" + "".join(f"{line}\n" for line in lines), 1)


def a_file(text: str = BOOKS, name: str = "books") -> AgentFile:
    """A parsed file."""
    return parse(text, f"agents/office/{name}.md", "office")


def a_spec(text: str = BOOKS, *lines: str) -> AgentSpec:
    """A spec, with further lines in its front matter."""
    return a_file(with_lines(text, *lines)).spec
