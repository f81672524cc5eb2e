"""What the audit log lists: one thing that happened."""

from pydantic import Field

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message


class AuditEvent(Frozen):
    """One thing that happened. `request` and `answer` are as sent and received, keys masked; times in milliseconds.

    `entry` is its number in the log here, which goes into no file. `verdict` is what a scan came to: a code, and after
    a colon what a person answered. `accepted` are the codes of what a person accepted about the label, apart by blanks.
    """

    entry: int = Field(exclude=True)
    at_ms: int
    order: str
    station: str
    operator: str
    what: str | Message
    connection: str = ""
    call: int | None = None
    tracking_number: str = ""
    carrier: str = ""
    service: str = ""
    contents: str = ""
    raw_scan: str = ""
    weight_g: int | None = None
    status: int | None = None
    vendor_request_id: str = ""
    message: Message = NO_MESSAGE
    request: str = ""
    answer: str = ""
    verdict: str = ""
    unverified: bool = False
    accepted: str = ""
    kept_reason: str = ""
