"""Tracking events: when two of them are one, whatever the words, the order and the way in which they were told.

What an event is known by is what its platform says: the second in which it happened, the code, the place, the
platform's own description; the state where there is no code. Our own sentence is none of it.
"""

from collections.abc import Iterable, Sequence

from shipconsole.domain.remote_track import RemoteEvent, RemoteTime

_DETAILS = ("local_time", "company", "signer", "proof_url", "said", "latitude", "longitude")
"""What else is told of an event: it makes no other event of it."""


def moment_of(time: RemoteTime) -> str:
    """Return the second in which something happened, however it is written; a text that is no time as it is."""
    return str(time.at_ms // 1_000) if time.at_ms is not None else " ".join(time.text.split())


def key_of(event: RemoteEvent) -> tuple[str, str, str, str, str]:
    """Return what an event is known by: moment, code, place, description, and the state where there is no code."""
    code = _plain(event.code)
    state = "" if code or event.status == "unknown" else event.status
    return moment_of(event.occurred), code, _plain(event.place), _plain(event.description), state


def united(events: Iterable[RemoteEvent]) -> tuple[RemoteEvent, ...]:
    """Return each event once, newest first, what has no time last; of two alike the one that tells more.

    One that tells nothing which another of the same moment does not tell too is that other one: a code, a place or a
    description may be missing the second time.
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
    return tuple(sorted(complete, key=place_of))


def joined(events: Sequence[RemoteEvent]) -> tuple[RemoteEvent, ...]:
    """Return events as a person sees them: a detail that one telling has alone stands with the fuller telling."""
    found: list[RemoteEvent] = []
    for event in sorted(events, key=lambda each: (moment_of(each.occurred), -_told(key_of(each)), place_of(each))):
        position = next((position for position, known in enumerate(found) if _is_weaker(event, known)), None)
        if position is None:
            found.append(event)
        else:
            fuller = found[position]
            missing = {name: getattr(event, name) for name in _DETAILS if getattr(fuller, name) in ("", None)}
            found[position] = fuller.model_copy(update=missing)
    return tuple(sorted(found, key=place_of))


def place_of(event: RemoteEvent) -> tuple[float, tuple[str, ...]]:
    """Return where an event stands among others: the newest first, those of one second by what they are known by."""
    return -(event.occurred.at_ms if event.occurred.at_ms is not None else 0), key_of(event)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _told(key: tuple[str, ...]) -> int:
    return sum(bool(part) for part in key[1:])


def _fullness(event: RemoteEvent) -> tuple[int, str]:
    """Return how much is told of an event, whatever our words for it; of two that tell as much the same one counts."""
    document = event.model_dump_json(exclude_defaults=True, exclude={"message"})
    return len(document), document


def _is_weaker(event: RemoteEvent, other: RemoteEvent) -> bool:
    """Return whether one is the other, told with a code, a place or a description less."""
    mine, theirs = key_of(event), key_of(other)
    if mine == theirs or mine[0] != theirs[0]:
        return False
    if any(own and own != given for own, given in zip(mine[1:4], theirs[1:4], strict=True)):
        return False
    return not mine[4] or mine[4] == other.status


def _is_part(event: RemoteEvent, other: RemoteEvent) -> bool:
    """Return whether one tells nothing that the other does not tell too."""
    return _is_weaker(event, other) and all(
        getattr(event, name) in ("", None, getattr(other, name)) for name in _DETAILS
    )
