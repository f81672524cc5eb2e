"""The merging of tracking events: when two reports are the same event, whatever their wording and sequence.

An event is identified by what its platform sends: the second in which it happened, the code, the location, the
platform's description; the state if there is no code. Our own message is not part of it.
"""

from collections.abc import Iterable, Sequence

from shipconsole.domain.remote_track import RemoteEvent, RemoteTime

_DETAILS = ("local_time", "company", "signer", "proof_url", "platform_text", "latitude", "longitude")
"""Further details, which do not make it another event."""


def moment_of(time: RemoteTime) -> str:
    """Return the second of a time in whatever way it is written; a text that is no time as it is."""
    return str(time.at_ms // 1_000) if time.at_ms is not None else " ".join(time.text.split())


def key_of(event: RemoteEvent) -> tuple[str, str, str, str, str]:
    """Return what identifies an event: time, code, location, description, and the state if there is no code."""
    code = _plain(event.code)
    state = "" if code or event.status == "unknown" else event.status
    return moment_of(event.occurred), code, _plain(event.location), _plain(event.description), state


def unique_events(events: Iterable[RemoteEvent]) -> tuple[RemoteEvent, ...]:
    """Return each event once, newest first, events without a time last; of two equal ones the fuller one.

    An event that adds nothing to another one of the same time is the same event: a code, location or description may be
    missing the second time.
    """
    known: dict[tuple[str, ...], RemoteEvent] = {}
    for event in events:
        key = key_of(event)
        before = known.get(key)
        known[key] = event if before is None or _fullness(event) >= _fullness(before) else before
    by_moment: dict[str, list[RemoteEvent]] = {}
    for event in known.values():
        by_moment.setdefault(moment_of(event.occurred), []).append(event)
    complete = [
        event for same in by_moment.values() for event in same if not any(_is_part(event, other) for other in same)
    ]
    return tuple(sorted(complete, key=sort_key))


def joined_events(events: Sequence[RemoteEvent]) -> tuple[RemoteEvent, ...]:
    """Return the events as a person reads them: details that only one report has are added to the fuller one."""
    found: list[RemoteEvent] = []
    for event in sorted(events, key=_fullest_first):
        position = next((position for position, known in enumerate(found) if _is_weaker(event, known)), None)
        if position is None:
            found.append(event)
        else:
            fuller = found[position]
            missing = {name: getattr(event, name) for name in _DETAILS if getattr(fuller, name) in ("", None)}
            found[position] = fuller.model_copy(update=missing)
    return tuple(sorted(found, key=sort_key))


def sort_key(event: RemoteEvent) -> tuple[float, tuple[str, ...]]:
    """Return the sort key of an event: newest first, within one second by what identifies it."""
    return -(event.occurred.at_ms if event.occurred.at_ms is not None else 0), key_of(event)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fullest_first(event: RemoteEvent) -> tuple[str, int, tuple[float, tuple[str, ...]]]:
    key = key_of(event)
    return moment_of(event.occurred), -sum(bool(part) for part in key[1:]), sort_key(event)


def _fullness(event: RemoteEvent) -> tuple[int, str]:
    """Return how much an event contains, without our own message, as a sort key."""
    document = event.model_dump_json(exclude_defaults=True, exclude={"message"})
    return len(document), document


def _is_weaker(event: RemoteEvent, other: RemoteEvent) -> bool:
    """Return whether an event is another one with a code, location or description less."""
    mine, theirs = key_of(event), key_of(other)
    if mine == theirs or mine[0] != theirs[0]:
        return False
    if any(own and own != given for own, given in zip(mine[1:4], theirs[1:4], strict=True)):
        return False
    return not mine[4] or mine[4] == other.status


def _is_part(event: RemoteEvent, other: RemoteEvent) -> bool:
    """Return whether an event contains nothing that the other one lacks."""
    return _is_weaker(event, other) and all(
        getattr(event, name) in ("", None, getattr(other, name)) for name in _DETAILS
    )
