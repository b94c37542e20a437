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
