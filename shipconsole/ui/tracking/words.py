"""Every sentence about a package on its way."""

from datetime import date, datetime

from shipconsole.ui.kit.strings import named_day

NOT_ALL_NOTIFIED = "Not all platforms notified"
EXPECTED = "Expected"
DELIVERED = "Delivered"
SHIPPED = "Shipped"
LATE = "Late"
QUIET = "Quiet"
OPEN_TITLE = "Open this page?"
OPEN_ANYWAY = "Open anyway"
LEAVE_CLOSED = "Leave it closed"
DETAILS = "Details"
DETAILS_TITLE = "Tracking details"
DETAIL, VALUE = "Detail", "Value"
OPEN_LABEL = "Open label"
STATUS = "Status"
STATUS_CODE = "Status code"
DESCRIPTION = "Description"
DETAIL_CODE = "Detail code"
SAID = "Carrier's words"
CARRIER = "Carrier"
CARRIER_STATUS_CODE = "Carrier's status code"
CARRIER_DETAIL_CODE = "Carrier's detail code"
TRACKING_PAGE = "Tracking page"
LABEL_LINK = "Label link"
TIME = "Time"
CARRIER_TIME = "Time at the carrier"
PLACE = "Place"
POSTAL_CODE = "Postal code"
COMPANY = "Company"
SIGNER = "Signed by"
PROOF_LINK = "Proof of delivery"
EVENT_CODE = "Event code"
COORDINATES = "Coordinates"
NO_TIME = "time not known"
NOT_A_CARRIERS = "This link leads to a site that is not a known carrier:"


def as_told(raw: str) -> str:
    """The words as they came, beside the plain ones."""
    return f"As received: {raw}"


def signed_by(name: str) -> str:
    """Who took a package in."""
    return f"Signed by {name}"


def local(time: str) -> str:
    """A time on the carrier's own clock there, which names no zone."""
    return f"{time} there"


def whereabouts(place: str, count: int) -> str:
    """What the picture of the way shows."""
    newest = f"Last seen at {place}" if place else "Where it was last seen"
    return f"{newest}; {count:,} places on the way" if count > 1 else newest


def late(state: str) -> str:
    """A state of a package that should have come by now."""
    return f"{state}, late"


def day(told: date, today: date) -> str:
    """A day, in a word where it is near."""
    match (told - today).days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
        case _:
            return named_day(told) if told.year == today.year else f"{named_day(told)} {told.year}"


def local_time(text: str, today: date) -> str:
    """A time as the carrier wrote it, to the minute; empty where it is no time."""
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    return f"{day(written.date(), today)} {written:%H:%M}"
