"""Tracks: what is known of a parcel on its way, from the bench onwards."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from shipconsole.domain import carrier as carriers
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.remote_track import RemoteStatus, RemoteTrack
from shipconsole.domain.shipment import Shipment

TrackStatus = Literal["packed", "announced"] | RemoteStatus


class TrackEvent(Frozen):
    """One thing that happened to a parcel, in plain words."""

    at_ms: int
    words: str
    place: str = ""


NO_CORRECTIONS: Mapping[int, Sequence[TrackEvent]] = MappingProxyType({})


class Track(Frozen):
    """One parcel's number and what happened to it, newest first.

    A parcel is `packed` when its shipment was entered here, and `announced` when a vendor has taken the news; the
    other states are those that a vendor tells of a parcel.
    """

    tracking_number: str
    carrier: str = ""
    status: TrackStatus
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
    others: list[Track] = []
    for connection, remote in elsewhere:
        told = _track_of(connection, remote)
        place = ours.get(remote.tracking_number)
        if place is None:
            others.append(told)
        else:
            track = tracks[place]
            events = _newest_first((*told.events, *track.events))
            status = track.status if told.status == "unknown" else told.status
            tracks[place] = track.model_copy(update={"status": status, "events": events})
    return (*others, *tracks)


def _newest_first(events: Iterable[TrackEvent]) -> tuple[TrackEvent, ...]:
    return tuple(sorted(events, key=lambda event: -event.at_ms))


def _track_of(connection: str, remote: RemoteTrack) -> Track:
    """A vendor's parcel; what has no time that can be read cannot stand among what happened."""
    known = carriers.named(remote.carrier)
    events = [
        TrackEvent(at_ms=event.occurred.at_ms, words=event.words, place=event.place or connection)
        for event in remote.events
        if event.occurred.at_ms is not None
    ]
    if remote.created.at_ms is not None:
        events.append(TrackEvent(at_ms=remote.created.at_ms, words=remote.words, place=connection))
    return Track(
        tracking_number=remote.tracking_number,
        carrier=known.id if known else remote.carrier,
        status=remote.status,
        events=_newest_first(events),
    )
