"""An entry of the audit log."""

from pydantic import Field

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.message import NO_MESSAGE, Message


class AuditEvent(Frozen):
    """An entry of the audit log; `request` and `answer` are as sent and received, keys masked; times in milliseconds.

    `entry` is its number in this database and is not exported. `verdict` is the result of a scan: a code, and after a
    colon the packer's decision. `accepted` are the codes of the label issues that a packer accepted, separated by
    spaces. `typed_units` of a package's contents were entered instead of scanned.
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
    typed_units: int = 0
    status: int | None = None
    vendor_request_id: str = ""
    message: Message = NO_MESSAGE
    request: str = ""
    answer: str = ""
    verdict: str = ""
    unverified: bool = False
    accepted: str = ""
    kept_reason: str = ""
