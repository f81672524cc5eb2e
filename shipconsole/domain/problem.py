"""Problems: the one way to say that a field is wrong, whoever says so; and errors of the surroundings.

Paths are ours, from the whole to the part: ``("packages", 0, "tracking_number")``. The empty path is the form.
"""

from typing import NamedTuple

from shipconsole.domain.message import NO_MESSAGE, Message, sentences

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing that is wrong: where, what, and what the packer may do about it.

    A platform's own words are a `verbatim` message. `names_item` says that the message names the item of its path, so
    that its SKU is not put before it.
    """

    path: Path
    message: Message
    advice: Message = NO_MESSAGE
    names_item: bool = False

    @property
    def sentence(self) -> Message:
        """What is wrong and what may be done about it, in a line."""
        return sentences(self.message, self.advice)


class EnvironmentFailure(Exception):
    """The surroundings failed (disk, database, keyring): shown to the packer, never a bug of ours."""

    def __init__(self, message: Message) -> None:
        """Keep the message that is shown."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class ValidationFailed(Exception):
    """What was asked cannot be done; nothing was changed. Carries every reason at once."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems in the order in which a reader meets the fields."""
        super().__init__(*problems)
        self.problems = problems

    @property
    def message(self) -> Message:
        """Every reason, without advice."""
        return sentences(*(problem.message for problem in self.problems))

    def __str__(self) -> str:
        return "; ".join(str(problem.message) for problem in self.problems)


def path_text(path: Path) -> str:
    """Write a path the way it stands in JSON and in messages, ``packages.0.tracking_number``."""
    return ".".join(str(part) for part in path)


def path_from_text(text: str) -> Path:
    """Read back what `path_text` wrote; digits are positions."""
    return tuple(int(part) if part.isdecimal() else part for part in text.split(".")) if text else ()
