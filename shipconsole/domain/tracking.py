"""Tracks: what is known of a parcel on its way, from the bench onwards."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from shipconsole.domain import carrier as carriers
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.remote_track import RemoteEvent, RemoteStatus, RemoteTrack
from shipconsole.domain.shipment import Shipment

TrackStatus = Literal["packed", "announced"] | RemoteStatus
RANKS: Mapping[TrackStatus, int] = MappingProxyType(
    {
        "unknown": 0,
        "not_yet": 1,
        "accepted": 2,
        "in_transit": 3,
        "attempted": 3,
        "exception": 3,
        "collection_point": 4,
        "delivered": 5,
    }
)
"""How far on its way a parcel in a state is."""


class TrackEvent(Frozen):
    """One thing that happened to a parcel, in plain words; `said` are the carrier's own beside them.

    `local_time` is the carrier's own clock, which names no zone: it is shown and never compared with anything.
    """

    at_ms: int
    words: str
    place: str = ""
    status: RemoteStatus = "unknown"
    said: str = ""
    local_time: str = ""
    latitude: float | None = None
    longitude: float | None = None


NO_CORRECTIONS: Mapping[int, Sequence[TrackEvent]] = MappingProxyType({})


class Track(Frozen):
    """One parcel's number and what happened to it, newest first.

    A parcel is `packed` when its shipment was entered here, and `announced` when a vendor has taken the news; the
    other states are those that a vendor tells of a parcel. `words` are the vendor's state in a plain sentence, `said`
    the carrier's own sentences, `expected` and `delivered` the days as they were written, `url`
    a page that is told of, which may be anybody's.
    """

    tracking_number: str
    carrier: str = ""
    status: TrackStatus
    words: str = ""
    said: tuple[str, ...] = ()
    expected: str = ""
    delivered: str = ""
    url: str = ""
    events: tuple[TrackEvent, ...] = ()


def tracks_of(
    shipments: Sequence[Shipment],
    announced_at_ms: Mapping[int, int],
    elsewhere: Sequence[tuple[str, RemoteTrack]] = (),
    corrections: Mapping[int, Sequence[TrackEvent]] = NO_CORRECTIONS,
) -> tuple[Track, ...]:
    """A track for each parcel; `announced_at_ms` tells by shipment id when a vendor last took the news.

    `elsewhere` are the parcels that connections have, by the connection's name: one that left here gains what is
    told of it, the others come first. `corrections` are what was corrected of each parcel, by its id.
    """
    tracks: list[Track] = []
    for shipment in shipments:
        where = shipment.station or "the bench"
        packed = TrackEvent(at_ms=shipment.created_at_ms, words="Packed", place=where)
        told_at_ms = announced_at_ms.get(shipment.id)
        told = () if told_at_ms is None else (TrackEvent(at_ms=told_at_ms, words="Announced", place=where),)
        tracks += [
            Track(
                tracking_number=package.tracking_number,
                carrier=package.carrier,
                status="announced" if told else "packed",
                events=_newest_first((*corrections.get(package.id or 0, ()), *told, packed)),
            )
            for package in shipment.packages
        ]
    ours = {track.tracking_number: place for place, track in enumerate(tracks)}
    others: dict[str, Track] = {}
    for connection, remote in elsewhere:
        told = _track_of(connection, remote)
        place = ours.get(remote.tracking_number)
        if place is not None:
            tracks[place] = _joined(tracks[place], told)
        elif told.tracking_number in others:
            others[told.tracking_number] = _joined(others[told.tracking_number], told)
        else:
            others[told.tracking_number] = told
    return (*others.values(), *tracks)


def _joined(known: Track, told: Track) -> Track:
    """A parcel with what one more connection tells of it; the state further on its way counts."""
    events = _newest_first((*told.events, *known.events))
    is_further = RANKS.get(told.status, 0) >= RANKS.get(known.status, 0) and told.status != "unknown"
    last = told if is_further else known
    return last.model_copy(update={"carrier": known.carrier or told.carrier, "events": events})


def merged(known: RemoteTrack, news: RemoteTrack) -> RemoteTrack:
    """What two tellings of the same parcel say together, whichever of them came first.

    Each event stands once, newest first, what has no time at the end. The state is that of the telling with the newer
    event, so that one which comes late undoes nothing; where times do not tell, that of the telling further on its way.
    """
    last, first = (news, known) if _order_of(news, known) >= _order_of(known, news) else (known, news)
    events = {_key_of(event): event for event in (*first.events, *last.events)}
    return last.model_copy(
        update={
            "carrier": last.carrier or first.carrier,
            "url": last.url or first.url,
            "created": last.created if last.created.text else first.created,
            "shipped": last.shipped if last.shipped.text else first.shipped,
            "expected": last.expected if last.expected.text else first.expected,
            "delivered": last.delivered if last.delivered.text else first.delivered,
            "items": last.items or first.items,
            "notes": tuple(dict.fromkeys((*last.notes, *first.notes))),
            "events": tuple(sorted(events.values(), key=_place_of)),
        }
    )


def _order_of(track: RemoteTrack, other: RemoteTrack) -> tuple[float, ...]:
    """Where a telling stands against another: by time where both have one that counts, else by how far it is."""
    moment, rank = _newest_ms(track), RANKS[track.status]
    timed = track.timed and other.timed and moment is not None and _newest_ms(other) is not None
    return (moment or 0, rank, len(track.events)) if timed else (rank, moment or 0, len(track.events))


def _newest_ms(track: RemoteTrack) -> int | None:
    return max((event.occurred.at_ms for event in track.events if event.occurred.at_ms is not None), default=None)


def _key_of(event: RemoteEvent) -> tuple[str, str, str, str]:
    return event.occurred.text, event.code, event.words, event.place


def _place_of(event: RemoteEvent) -> tuple[float, tuple[str, str, str, str]]:
    return -(event.occurred.at_ms if event.occurred.at_ms is not None else 0), _key_of(event)


def _newest_first(events: Iterable[TrackEvent]) -> tuple[TrackEvent, ...]:
    return tuple(sorted(events, key=lambda event: -event.at_ms))


def _track_of(connection: str, remote: RemoteTrack) -> Track:
    """A vendor's parcel; what has no time that can be read cannot stand among what happened."""
    known = carriers.named(remote.carrier)
    events = [
        TrackEvent(
            at_ms=event.occurred.at_ms,
            words=event.words,
            place=event.place or connection,
            status=event.status,
            said=event.said,
            local_time=event.local_time,
            latitude=event.latitude,
            longitude=event.longitude,
        )
        for event in remote.events
        if event.occurred.at_ms is not None
    ]
    if remote.created.at_ms is not None:
        words = "Label made" if remote.events else remote.words
        events.append(TrackEvent(at_ms=remote.created.at_ms, words=words, place=connection))
    return Track(
        tracking_number=remote.tracking_number,
        carrier=known.id if known else remote.carrier,
        status=remote.status,
        words=remote.words,
        said=remote.said,
        expected=remote.expected.text,
        delivered=remote.delivered.text,
        url=remote.url,
        events=_newest_first(events),
    )
