"""What was typed in the fields of one connection: what differs, what of it is told already, what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shipconsole.domain.call import ENDED
from shipconsole.domain.entries import current_paths, is_needed, keys_of, list_of, moved, next_position
from shipconsole.domain.field import FieldPath, Value, check, field_at, text_of, value_of
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import REJECTED, FieldChanges, Section, changes_from
from shipconsole.ui.dialogs.fields.groups import Entry, Group, groups_of


@dataclass(frozen=True, slots=True)
class _Typed:
    """Texts by path as they were typed, the entries that shall go, and those that are new."""

    texts: Mapping[FieldPath, str]
    removed: tuple[FieldPath, ...]
    added: tuple[FieldPath, ...]


class Edits:
    """The typed texts by path, beside what the platform has; entries of lists that are new, and those that shall go.

    What earlier changes want and the platform has not taken yet is in the fields from the beginning: a refused
    value is there to be mended, and one that is on its way is not told twice.
    """

    def __init__(self, section: Section, calls: Iterable[Call]) -> None:
        """Begin with the calls of the order."""
        self._section = section
        self._entries: dict[FieldPath, Entry] = {}
        self._typed: dict[FieldPath, str] = {}
        self._told: dict[FieldPath, str] = {}
        self._added: list[FieldPath] = []
        self._removed: list[FieldPath] = []
        self._on_its_way: set[FieldPath] = set()
        """The entries whose coming or going the platform is being told of."""
        self._refused_seen: set[int] = set()
        self.groups: tuple[Group, ...] = ()
        """All fields under their headings, those of new entries too."""
        self.calls: tuple[Call, ...] = ()
        """All that this connection was told about the order, oldest first."""
        self.look_again(section, calls)

    def look_again(self, section: Section, calls: Iterable[Call]) -> None:
        """Take what the platform has now; what was typed and is not told stays, with the entry that it stands in."""
        before = self._section
        calls = tuple(call for call in calls if call.connection_id == section.connection.id)
        mine = self._without_told(self._mine(), calls)
        keys = keys_of(before.lists, before.values, (*mine.texts, *mine.removed))
        self._section = section
        self.calls = calls
        self._typed, self._told, self._added, self._removed = {}, {}, [], []
        self._on_its_way = set()
        for call in self.calls:
            if call.intent is not None and call.state not in ENDED and call.id not in self._refused_seen:
                wanted = changes_from(call.intent)
                self._take(_typed(section, wanted), wanted.keys, told=call.state not in REJECTED)
        self._take(mine, keys, told=False)
        self._refused_seen = {call.id for call in self.refused()}

    def type(self, path: FieldPath, text: str) -> None:
        """Take what stands in a field now."""
        if self._differs(path, text):
            self._typed[path] = text
        else:
            self._typed.pop(path, None)

    def undo(self, path: FieldPath) -> None:
        """Forget what was typed."""
        self._typed.pop(path, None)

    def add(self, where: FieldPath, name: str = "") -> FieldPath:
        """Begin a new entry of a list, under a name where the list has names; tell where it stands."""
        entry = (*where, name or str(next_position((*self._section.values, *self._added), where)))
        if entry not in self._added and entry not in self._entries:
            self._added.append(entry)
            self._group()
        return entry

    def remove(self, entry: FieldPath) -> None:
        """Have an entry taken away; one that is new is forgotten, and those behind it move up."""
        if entry not in self._added:
            self._removed.append(entry)
            return
        mine = self._mine()
        self._typed = {path: text for path, text in self._typed.items() if path not in mine.texts}
        self._added = [one for one in self._added if one not in mine.added]
        left = {path: text for path, text in mine.texts.items() if path[: len(entry)] != entry}
        self._take(_Typed(left, (), tuple(one for one in mine.added if one[: len(entry)] != entry)), {}, told=False)

    def restore(self, entry: FieldPath) -> None:
        """Let an entry stay after all."""
        self._removed = [one for one in self._removed if one != entry]

    def has(self, path: FieldPath) -> str:
        """What the platform has."""
        return self._entries[path].text

    def text(self, path: FieldPath) -> str:
        """What the field shows."""
        return self._typed.get(path, self._entries[path].text)

    def is_changed(self, path: FieldPath) -> bool:
        """Whether the field shows something else than the platform has."""
        return path in self._typed

    def is_told(self, path: FieldPath) -> bool:
        """Whether the change of this field is on its way to the platform."""
        return path in self._typed and self._told.get(path) == self._typed[path]

    def is_new(self, entry: FieldPath) -> bool:
        """Whether an entry is one that the platform does not have yet."""
        return entry in self._added

    def is_removed(self, path: FieldPath) -> bool:
        """Whether a field or an entry stands in one that shall go."""
        return any(path[: len(entry)] == entry for entry in self._removed)

    def is_on_its_way(self, entry: FieldPath) -> bool:
        """Whether the platform is being told that an entry comes or goes."""
        return entry in self._on_its_way

    def unsaved(self) -> tuple[FieldPath, ...]:
        """The changed fields of which the platform is not being told, as the platform has them in order."""
        return tuple(
            path
            for path in self._entries
            if path in self._typed and not self.is_told(path) and not self.is_removed(path)
        )

    def removals(self) -> tuple[FieldPath, ...]:
        """The entries that shall go and of which the platform is not being told."""
        return tuple(entry for entry in self._removed if entry not in self._on_its_way)

    def count(self) -> int:
        """How much is changed and not told."""
        return len(self.unsaved()) + len(self.removals())

    def titles(self) -> tuple[str, ...]:
        """What the unsaved fields and removals are called, each once."""
        titles = [str(self._entries[path].field.title) for path in self.unsaved()]
        doomed = [
            text("fields.removed_entry", title=group.title) for group in self.groups if group.part in self.removals()
        ]
        return tuple(dict.fromkeys([*titles, *doomed]))

    def wrong(self, path: FieldPath) -> str:
        """What is wrong with what was typed, in a sentence."""
        field, typed = self._entries[path].field, self._typed.get(path, "")
        if not typed.strip() and self._is_needed(path):
            one = list_of(self._section.lists, path[:-1])
            return str(is_needed(field.title, one.noun if one else Message("entry.entry")))
        if path not in self._typed or self.is_removed(path):
            return ""
        problem = check(field, typed)
        if problem is not None:
            return str(problem.message)
        return text("fields.cannot_clear", title=field.title) if value_of(field, typed) is None else ""

    def first_wrong(self) -> FieldPath | None:
        """The first unsaved field that cannot be told as it is."""
        unsaved = set(self.unsaved())
        return next(
            (one for one in self._entries if (one in unsaved or self._is_needed(one)) and self.wrong(one)), None
        )

    def wanted(self) -> FieldChanges:
        """The unsaved changes as values; there must be nothing wrong with them."""
        values: dict[FieldPath, Value] = {
            path: value_of(self._entries[path].field, self._typed[path]) for path in self.unsaved()
        }
        added = tuple(
            entry
            for entry in self._mine().added
            if entry not in self._entries and any(path[: len(entry)] == entry for path in values)
        )
        return FieldChanges(values, self.removals(), added)

    def refused(self) -> tuple[Call, ...]:
        """Changes that the platform refused; a new one goes in their place."""
        return edit.rejected_edits(self.calls, self._section.connection.id)

    def said(self) -> Mapping[FieldPath, str]:
        """What refusals complain of, by field."""
        found: dict[FieldPath, list[str]] = {}
        for problem in self._field_errors():
            path = self.field_of(problem)
            if path is not None:
                found.setdefault(path, []).append(str(problem.sentence))
        return {path: " ".join(dict.fromkeys(texts)) for path, texts in found.items()}

    def field_of(self, problem: Problem) -> FieldPath | None:
        """The field that a problem is about, or the first one of the part that it is about."""
        path = tuple(str(step) for step in problem.path[1:])
        if problem.path[:1] != ("fields",) or not path:
            return None
        return path if path in self._entries else next((one for one in self._entries if one[: len(path)] == path), None)

    def _without_told(self, typed: _Typed, calls: Iterable[Call]) -> _Typed:
        """The same without the new entries that a call now tells of just as they were typed."""
        seen = {call.id for call in self.calls}
        told: list[FieldPath] = []
        for call in calls:
            if call.id not in seen and call.intent is not None and call.state not in ENDED:
                wanted = _typed(self._section, changes_from(call.intent))
                told += [entry for entry in wanted.added if _below(wanted.texts, entry) == _below(typed.texts, entry)]
        texts = {path: text for path, text in typed.texts.items() if not any(path[: len(one)] == one for one in told)}
        return _Typed(texts, typed.removed, tuple(entry for entry in typed.added if entry not in told))

    def _take(self, typed: _Typed, keys: Mapping[FieldPath, str], *, told: bool) -> None:
        """Take over what was typed, each part of a list where the platform has it now; what is gone is forgotten."""
        lists, values = self._section.lists, self._section.values
        touched = (*typed.texts, *typed.removed, *typed.added)
        places = current_paths(lists, touched, typed.added, keys, {**values, **dict.fromkeys(self._added)})
        texts = {now: text for path, text in typed.texts.items() if (now := moved(path, places)) is not None}
        added = [now for entry in typed.added if (now := moved(entry, places)) is not None]
        added += [path for path in texts if (one := list_of(lists, path)) and one.named and path not in values]
        removed = [now for entry in typed.removed if (now := moved(entry, places)) is not None]
        self._added += [entry for entry in dict.fromkeys(added) if entry not in self._added]
        self._removed += [entry for entry in removed if entry not in self._removed]
        if told:
            self._on_its_way.update(added, removed)
            self._told |= texts
        self._group()
        for path, typed_text in texts.items():
            self.type(path, typed_text)

    def _group(self) -> None:
        self.groups = groups_of(self._section, self._added)
        self._entries = {entry.path: entry for group in self.groups for entry in group.entries}

    def _is_needed(self, path: FieldPath) -> bool:
        """Whether a new entry in which something was typed cannot do without this field."""
        entry, lists = path[:-1], self._section.lists
        if entry not in self._added or entry in self._on_its_way:
            return False
        one = list_of(lists, entry)
        begun = any(typed[: len(entry)] == entry for typed in self._typed)
        return begun and one is not None and path[-1] in one.required

    def _mine(self) -> _Typed:
        """All that is not told yet, texts as they were typed."""
        return _Typed(
            {path: text for path, text in self._typed.items() if not self.is_told(path)},
            self.removals(),
            tuple(entry for entry in self._added if entry not in self._on_its_way),
        )

    def _field_errors(self) -> list[Problem]:
        return [problem for call in self.refused() for problem in call.problems]

    def _differs(self, path: FieldPath, text: str) -> bool:
        entry = self._entries.get(path)
        if entry is None or not entry.may_change:
            return False
        same = check(entry.field, text) is None and text_of(entry.field, value_of(entry.field, text)) == entry.text
        return text != entry.text and not same


def _below(texts: Mapping[FieldPath, str], entry: FieldPath) -> dict[FieldPath, str]:
    return {path: text for path, text in texts.items() if path[: len(entry)] == entry}


def _typed(section: Section, wanted: FieldChanges) -> _Typed:
    """What an earlier change wants, as if it were typed."""
    fields = {path: field_at(section.fields, path) for path in wanted.values}
    texts = {path: text_of(field, wanted.values[path]) for path, field in fields.items() if field is not None}
    return _Typed(texts, wanted.delete, wanted.added)
