"""Everything the fake Discord refuses, with Discord's own numbers."""

from enum import Enum

from adapters.fakes.discord.records import Json


class Why(Enum):
    """HTTP status, Discord's error code, and its text."""

    UNAUTHORIZED = 401, 0, "401: Unauthorized"
    NOT_FOUND = 404, 0, "404: Not Found"
    UNKNOWN_CHANNEL = 404, 10003, "Unknown Channel"
    UNKNOWN_GUILD = 404, 10004, "Unknown Guild"
    UNKNOWN_MESSAGE = 404, 10008, "Unknown Message"
    UNKNOWN_USER = 404, 10013, "Unknown User"
    UNKNOWN_EMOJI = 400, 10014, "Unknown Emoji"
    UNKNOWN_WEBHOOK = 404, 10015, "Unknown Webhook"
    UNKNOWN_INTERACTION = 404, 10062, "Unknown interaction"
    TOO_LARGE = 413, 40005, "Request entity too large"
    ALREADY_ANSWERED = 400, 40060, "Interaction has already been acknowledged."
    MISSING_ACCESS = 403, 50001, "Missing Access"
    NOT_YOURS = 403, 50005, "Cannot edit a message authored by another user"
    EMPTY = 400, 50006, "Cannot send an empty message"
    DM_CLOSED = 403, 50007, "Cannot send messages to this user"
    NO_TEXT_CHANNEL = 400, 50008, "Cannot send messages in a non-text channel"
    MISSING_PERMISSIONS = 403, 50013, "Missing Permissions"
    WRONG_CHANNEL_TYPE = 400, 50024, "Cannot execute action on this channel type"
    BAD_WEBHOOK_TOKEN = 401, 50027, "Invalid Webhook Token"
    FORM = 400, 50035, "Invalid Form Body"
    ARCHIVED = 400, 50083, "Thread is archived"
    THREAD_EXISTS = 400, 160004, "A thread has already been created for this message"


class Refused(Exception):
    """A request that Discord would not accept."""

    def __init__(self, why: Why, field: str = "", problem: str = "") -> None:
        self.status, self.code, self.text = why.value
        self._field, self._problem = field, problem
        super().__init__(f"{self.code} {self.text} {field} {problem}".strip())

    def body(self) -> Json:
        """The JSON that is answered; a form error names the field by its dotted path."""
        errors: Json = {"_errors": [{"code": "INVALID", "message": self._problem}]}
        for name in reversed(self._field.split(".")):
            errors = {name: errors}
        return {"message": self.text, "code": self.code} | ({"errors": errors} if self._field else {})


def form(field: str, problem: str) -> Refused:
    """Error 50035 for one field."""
    return Refused(Why.FORM, field, problem)


def require(holds: object, field: str, problem: str) -> None:
    """Refuse the form unless this holds."""
    if not holds:
        raise form(field, problem)
