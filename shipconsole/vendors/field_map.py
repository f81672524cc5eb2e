"""Field maps: which field of ours each value of a request came from, so that a platform's error is shown at it.

While a request is built each value is noted under the path at which it is sent. An error names a path of the
platform's, which is not always the one that was sent; `FieldMap.ours` leads from it to the field, else to the nearest
parent, else to the form as a whole. No error is dropped.
"""

from collections.abc import Mapping

from shipconsole.domain.problem import Path, path_from_text, path_text


class FieldMap:
    """The paths of one request's values, each with the path of ours that it came from."""

    def __init__(self, ours_by_sent: Mapping[Path, Path] | None = None) -> None:
        """Initialize empty, or from paths of ours by sent paths."""
        self._ours_by_sent: dict[Path, Path] = dict(ours_by_sent or {})

    def __eq__(self, other: object) -> bool:
        """Return whether both lead to the same fields."""
        return isinstance(other, FieldMap) and self._ours_by_sent == other._ours_by_sent

    __hash__ = None  # type: ignore[assignment]  # it grows while its request is built

    def note(self, sent: Path, ours: Path) -> None:
        """Remember that the value sent at one path is the value of our field at another."""
        self._ours_by_sent[sent] = ours

    def ours(self, error_path: Path) -> Path:
        """Return our field that an error is about.

        In this order: the value sent at exactly that path; the only value of that name below the path's parent
        (Shipup reports ``fulfillments.0.country`` for a value sent one level deeper); what all values below the path
        have in common; then the same for each parent.
        """
        path = error_path
        while path:
            if path in self._ours_by_sent:
                return self._ours_by_sent[path]
            parent, name = path[:-1], path[-1]
            namesakes = {
                ours for sent, ours in self._ours_by_sent.items() if sent[-1] == name and sent[: len(parent)] == parent
            }
            if len(namesakes) == 1 and isinstance(name, str):
                return namesakes.pop()
            below = [ours for sent, ours in self._ours_by_sent.items() if sent[: len(path)] == path]
            if below:
                return _common_start(below)
            path = parent
        return ()

    def within(self, parent: Path) -> "FieldMap":
        """Return the map of the same request inside another one: both of its sides lie below the parent."""
        return FieldMap({(*parent, *sent): (*parent, *ours) for sent, ours in self._ours_by_sent.items()})

    def join(self, other: "FieldMap") -> None:
        """Add the paths of another map."""
        self._ours_by_sent.update(other._ours_by_sent)

    def to_text(self) -> dict[str, str]:
        """Return the map as plain texts, to be stored with its request."""
        return {path_text(sent): path_text(ours) for sent, ours in self._ours_by_sent.items()}

    @classmethod
    def from_text(cls, stored: Mapping[str, str]) -> "FieldMap":
        """Return the map that `to_text` gave."""
        return cls({path_from_text(sent): path_from_text(ours) for sent, ours in stored.items()})


def _common_start(paths: list[Path]) -> Path:
    first, last = min(paths, key=path_text), max(paths, key=path_text)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]
