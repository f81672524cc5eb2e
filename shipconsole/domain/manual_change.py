"""Manual changes of an order."""

from typing import NamedTuple

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.message import Message


class ManualChange(Frozen):
    """One manual change; `order_id` is the order that was changed, which may be linked to another one since."""

    order_id: int
    at_ms: int
    station: str
    operator: str
    what: Message
    reason: str


class PackageChange(NamedTuple):
    """One edit of a package's tracking details."""

    id: int
    package_id: int
    at_ms: int
    station: str
    operator: str
    old_number: str
    number: str
    old_carrier: str
    carrier: str
    old_service: str
    service: str
    reason: str
    old_accepted: tuple[LabelIssueKind, ...] = ()
    accepted: tuple[LabelIssueKind, ...] = ()

    @property
    def who(self) -> str:
        """Return the packer, or the station if the packer is unknown."""
        return self.operator or self.station
