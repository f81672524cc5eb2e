"""Problems: the one way to say that a field is wrong, whoever says so; and errors of the surroundings.

Paths are ours, from the whole to the part: ``("packages", 0, "tracking_number")``. The empty path is the form.
"""

from typing import NamedTuple

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing that is wrong: where, in whose words, and what the packer may do about it.

    `names_item` says that the message names the item of its path, so that nobody puts its SKU before it.
    """

    path: Path
    message: str
    advice: str = ""
    names_item: bool = False

    @property
    def sentence(self) -> str:
        """What is wrong and what may be done about it, in a line."""
        return f"{self.message} {self.advice}".strip()


class EnvironmentFailure(Exception):
    """The surroundings failed (disk, database, keyring): told to the packer in words, never a bug of ours."""

    def __init__(self, words: str) -> None:
        """Keep the sentence that is shown."""
        super().__init__(words)
        self.words = words


class ValidationFailed(Exception):
    """What was asked cannot be done; nothing was changed. Carries every reason at once."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems in the order in which a reader meets the fields."""
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def path_text(path: Path) -> str:
    """Write a path the way it stands in JSON and in messages, ``packages.0.tracking_number``."""
    return ".".join(str(part) for part in path)


def path_from_text(text: str) -> Path:
    """Read back what `path_text` wrote; digits are positions."""
    return tuple(int(part) if part.isdecimal() else part for part in text.split(".")) if text else ()
