"""What was typed in the fields of one connection: what differs, what of it is told already, what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping

from shipconsole.domain.call import ENDED, CallState
from shipconsole.domain.field import FieldPath, check, field_at, text_of, value_of
from shipconsole.domain.problem import Problem
from shipconsole.operations.editing import Section, Wanted, wanted_from
from shipconsole.operations.outbox import Call
from shipconsole.ui import words
from shipconsole.ui.fields.groups import Entry, Group

REFUSED: tuple[CallState, ...] = ("rejected", "dead")


class Edits:
    """The typed texts by path, beside what the vendor has.

    What earlier changes want and the vendor has not taken yet is in the fields from the beginning: a refused
    value is there to be mended, and one that is on its way is not told twice.
    """

    def __init__(self, section: Section, groups: Iterable[Group], calls: Iterable[Call]) -> None:
        """Begin with the calls of the order."""
        self._entries: dict[FieldPath, Entry] = {}
        self._typed: dict[FieldPath, str] = {}
        self._told: dict[FieldPath, str] = {}
        self.calls: tuple[Call, ...] = ()
        """All that this connection was told about the order, oldest first."""
        self.look_again(section, groups, calls)
        for _, path, text in _wanted(section, self.calls):
            self.type(path, text)

    def look_again(self, section: Section, groups: Iterable[Group], calls: Iterable[Call]) -> None:
        """Take what the vendor has now; what was typed and is not so yet stays."""
        self._entries = {entry.path: entry for group in groups for entry in group.entries}
        self.calls = tuple(call for call in calls if call.connection_id == section.connection.id)
        self._typed = {path: text for path, text in self._typed.items() if self._differs(path, text)}
        self._told = {path: text for call, path, text in _wanted(section, self.calls) if call.state not in REFUSED}

    def type(self, path: FieldPath, text: str) -> None:
        """Take what stands in a field now."""
        if self._differs(path, text):
            self._typed[path] = text
        else:
            self._typed.pop(path, None)

    def undo(self, path: FieldPath) -> None:
        """Forget what was typed."""
        self._typed.pop(path, None)

    def has(self, path: FieldPath) -> str:
        """What the vendor has."""
        return self._entries[path].text

    def text(self, path: FieldPath) -> str:
        """What the field shows."""
        return self._typed.get(path, self._entries[path].text)

    def is_changed(self, path: FieldPath) -> bool:
        """Whether the field shows something else than the vendor has."""
        return path in self._typed

    def is_told(self, path: FieldPath) -> bool:
        """Whether the change of this field is on its way to the vendor."""
        return path in self._typed and self._told.get(path) == self._typed[path]

    def unsaved(self) -> tuple[FieldPath, ...]:
        """The changed fields of which the vendor is not being told, as the vendor has them in order."""
        return tuple(path for path in self._entries if path in self._typed and not self.is_told(path))

    def titles(self) -> tuple[str, ...]:
        """What the unsaved fields are called, each once."""
        return tuple(dict.fromkeys(self._entries[path].field.title for path in self.unsaved()))

    def wrong(self, path: FieldPath) -> str:
        """What is wrong with what was typed, in a sentence."""
        if path not in self._typed:
            return ""
        field, text = self._entries[path].field, self._typed[path]
        problem = check(field, text)
        if problem is not None:
            return problem.message
        return words.cannot_be_emptied(field.title) if value_of(field, text) is None else ""

    def first_wrong(self) -> FieldPath | None:
        """The first unsaved field that cannot be told as it is."""
        return next((path for path in self.unsaved() if self.wrong(path)), None)

    def wanted(self) -> Wanted:
        """The unsaved changes as values; there must be nothing wrong with them."""
        return Wanted({path: value_of(self._entries[path].field, self._typed[path]) for path in self.unsaved()})

    def refused(self) -> tuple[Call, ...]:
        """Changes that the vendor refused; a new one goes in their place."""
        return tuple(call for call in self.calls if call.intent is not None and call.state in REFUSED)

    def said(self) -> Mapping[FieldPath, str]:
        """What refusals complain of, by field."""
        found: dict[FieldPath, list[str]] = {}
        for problem in self._complaints():
            path = self.field_of(problem)
            if path is not None:
                found.setdefault(path, []).append(f"{problem.message} {problem.advice}".strip())
        return {path: " ".join(dict.fromkeys(texts)) for path, texts in found.items()}

    def field_of(self, problem: Problem) -> FieldPath | None:
        """The field that a problem is about, or the first one of the part that it is about."""
        path = tuple(str(step) for step in problem.path[1:])
        if problem.path[:1] != ("fields",) or not path:
            return None
        return path if path in self._entries else next((one for one in self._entries if one[: len(path)] == path), None)

    def _complaints(self) -> list[Problem]:
        return [problem for call in self.refused() for problem in call.problems]

    def _differs(self, path: FieldPath, text: str) -> bool:
        entry = self._entries.get(path)
        if entry is None or not entry.may_change:
            return False
        same = check(entry.field, text) is None and text_of(entry.field, value_of(entry.field, text)) == entry.text
        return text != entry.text and not same


def _wanted(section: Section, calls: Iterable[Call]) -> Iterator[tuple[Call, FieldPath, str]]:
    """What changes want that have not come to an end, oldest first."""
    for call in calls:
        if call.intent is not None and call.state not in ENDED:
            for path, value in wanted_from(call.intent).values.items():
                field = field_at(section.fields, path)
                if field is not None:
                    yield call, path, text_of(field, value)
