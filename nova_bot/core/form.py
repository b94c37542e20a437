"""Form: what a press has to ask for. A platform with forms shows it; elsewhere Nova asks in the conversation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """One text to fill in, perhaps after a choice of what it is about (`choices`: value and label).

    Without a `verb` what is filled in makes the press count. With one it is a command that follows the press.
    """

    title: str
    label: str
    hint: str = ""
    choose: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    verb: str = ""


def said(verb: str, choice: str, text: str) -> str:
    """What a form says that was filled in: the press's text, or the command that `verb` makes of it."""
    chosen = f"{choice} = {text}" if choice else text
    return f"{verb} {chosen}" if verb else chosen
