"""Entries of the lists in a platform's order: which may be added or removed, and where each one is now.

A position identifies an entry only until another one is added or removed before it. A change that is sent later
therefore identifies an entry by the value by which the platform itself finds it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from shipconsole.domain.field import EACH, FieldPath, Value
from shipconsole.domain.message import NO_MESSAGE, Message


@dataclass(frozen=True, slots=True)
class EntryList:
    """A list in an order whose entries may be edited.

    `path` has `EACH` for each list around it. `kind` is the kind of an entry, and the end of the id of its `noun`.
    `key` names the value by which the platform finds an entry, empty if there is none. `required` names the values that
    a new entry must have. `removable` means that the platform documents how an entry is removed; if it does not, `kept`
    explains that. `named` lists have entries under names that the store chose. `basic` lists are those that a packer
    needs.
    """

    path: FieldPath
    kind: str
    key: str = ""
    required: tuple[str, ...] = ()
    removable: bool = False
    kept: Message = NO_MESSAGE
    named: bool = False
    basic: bool = False

    @property
    def noun(self) -> Message:
        """Return the name of an entry's kind, for a sentence."""
        return Message(f"entry.{self.kind}")


def list_at(lists: Iterable[EntryList], path: FieldPath) -> EntryList | None:
    """Return the list at a path."""
    return next((entry_list for entry_list in lists if _fits(entry_list.path, path)), None)


def list_of(lists: Iterable[EntryList], entry: FieldPath) -> EntryList | None:
    """Return the list that contains the entry at a path."""
    found = list_at(lists, entry[:-1])
    return found if found is not None and (found.named or entry[-1].isdecimal()) else None


def entries_of(lists: Collection[EntryList], path: FieldPath) -> tuple[FieldPath, ...]:
    """Return the paths of the entries around a value, the outermost first."""
    found: list[FieldPath] = []
    for end in range(2, len(path) + 1):
        entry_list = list_of(lists, path[:end])
        if entry_list is not None and not entry_list.named:
            found.append(path[:end])
    return tuple(found)


def positions(paths: Iterable[FieldPath], where: FieldPath) -> tuple[int, ...]:
    """Return the positions that are used in a list."""
    depth = len(where)
    return tuple(sorted({int(path[depth]) for path in paths if _is_inside(path, where) and path[depth].isdecimal()}))


def next_position(paths: Iterable[FieldPath], where: FieldPath) -> int:
    """Return the position after the last one of a list."""
    return max(positions(paths, where), default=-1) + 1


def keys_of(
    lists: Collection[EntryList], known: Mapping[FieldPath, Value], paths: Iterable[FieldPath]
) -> dict[FieldPath, str]:
    """Return the value by which the platform finds each entry around some paths, if it has one."""
    found: dict[FieldPath, str] = {}
    for path in paths:
        for entry in entries_of(lists, path):
            entry_list = list_of(lists, entry)
            value = known.get((*entry, entry_list.key)) if entry_list is not None and entry_list.key else None
            if value not in (None, ""):
                found[entry] = str(value)
    return found


def current_paths(
    lists: Collection[EntryList],
    paths: Iterable[FieldPath],
    added: Collection[FieldPath],
    keys: Mapping[FieldPath, str],
    known: Mapping[FieldPath, Value],
) -> dict[FieldPath, FieldPath | None]:
    """Return the current path of each entry around some paths in the platform's present document; None if it is gone.

    Entries in `added` follow the existing ones, in their own order; an entry that `keys` does not have stays at its
    path.
    """
    entries = {entry for path in paths for entry in entries_of(lists, path)}
    found: dict[FieldPath, FieldPath | None] = {}
    taken = set(known)
    for entry in sorted(entries, key=lambda entry: (len(entry), entry[:-1], int(entry[-1]))):
        list_path, entry_list = moved(entry[:-1], found), list_of(lists, entry)
        if list_path is None or entry_list is None:
            found[entry] = None
        elif entry in added:
            found[entry] = (*list_path, str(next_position(taken, list_path)))
            taken.add((*list_path, str(next_position(taken, list_path)), entry_list.key))
        elif entry in keys:
            positions_of_key = (
                position
                for position in positions(known, list_path)
                if _text(known, list_path, position, entry_list) == keys[entry]
            )
            position = next(positions_of_key, None)
            found[entry] = None if position is None else (*list_path, str(position))
        else:
            found[entry] = (*list_path, entry[-1])
    return found


def moved(path: FieldPath, current: Mapping[FieldPath, FieldPath | None]) -> FieldPath | None:
    """Return a path with its entry at the current position; None if the entry is gone."""
    for end in range(len(path), 0, -1):
        if path[:end] in current:
            entry_path = current[path[:end]]
            return None if entry_path is None else (*entry_path, *path[end:])
    return path


def is_needed(title: Message, noun: Message) -> Message:
    """Return the message for a new entry that lacks a value."""
    return Message("field.needed_for_new", title=title, noun=noun)


def _text(known: Mapping[FieldPath, Value], list_path: FieldPath, position: int, entry_list: EntryList) -> str:
    return str(known.get((*list_path, str(position), entry_list.key)))


def _is_inside(path: FieldPath, where: FieldPath) -> bool:
    return len(path) > len(where) and path[: len(where)] == where


def _fits(pattern: FieldPath, path: FieldPath) -> bool:
    return len(pattern) == len(path) and all(
        step == mark or (mark == EACH and step.isdecimal()) for mark, step in zip(pattern, path, strict=True)
    )
