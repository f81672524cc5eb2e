"""Trails: where each value of a request came from, so that a platform's complaint finds our field again.

While a request is built each value is noted under the path at which it is sent. A complaint names a path of
the platform's, which is not always the one that was sent; `FieldMap.ours` walks it back to the field, else to the
nearest parent, else to the form as a whole. No complaint is dropped.
"""

from collections.abc import Mapping

from shipconsole.domain.problem import Path, path_from_text, path_text


class FieldMap:
    """The paths of one request's values, each with the path of ours that it came from."""

    def __init__(self, steps: Mapping[Path, Path] | None = None) -> None:
        """Start empty, or from steps that were kept."""
        self._ours_by_sent: dict[Path, Path] = dict(steps or {})

    def __eq__(self, other: object) -> bool:
        """Trails are equal when they lead to the same places."""
        return isinstance(other, FieldMap) and self._ours_by_sent == other._ours_by_sent

    __hash__ = None  # type: ignore[assignment]  # a trail grows while its request is built

    def note(self, sent: Path, ours: Path) -> None:
        """Remember that the value sent at one path is the value of our field at another."""
        self._ours_by_sent[sent] = ours

    def ours(self, complained: Path) -> Path:
        """Our field that a complaint is about.

        In this order: the value sent at just that path; the one value below the complaint's parent with the
        complained name (Shipup reports ``fulfillments.0.country`` for a value sent one level deeper); what all
        values below the path have in common; then the same for each parent.
        """
        path = complained
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

    def within(self, place: Path) -> "FieldMap":
        """The same trail where its request stands at a place within another: both ends lie below the place."""
        return FieldMap({(*place, *sent): (*place, *ours) for sent, ours in self._ours_by_sent.items()})

    def join(self, other: "FieldMap") -> None:
        """Take over the steps of another trail."""
        self._ours_by_sent.update(other._ours_by_sent)

    def to_text(self) -> dict[str, str]:
        """The trail as plain texts, to be kept with its request."""
        return {path_text(sent): path_text(ours) for sent, ours in self._ours_by_sent.items()}

    @classmethod
    def from_text(cls, kept: Mapping[str, str]) -> "FieldMap":
        """Read back what `to_text` gave."""
        return cls({path_from_text(sent): path_from_text(ours) for sent, ours in kept.items()})


def _common_start(paths: list[Path]) -> Path:
    first, last = min(paths, key=path_text), max(paths, key=path_text)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]
