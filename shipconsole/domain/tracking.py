"""Tracks: what is known of a parcel on its way, from the bench onwards."""

from collections.abc import Mapping, Sequence
from typing import Literal

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.shipment import Shipment

TrackStatus = Literal["packed", "announced"]


class TrackEvent(Frozen):
    """One thing that happened to a parcel, in plain words."""

    at_ms: int
    words: str
    place: str = ""


class Track(Frozen):
    """One parcel's number and what happened to it, newest first.

    A parcel is `packed` when its shipment was entered here, and `announced` when a vendor has taken the news.
    """

    tracking_number: str
    carrier: str = ""
    status: TrackStatus
    events: tuple[TrackEvent, ...] = ()


def tracks_of(shipments: Sequence[Shipment], announced_at_ms: Mapping[int, int]) -> tuple[Track, ...]:
    """A track for each parcel; `announced_at_ms` tells by shipment id when a vendor last took the news."""
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
                events=(*told, packed),
            )
            for package in shipment.packages
        ]
    return tuple(tracks)
