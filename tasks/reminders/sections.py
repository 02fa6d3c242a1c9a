"""What a reminder is made of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LetterLine:
    text: str
    detail: str
    url: str


@dataclass(frozen=True)
class Section:
    """``total`` may be more than the number of lines; ``url`` leads to all of them."""

    title: str
    lines: Sequence[LetterLine]
    total: int
    url: str

    @property
    def left_out(self) -> int:
        return self.total - len(self.lines)
