"""Same: an immutable object as the key of what follows from it."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """Equal only to itself of the very same object: to compare a whole thread or roster takes too long for a key.

    It keeps the object alive, so that no other one can be taken for it.
    """

    __slots__ = ("it",)

    def __init__(self, it: T) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)
