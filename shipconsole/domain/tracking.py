"""Tracks: what is known of a package, from packing to delivery."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from shipconsole.domain import carrier as carriers
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.remote_track import RemoteEvent, RemotePacked, RemoteStatus, RemoteTime, RemoteTrack
from shipconsole.domain.shipment import Shipment
from shipconsole.domain.track_events import joined_events, unique_events

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
"""How far along a package in a state is."""


class TrackEvent(Frozen):
    """One tracking event as it is shown; `platform_text` are the carrier's own words.

    `at_ms` is None if its time can't be read; `occurred` is the time as written. `code` is the platform's, `event_code`
    and `detail_code` are the carrier's. `local_time` is the carrier's local time without a zone: it is shown and never
    compared.
    """

    at_ms: int | None
    message: Message
    location: str = ""
    status: RemoteStatus = "unknown"
    platform_text: str = ""
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
    """One package's number and its tracking events, newest first.

    A package is `packed` when its shipment was entered here, and `announced` when a platform accepted the update;
    platforms report the other states. `message` is the platform's state in a plain sentence, `description` its own
    text, `platform_texts` the carrier's sentences; `code` and `detail_code` are the platform's, the other codes the
    carrier's.
    `shipped`, `expected` and `delivered` are days as written, `url` and `label_url` pages of unknown origin, `items`
    the contents that a platform which ships by itself reports. `doubts` are messages about contradictions.
    """

    tracking_number: str
    carrier: str = ""
    status: TrackStatus
    message: Message = NO_MESSAGE
    platform_texts: tuple[str, ...] = ()
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
    """Return a track for each package; `announced_at_ms` is when a platform last accepted an update, by shipment id.

    `elsewhere` are the packages that connections report, by the connection's name: those shipped here are merged, the
    others come first. `corrections` are the edits of each package, by its id.
    """
    tracks: list[Track] = []
    for shipment in shipments:
        location = shipment.station
        packed = TrackEvent(at_ms=shipment.created_at_ms, message=Message("tracking.packed"), location=location)
        announced_ms = announced_at_ms.get(shipment.id)
        reported = (
            ()
            if announced_ms is None
            else (TrackEvent(at_ms=announced_ms, message=Message("tracking.notified"), location=location),)
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
    """Merge a package with the report of one more connection; the state further along counts.

    What that report lacks is taken from the other one.
    """
    events = _newest_first((*reported.events, *known.events))
    is_further = RANKS.get(reported.status, 0) >= RANKS.get(known.status, 0) and reported.status != "unknown"
    last, other = (reported, known) if is_further else (known, reported)
    return last.model_copy(
        update={
            "carrier": known.carrier or reported.carrier,
            "message": last.message or other.message,
            "platform_texts": last.platform_texts or other.platform_texts,
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


def merged(known: RemoteTrack, other: RemoteTrack) -> RemoteTrack:
    """Return two reports of the same package as one, in any order of arrival.

    Each event is there once, newest first, those without a time last. The state is that of the report with the newer
    event, so that a late report undoes nothing; if times do not decide, that of the report further along. What it lacks
    is taken from the newest report that has it. Every report that decides something is kept, so that any number of
    reports in any order give the same result.
    """
    reports = _deciding((*_reports_of(known), *_reports_of(other)))
    last = _last_of(reports)
    complete = last.model_copy(
        update={
            **{
                name: getattr(report, name)
                for name in _LASTING
                for report in (*reversed(reports), last)
                if _says(report, name)
            },
            "notes": tuple(sorted({*known.notes, *other.notes}, key=repr)),
            "events": unique_events((*known.events, *other.events)),
        }
    )
    is_single = len(reports) == 1 and _newest_ms(complete) == _newest_ms(last)
    return complete.model_copy(update={"reports": () if is_single else reports})


def without_messages(track: RemoteTrack) -> dict[str, object]:
    """Return a track without our own messages, which may be reworded at any time."""
    ours = {"message": True, "events": {"__all__": {"message"}}}
    return track.model_dump(exclude={**ours, "reports": {"__all__": ours}})


_LASTING = ("carrier", "url", "label_url", "created", "shipped", "expected", "delivered", "items")
"""Fields that stay although newer reports lack them."""


def _says(report: RemoteTrack, name: str) -> bool:
    value = getattr(report, name)
    return bool(value.text if isinstance(value, RemoteTime) else value)


def _reports_of(track: RemoteTrack) -> tuple[RemoteTrack, ...]:
    """Return the reports that a track was merged from, each with the events up to its newest one."""
    if track.reports:
        return track.reports
    moment = _newest_ms(track)
    events = () if moment is None else (RemoteEvent(message=NO_MESSAGE, occurred=RemoteTime(at_ms=moment)),)
    return (track.model_copy(update={"events": events, "notes": ()}),)


def _deciding(reports: Sequence[RemoteTrack]) -> tuple[RemoteTrack, ...]:
    """Return the reports that decide something, newest first.

    These are the last with a time, the last without a time, and the last that has each lasting field.
    """
    by_standing = {_standing(report): report for report in reports}
    order = sorted(by_standing, reverse=True)
    kinds = [next((standing for standing in order if standing[0] is timed), None) for timed in (True, False)]
    holders = [next((standing for standing in order if _says(by_standing[standing], name)), None) for name in _LASTING]
    return tuple(by_standing[standing] for standing in order if standing in (*kinds, *holders))


def _last_of(reports: Sequence[RemoteTrack]) -> RemoteTrack:
    """Return the report whose state counts: the newest, unless one without times is further along."""
    timed = next((report for report in reports if _standing(report)[0]), None)
    other = next((report for report in reports if not _standing(report)[0]), None)
    both = [report for report in (timed, other) if report is not None]
    return max(both, key=lambda report: (RANKS[report.status], _newest_ms(report) or 0))


def _standing(track: RemoteTrack) -> tuple[bool, int, int, int, str]:
    """Return the sort key of a report: by time if that counts, else by state, then by how much it contains."""
    moment, rank = _newest_ms(track), RANKS[track.status]
    if track.timed and moment is not None:
        return True, moment, rank, len(track.document), track.document
    return False, rank, moment or 0, len(track.document), track.document


def _newest_ms(track: RemoteTrack) -> int | None:
    return max((event.occurred.at_ms for event in track.events if event.occurred.at_ms is not None), default=None)


def _newest_first(events: Iterable[TrackEvent]) -> tuple[TrackEvent, ...]:
    """Return the events newest first, those without a readable time last."""
    return tuple(sorted(events, key=lambda event: (event.at_ms is None, -(event.at_ms or 0))))


def _track_of(connection: str, remote: RemoteTrack) -> Track:
    """Return a platform's package as a track."""
    known = carriers.named(remote.carrier)
    events = [
        TrackEvent(
            at_ms=event.occurred.at_ms,
            message=event.message,
            location=event.location or connection,
            status=event.status,
            platform_text=event.platform_text,
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
        for event in joined_events(remote.events)
    ]
    if remote.created.at_ms is not None:
        message = Message("tracking.label_created") if remote.events else remote.message
        events.append(TrackEvent(at_ms=remote.created.at_ms, message=message, location=connection))
    return Track(
        tracking_number=remote.tracking_number,
        carrier=known.id if known else remote.carrier,
        status=remote.status,
        message=remote.message,
        platform_texts=remote.platform_texts,
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
    """Return the contradictions in a platform's package."""
    doubts = list(remote.notes)
    if carriers.identify(remote.tracking_number).check_digit == "wrong":
        doubts.append(WRONG_CHECK_DIGIT)
    return tuple(dict.fromkeys(doubts))
