"""Button: one thing a person may press under a message. A platform carries its id and nothing else."""

from dataclasses import dataclass
from datetime import datetime

CHOOSE = "choose"
"""The act of a button that answers our open question."""

APPROVE = "approve"
"""The act of a button under a card: may this effect happen?"""

BLAME = "blame"
"""The act of a button under a card that looks for the origin of a mistake."""

FEEDBACK = "feedback"
"""The act of the two buttons that say whether an answer was good: the values are GOOD and BAD."""

GOOD, BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class Button:
    """`id` can't be guessed (it is made at the edge); `act` names who handles a press, `value` is its meaning there.

    `presser` is the sender id that may press, "" anybody in the place. `style` is "", "primary" or "danger".
    """

    id: str
    label: str
    act: str
    value: str
    style: str = ""
    presser: str = ""
    expires: datetime | None = None
