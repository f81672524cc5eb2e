"""What was typed in the fields of one connection: which values differ, which are being sent, and their problems."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shipconsole.domain.call import ENDED, Call
from shipconsole.domain.entries import current_paths, is_needed, keys_of, list_of, moved, next_position
from shipconsole.domain.field import FieldPath, Value, check, field_at, text_of, value_of
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.vendor_orders.edit import REJECTED, FieldChanges, Section, changes_from, rejected_edits
from shipconsole.ui.dialogs.fields.groups import Entry, Group, groups_of


@dataclass(frozen=True, slots=True)
class _Typed:
    """Texts by path as they were typed, the list entries to remove, and the new ones."""

    texts: Mapping[FieldPath, str]
    removed: tuple[FieldPath, ...]
    added: tuple[FieldPath, ...]


class Edits:
    """Typed texts by path beside the platform's values, new list entries, and list entries to remove.

    Earlier updates that the platform has not confirmed are filled in from the start: a rejected value can be
    fixed, and one that is being sent is not sent twice.
    """

    def __init__(self, section: Section, calls: Iterable[Call]) -> None:
        """Initialize with the updates of the order."""
        self._section = section
        self._entries: dict[FieldPath, Entry] = {}
        self._typed: dict[FieldPath, str] = {}
        self._sending: dict[FieldPath, str] = {}
        self._added: list[FieldPath] = []
        self._removed: list[FieldPath] = []
        self._sending_entries: set[FieldPath] = set()
        """The list entries that an update adds or removes."""
        self._refused_seen: set[int] = set()
        self.groups: tuple[Group, ...] = ()
        """All fields under their headings, those of new entries too."""
        self.calls: tuple[Call, ...] = ()
        """All updates of the order for this connection, oldest first."""
        self.refresh(section, calls)

    def refresh(self, section: Section, calls: Iterable[Call]) -> None:
        """Take the platform's current values; unsaved input stays, and moves with the list entry it is in."""
        before = self._section
        calls = tuple(call for call in calls if call.connection_id == section.connection.id)
        mine = self._without_queued(self._unsent(), calls)
        keys = keys_of(before.lists, before.values, (*mine.texts, *mine.removed))
        self._section = section
        self.calls = calls
        self._typed, self._sending, self._added, self._removed = {}, {}, [], []
        self._sending_entries = set()
        for call in self.calls:
            if call.intent is not None and call.state not in ENDED and call.id not in self._refused_seen:
                wanted = changes_from(call.intent)
                self._take(_typed(section, wanted), wanted.keys, is_sending=call.state not in REJECTED)
        self._take(mine, keys, is_sending=False)
        self._refused_seen = {call.id for call in self.refused()}

    def type(self, path: FieldPath, typed: str) -> None:
        """Take the text of a field."""
        if self._differs(path, typed):
            self._typed[path] = typed
        else:
            self._typed.pop(path, None)

    def undo(self, path: FieldPath) -> None:
        """Discard the text that was typed in a field."""
        self._typed.pop(path, None)

    def add(self, where: FieldPath, name: str = "") -> FieldPath:
        """Begin a new entry of a list, under a name where the list has names; return its path."""
        entry = (*where, name or str(next_position((*self._section.values, *self._added), where)))
        if entry not in self._added and entry not in self._entries:
            self._added.append(entry)
            self._group()
        return entry

    def remove(self, entry: FieldPath) -> None:
        """Remove a list entry; a new one is discarded, and later new ones move up."""
        if entry not in self._added:
            self._removed.append(entry)
            return
        mine = self._unsent()
        self._typed = {path: typed for path, typed in self._typed.items() if path not in mine.texts}
        self._added = [added for added in self._added if added not in mine.added]
        left = {path: typed for path, typed in mine.texts.items() if path[: len(entry)] != entry}
        added = tuple(added for added in mine.added if added[: len(entry)] != entry)
        self._take(_Typed(left, (), added), {}, is_sending=False)

    def restore(self, entry: FieldPath) -> None:
        """Keep a list entry that was to be removed."""
        self._removed = [removed for removed in self._removed if removed != entry]

    def platform_text(self, path: FieldPath) -> str:
        """Return the platform's value of a field as text."""
        return self._entries[path].text

    def text(self, path: FieldPath) -> str:
        """Return the text of a field, as it was typed or else the platform's."""
        return self._typed.get(path, self._entries[path].text)

    def is_changed(self, path: FieldPath) -> bool:
        """Return whether a field differs from the platform's value."""
        return path in self._typed

    def is_sending(self, path: FieldPath) -> bool:
        """Return whether the change of a field is being sent."""
        return path in self._typed and self._sending.get(path) == self._typed[path]

    def is_new(self, entry: FieldPath) -> bool:
        """Return whether the platform does not have a list entry yet."""
        return entry in self._added

    def is_removed(self, path: FieldPath) -> bool:
        """Return whether a field or list entry is, or is in, one to be removed."""
        return any(path[: len(entry)] == entry for entry in self._removed)

    def is_entry_sending(self, entry: FieldPath) -> bool:
        """Return whether adding or removing a list entry is being sent."""
        return entry in self._sending_entries

    def unsaved(self) -> tuple[FieldPath, ...]:
        """Return the changed fields that are not being sent, in the platform's order."""
        return tuple(
            path
            for path in self._entries
            if path in self._typed and not self.is_sending(path) and not self.is_removed(path)
        )

    def removals(self) -> tuple[FieldPath, ...]:
        """Return the list entries to remove whose removal is not being sent."""
        return tuple(entry for entry in self._removed if entry not in self._sending_entries)

    def count(self) -> int:
        """Return the number of unsaved changes."""
        return len(self.unsaved()) + len(self.removals())

    def titles(self) -> tuple[str, ...]:
        """Return the titles of the unsaved changes, each once."""
        titles = [str(self._entries[path].field.title) for path in self.unsaved()]
        removals = self.removals()
        titles += [text("fields.removed_entry", title=group.title) for group in self.groups if group.part in removals]
        return tuple(dict.fromkeys(titles))

    def problem(self, path: FieldPath) -> str:
        """Return the problem of a field's text as a sentence, empty where there is none."""
        field, typed = self._entries[path].field, self._typed.get(path, "")
        if not typed.strip() and self._is_needed(path):
            entries = list_of(self._section.lists, path[:-1])
            return str(is_needed(field.title, entries.noun if entries else Message("entry.entry")))
        if path not in self._typed or self.is_removed(path):
            return ""
        problem = check(field, typed)
        if problem is not None:
            return str(problem.message)
        return text("fields.cannot_clear", title=field.title) if value_of(field, typed) is None else ""

    def first_with_problem(self) -> FieldPath | None:
        """Return the first unsaved field that can't be sent as it is."""
        unsaved = set(self.unsaved())
        checked = (path for path in self._entries if path in unsaved or self._is_needed(path))
        return next((path for path in checked if self.problem(path)), None)

    def requested(self) -> FieldChanges:
        """Return the unsaved changes as values; they must have no problems."""
        values: dict[FieldPath, Value] = {
            path: value_of(self._entries[path].field, self._typed[path]) for path in self.unsaved()
        }
        added = tuple(
            entry
            for entry in self._unsent().added
            if entry not in self._entries and any(path[: len(entry)] == entry for path in values)
        )
        return FieldChanges(values, self.removals(), added)

    def refused(self) -> tuple[Call, ...]:
        """Return the updates that the platform rejected; a new one replaces them."""
        return rejected_edits(self.calls, self._section.connection.id)

    def refusals(self) -> Mapping[FieldPath, str]:
        """Return the problems that the platform reported, by field."""
        found: dict[FieldPath, list[str]] = {}
        for call in self.refused():
            for problem in call.problems:
                path = self.field_of(problem)
                if path is not None:
                    found.setdefault(path, []).append(str(problem.sentence))
        return {path: " ".join(dict.fromkeys(texts)) for path, texts in found.items()}

    def field_of(self, problem: Problem) -> FieldPath | None:
        """Return the field of a problem, or the first field of the part that it is about."""
        path = tuple(str(step) for step in problem.path[1:])
        if problem.path[:1] != ("fields",) or not path:
            return None
        return path if path in self._entries else next((own for own in self._entries if own[: len(path)] == path), None)

    def _without_queued(self, typed: _Typed, calls: Iterable[Call]) -> _Typed:
        """Return the input without new entries that a newly queued update adds just as they were typed."""
        seen = {call.id for call in self.calls}
        queued: list[FieldPath] = []
        for call in calls:
            if call.id not in seen and call.intent is not None and call.state not in ENDED:
                wanted = _typed(self._section, changes_from(call.intent))
                queued += [entry for entry in wanted.added if _below(wanted.texts, entry) == _below(typed.texts, entry)]
        texts = {
            path: shown
            for path, shown in typed.texts.items()
            if not any(path[: len(entry)] == entry for entry in queued)
        }
        return _Typed(texts, typed.removed, tuple(entry for entry in typed.added if entry not in queued))

    def _take(self, typed: _Typed, keys: Mapping[FieldPath, str], *, is_sending: bool) -> None:
        """Take input, each list entry at its current position; input for entries that are gone is dropped."""
        lists, values = self._section.lists, self._section.values
        touched = (*typed.texts, *typed.removed, *typed.added)
        positions = current_paths(lists, touched, typed.added, keys, {**values, **dict.fromkeys(self._added)})
        texts = {now: shown for path, shown in typed.texts.items() if (now := moved(path, positions)) is not None}
        added = [now for entry in typed.added if (now := moved(entry, positions)) is not None]
        added += [path for path in texts if (named := list_of(lists, path)) and named.named and path not in values]
        removed = [now for entry in typed.removed if (now := moved(entry, positions)) is not None]
        self._added += [entry for entry in dict.fromkeys(added) if entry not in self._added]
        self._removed += [entry for entry in removed if entry not in self._removed]
        if is_sending:
            self._sending_entries.update(added, removed)
            self._sending |= texts
        self._group()
        for path, typed_text in texts.items():
            self.type(path, typed_text)

    def _group(self) -> None:
        self.groups = groups_of(self._section, self._added)
        self._entries = {entry.path: entry for group in self.groups for entry in group.entries}

    def _is_needed(self, path: FieldPath) -> bool:
        """Return whether a field is required in a new entry in which something was typed."""
        entry = path[:-1]
        if entry not in self._added or entry in self._sending_entries:
            return False
        entries = list_of(self._section.lists, entry)
        is_begun = any(typed[: len(entry)] == entry for typed in self._typed)
        return is_begun and entries is not None and path[-1] in entries.required

    def _unsent(self) -> _Typed:
        """Return all input that is not being sent."""
        return _Typed(
            {path: typed for path, typed in self._typed.items() if not self.is_sending(path)},
            self.removals(),
            tuple(entry for entry in self._added if entry not in self._sending_entries),
        )

    def _differs(self, path: FieldPath, typed: str) -> bool:
        entry = self._entries.get(path)
        if entry is None or not entry.may_change:
            return False
        is_same = check(entry.field, typed) is None and text_of(entry.field, value_of(entry.field, typed)) == entry.text
        return typed != entry.text and not is_same


def _below(texts: Mapping[FieldPath, str], entry: FieldPath) -> dict[FieldPath, str]:
    return {path: typed for path, typed in texts.items() if path[: len(entry)] == entry}


def _typed(section: Section, wanted: FieldChanges) -> _Typed:
    """Return the changes of an earlier update as if they were typed."""
    fields = {path: field_at(section.fields, path) for path in wanted.values}
    texts = {path: text_of(field, wanted.values[path]) for path, field in fields.items() if field is not None}
    return _Typed(texts, wanted.delete, wanted.added)
