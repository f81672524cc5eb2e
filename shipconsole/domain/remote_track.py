"""What a platform knows of a package in transit: its state, times and tracking events."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.label import carrier_number
from shipconsole.domain.message import NO_MESSAGE, Message

TrackingNumber = Annotated[str, AfterValidator(carrier_number)]
"""The carrier's own number, also if a platform sends the whole label."""

RemoteStatus = Literal[
    "unknown",
    "not_yet",
    "accepted",
    "in_transit",
    "attempted",
    "delivered",
    "collection_point",
    "exception",
]
UNIX_DIGITS = range(9, 12)


class RemoteTime(Frozen):
    """A time as a platform wrote it; `at_ms` is None if the text is empty or can't be read."""

    text: str = ""
    at_ms: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ISO 8601 with `Z`, an offset or none (then UTC), any fraction; or Unix seconds."""
        written = text.strip()
        return cls(text=text, at_ms=_at_ms(written) if written else None)


class RemoteEvent(Frozen):
    """One tracking event.

    `message` is shown and never compared: the platform's `description`, or our text if there is none. `local_time` is
    the carrier's local time without a zone: it is shown and never compared. `platform_text` is the carrier's own
    text, `event_code` and `detail_code` its own codes beside the platform's `code`. `latitude` and `longitude` are in
    degrees.
    """

    message: Message
    occurred: RemoteTime = RemoteTime()
    local_time: str = ""
    status: RemoteStatus = "unknown"
    code: str = ""
    location: str = ""
    description: str = ""
    postal_code: str = ""
    company: str = ""
    signer: str = ""
    proof_url: str = ""
    platform_text: str = ""
    event_code: str = ""
    detail_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


class RemotePacked(Frozen):
    """Units of an item, under the platform's own id, which may not be on the order."""

    remote_id: str
    quantity: Annotated[int, Field(ge=0)] | None


class RemoteTrack(Frozen):
    """A package as a platform reports it, with the platform's own document.

    `status` is ours, `code` the platform's own with its `description`, `message` a plain sentence, and
    `platform_texts` the sentences of the platform and the carrier. `detail_code` is more precise than `code`;
    `carrier_status_code` and `carrier_detail_code` are the carrier's own. `label_url` is a picture of the label.
    `events` are in the platform's order: times do not always give the sequence, and never on a track that is not
    `timed`. `reports` are the reports that were merged into it, empty for a single report.
    """

    tracking_number: TrackingNumber
    carrier: str = ""
    status: RemoteStatus = "unknown"
    code: str = ""
    message: Message = NO_MESSAGE
    platform_texts: tuple[str, ...] = ()
    description: str = ""
    detail_code: str = ""
    carrier_status_code: str = ""
    carrier_detail_code: str = ""
    url: str = ""
    label_url: str = ""
    created: RemoteTime = RemoteTime()
    shipped: RemoteTime = RemoteTime()
    expected: RemoteTime = RemoteTime()
    delivered: RemoteTime = RemoteTime()
    events: tuple[RemoteEvent, ...] = ()
    items: tuple[RemotePacked, ...] = ()
    timed: bool = True
    notes: tuple[Message, ...] = ()
    reports: "tuple[RemoteTrack, ...]" = ()
    document: str


def _at_ms(text: str) -> int | None:
    try:
        if text.isdecimal() and len(text) in UNIX_DIGITS:
            moment = datetime.fromtimestamp(int(text), UTC)
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    in_utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (in_utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
