"""Problems: what is wrong with a field, whoever reports it; and failures of the environment.

Paths go from the whole to the part: ``("packages", 0, "tracking_number")``. The empty path is the form.
"""

from typing import ClassVar, NamedTuple, Self

from shipconsole.domain.message import NO_MESSAGE, Message, sentences

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """One problem: its field, what is wrong, and what the packer can do.

    A platform's own words are a `verbatim` message. `names_item` means that the message names the item of its path, so
    that the SKU is not repeated before it.
    """

    path: Path
    message: Message
    advice: Message = NO_MESSAGE
    names_item: bool = False

    @property
    def sentence(self) -> Message:
        """Return the message and the advice in one line."""
        return sentences(self.message, self.advice)


class EnvironmentFailure(Exception):
    """The environment failed (disk, database, keyring): shown to the packer, never a bug of ours."""

    is_reported: ClassVar[bool] = False
    """Whether its cause is reported by itself until it is over, so that what fails for it does not report it again."""

    def __init__(self, message: Message) -> None:
        """Store the message that is shown."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)

    def again(self) -> Self:
        """Return a copy without its fields: an instance that many callers get would keep the stacks of all of them."""
        other = type(self).__new__(type(self))
        EnvironmentFailure.__init__(other, self.message)
        return other


class ValidationFailed(Exception):
    """The request can't be carried out and nothing was changed; carries every problem at once."""

    def __init__(self, *problems: Problem) -> None:
        """Store the problems in the order of the fields on the screen."""
        super().__init__(*problems)
        self.problems = problems

    @property
    def message(self) -> Message:
        """Return every problem without advice."""
        return sentences(*(problem.message for problem in self.problems))

    def __str__(self) -> str:
        return "; ".join(str(problem.message) for problem in self.problems)


def path_text(path: Path) -> str:
    """Return a path as it is written in JSON and messages, ``packages.0.tracking_number``."""
    return ".".join(str(part) for part in path)


def path_from_text(text: str) -> Path:
    """Return the path that `path_text` wrote; digits are positions."""
    return tuple(int(part) if part.isdecimal() else part for part in text.split(".")) if text else ()
