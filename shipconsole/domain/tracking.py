"""Tracks: what is known of a package on its way, from the bench onwards."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from shipconsole.domain import carrier as carriers
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.remote_track import RemoteEvent, RemotePacked, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.domain.shipment import Shipment
from shipconsole.domain.track_events import joined, united

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
"""How far on its way a package in a state is."""


class TrackEvent(Frozen):
    """One thing that happened to a package, in plain words; `said` are the carrier's own beside them.

    `at_ms` is None where its time cannot be read; `occurred` is the time as it was written. `code` is the platform's,
    `event_code` and `detail_code` are the carrier's.
    `local_time` is the carrier's own clock, which names no zone: it is shown and never compared with anything.
    """

    at_ms: int | None
    message: Message
    place: str = ""
    status: RemoteStatus = "unknown"
    said: str = ""
    occurred: str = ""
    local_time: str = ""
    postal_code: str = ""
    company: str = ""
    signer: str = ""
    proof_url: str = ""
    code: str = ""
    event_code: str = ""
    detail_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


WRONG_CHECK_DIGIT = Message("tracking.wrong_check_digit")
NO_CORRECTIONS: Mapping[int, Sequence[TrackEvent]] = MappingProxyType({})


class Track(Frozen):
    """One package's number and what happened to it, newest first.

    A package is `packed` when its shipment was entered here, and `announced` when a platform has taken the news; the
    other states are those that a platform tells of a package. `words` are the platform's state in a plain sentence,
    `description` its own, `said` the carrier's sentences; `code` and `detail_code` are the platform's, the other codes
    the carrier's. `shipped`, `expected` and `delivered` are the days as they were written, `url` and `label_url` pages
    that are told of, which may be anybody's, `items` what a platform that ships by itself says is in it. `doubts` tell
    in words what of it does not fit.
    """

    tracking_number: str
    carrier: str = ""
    status: TrackStatus
    message: Message = NO_MESSAGE
    said: tuple[str, ...] = ()
    description: str = ""
    code: str = ""
    detail_code: str = ""
    carrier_status_code: str = ""
    carrier_detail_code: str = ""
    shipped: str = ""
    expected: str = ""
    delivered: str = ""
    url: str = ""
    label_url: str = ""
    items: tuple[RemotePacked, ...] = ()
    doubts: tuple[Message, ...] = ()
    events: tuple[TrackEvent, ...] = ()


def tracks_of(
    shipments: Sequence[Shipment],
    announced_at_ms: Mapping[int, int],
    elsewhere: Sequence[tuple[str, RemoteTrack]] = (),
    corrections: Mapping[int, Sequence[TrackEvent]] = NO_CORRECTIONS,
) -> tuple[Track, ...]:
    """A track for each package; `announced_at_ms` tells by shipment id when a platform last took the news.

    `elsewhere` are the packages that connections have, by the connection's name: one that left here gains what is
    told of it, the others come first. `corrections` are what was corrected of each package, by its id.
    """
    tracks: list[Track] = []
    for shipment in shipments:
        location = shipment.station
        packed = TrackEvent(at_ms=shipment.created_at_ms, message=Message("tracking.packed"), place=location)
        told_at_ms = announced_at_ms.get(shipment.id)
        reported = (
            ()
            if told_at_ms is None
            else (TrackEvent(at_ms=told_at_ms, message=Message("tracking.notified"), place=location),)
        )
        tracks += [
            Track(
                tracking_number=package.tracking_number,
                carrier=package.carrier,
                status="announced" if reported else "packed",
                events=_newest_first((*corrections.get(package.id or 0, ()), *reported, packed)),
            )
            for package in shipment.packages
        ]
    ours = {track.tracking_number: position for position, track in enumerate(tracks)}
    others: dict[str, Track] = {}
    for connection, remote in elsewhere:
        reported = _track_of(connection, remote)
        position = ours.get(remote.tracking_number)
        if position is not None:
            tracks[position] = _joined(tracks[position], reported)
        elif reported.tracking_number in others:
            others[reported.tracking_number] = _joined(others[reported.tracking_number], reported)
        else:
            others[reported.tracking_number] = reported
    return (*others.values(), *tracks)


def _joined(known: Track, reported: Track) -> Track:
    """A package with what one more connection tells of it; the state further on its way counts.

    What is not said of that state is taken from the other one.
    """
    events = _newest_first((*reported.events, *known.events))
    is_further = RANKS.get(reported.status, 0) >= RANKS.get(known.status, 0) and reported.status != "unknown"
    last, other = (reported, known) if is_further else (known, reported)
    return last.model_copy(
        update={
            "carrier": known.carrier or reported.carrier,
            "message": last.message or other.message,
            "said": last.said or other.said,
            "shipped": last.shipped or other.shipped,
            "expected": last.expected or other.expected,
            "delivered": last.delivered or other.delivered,
            "url": last.url or other.url,
            "label_url": last.label_url or other.label_url,
            "items": last.items or other.items,
            "doubts": tuple(dict.fromkeys((*known.doubts, *reported.doubts))),
            "events": events,
        }
    )


def merged(known: RemoteTrack, news: RemoteTrack) -> RemoteTrack:
    """What two reports of the same package say together, whichever of them came first.

    Each event stands once, newest first, what has no time at the end. The state is that of the report with the newer
    event, so that one which comes late undoes nothing; where times do not tell, that of the report further on its way.
    What that one does not say is taken from the newest that says it. Whoever decides something stays known, so that
    any number of reports come to the same in any order.
    """
    reports = _deciding((*_reports_of(known), *_reports_of(news)))
    last = _last_of(reports)
    complete = last.model_copy(
        update={
            **{
                name: getattr(report, name)
                for name in _LASTING
                for report in (*reversed(reports), last)
                if _says(report, name)
            },
            "notes": tuple(sorted({*known.notes, *news.notes}, key=repr)),
            "events": united((*known.events, *news.events)),
        }
    )
    is_single = len(reports) == 1 and _newest_ms(complete) == _newest_ms(last)
    return complete.model_copy(update={"reports": () if is_single else reports})


def without_words(track: RemoteTrack) -> dict[str, object]:
    """What is known of a package but our own sentences, which may be written anew at any time."""
    ours = {"message": True, "events": {"__all__": {"message"}}}
    return track.model_dump(exclude={**ours, "reports": {"__all__": ours}})


_LASTING = ("carrier", "url", "label_url", "created", "shipped", "expected", "delivered", "items")
"""What a package keeps though newer reports say nothing of it."""


def _says(report: RemoteTrack, name: str) -> bool:
    value = getattr(report, name)
    return bool(value.text if isinstance(value, RemoteTime) else value)


def _reports_of(track: RemoteTrack) -> tuple[RemoteTrack, ...]:
    """Those that a track is put together from, each with no more of its events than when the newest was."""
    if track.reports:
        return track.reports
    moment = _newest_ms(track)
    events = () if moment is None else (RemoteEvent(message=NO_MESSAGE, occurred=RemoteTime(at_ms=moment)),)
    return (track.model_copy(update={"events": events, "notes": ()}),)


def _deciding(reports: Sequence[RemoteTrack]) -> tuple[RemoteTrack, ...]:
    """Those that decide something, the newest first: the last one by time, the last without, who says a thing last."""
    by_standing = {_standing(report): report for report in reports}
    order = sorted(by_standing, reverse=True)
    kinds = [next((standing for standing in order if standing[0] is timed), None) for timed in (True, False)]
    holders = [next((standing for standing in order if _says(by_standing[standing], name)), None) for name in _LASTING]
    return tuple(by_standing[standing] for standing in order if standing in (*kinds, *holders))


def _last_of(reports: Sequence[RemoteTrack]) -> RemoteTrack:
    """The one whose state counts: the newest, unless one whose time does not tell is further on its way."""
    timed = next((report for report in reports if _standing(report)[0]), None)
    other = next((report for report in reports if not _standing(report)[0]), None)
    both = [report for report in (timed, other) if report is not None]
    return max(both, key=lambda report: (RANKS[report.status], _newest_ms(report) or 0))


def _standing(track: RemoteTrack) -> tuple[bool, int, int, int, str]:
    """Where a report stands among all: by time where that counts, else by how far it is, then by how much it says."""
    moment, rank = _newest_ms(track), RANKS[track.status]
    if track.timed and moment is not None:
        return True, moment, rank, len(track.document), track.document
    return False, rank, moment or 0, len(track.document), track.document


def _newest_ms(track: RemoteTrack) -> int | None:
    return max((event.occurred.at_ms for event in track.events if event.occurred.at_ms is not None), default=None)


def _newest_first(events: Iterable[TrackEvent]) -> tuple[TrackEvent, ...]:
    """The newest first; what has no time that can be read stands at the end."""
    return tuple(sorted(events, key=lambda event: (event.at_ms is None, -(event.at_ms or 0))))


def _track_of(connection: str, remote: RemoteTrack) -> Track:
    """A platform's package with all that is told of it."""
    known = carriers.named(remote.carrier)
    events = [
        TrackEvent(
            at_ms=event.occurred.at_ms,
            message=event.message,
            place=event.place or connection,
            status=event.status,
            said=event.said,
            occurred=event.occurred.text,
            local_time=event.local_time,
            postal_code=event.postal_code,
            company=event.company,
            signer=event.signer,
            proof_url=event.proof_url,
            code=event.code,
            event_code=event.event_code,
            detail_code=event.detail_code,
            latitude=event.latitude,
            longitude=event.longitude,
        )
        for event in joined(remote.events)
    ]
    if remote.created.at_ms is not None:
        message = Message("tracking.label_created") if remote.events else remote.message
        events.append(TrackEvent(at_ms=remote.created.at_ms, message=message, place=connection))
    return Track(
        tracking_number=remote.tracking_number,
        carrier=known.id if known else remote.carrier,
        status=remote.status,
        message=remote.message,
        said=remote.said,
        description=remote.description,
        code=remote.code,
        detail_code=remote.detail_code,
        carrier_status_code=remote.carrier_status_code,
        carrier_detail_code=remote.carrier_detail_code,
        shipped=remote.shipped.text,
        expected=remote.expected.text,
        delivered=remote.delivered.text,
        url=remote.url,
        label_url=remote.label_url,
        items=remote.items,
        doubts=_doubts(remote),
        events=_newest_first(events),
    )


def _doubts(remote: RemoteTrack) -> tuple[Message, ...]:
    """What does not fit in a platform's package."""
    doubts = list(remote.notes)
    if carriers.identify(remote.tracking_number).check_digit == "wrong":
        doubts.append(WRONG_CHECK_DIGIT)
    return tuple(dict.fromkeys(doubts))
