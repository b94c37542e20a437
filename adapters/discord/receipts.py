"""What a delivered reply became on Discord: a channel and its messages there, kept as the receipt."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Receipt:
    """`messages` in order. `layout`: the last one is made of components, which it stays for ever."""

    channel: int
    messages: tuple[int, ...]
    layout: bool = False

    def __str__(self) -> str:
        return f"{self.channel}:{','.join(map(str, self.messages))}{'!' if self.layout else ''}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The inverse of `str`. Raises ValueError."""
        channel, _, messages = text.removesuffix("!").partition(":")
        return cls(int(channel), tuple(map(int, messages.split(","))), text.endswith("!"))
