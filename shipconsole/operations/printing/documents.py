"""The printed documents as values: what each contains, in no language and on no paper."""

from typing import Annotated

from pydantic import Field

from shipconsole.domain.address import Address
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.handed_over import HandOverPackage
from shipconsole.domain.shift import ShiftReport
from shipconsole.operations.printing.template import SlipTemplate

__all__ = [
    "Badge",
    "BadgeSheet",
    "CarrierHandOver",
    "CommandCode",
    "CommandSheet",
    "Document",
    "EarlierPackage",
    "HandOverList",
    "PackageLabel",
    "PackingSlip",
    "ShiftReportPage",
    "SlipLine",
]

Units = Annotated[int, Field(ge=0)]


class SlipLine(Frozen):
    """An item of an order: its units in this package, in packages before it, and still to follow.

    `uncounted` is the quantity of an item that is not counted in units, as it was ordered.
    """

    name: str
    sku: str
    here: Units
    earlier: Units
    follow: Units
    uncounted: str = ""


class EarlierPackage(Frozen):
    """A package of the order that shipped before."""

    position: int
    shipped_at_ms: int
    carrier: str
    tracking_number: str


class PackingSlip(Frozen):
    """The slip of one package. It is package `position` of `count`, which may grow while units are left to ship.

    `lines` are those with units in this package first, then those shipped earlier, then those to follow.
    """

    order_number: str
    ordered_at_ms: int | None
    ship_to: Address
    note: str
    position: int
    count: int
    is_complete: bool
    carrier: str
    service: str
    weight_g: int | None
    tracking_number: str
    shipped_at_ms: int
    station: str
    packer: str
    lines: tuple[SlipLine, ...]
    earlier: tuple[EarlierPackage, ...]
    template: SlipTemplate = SlipTemplate()
    logo: str = ""

    @property
    def here(self) -> int:
        """Return the units in this package."""
        return sum(line.here for line in self.lines)

    @property
    def shipped_earlier(self) -> int:
        """Return the units in packages before."""
        return sum(line.earlier for line in self.lines)

    @property
    def follow(self) -> int:
        """Return the units that are still to come."""
        return sum(line.follow for line in self.lines)


class PackageLabel(Frozen):
    """The text on a box: which order, which package of how many, from which station."""

    order_number: str
    recipient: str
    position: int
    count: int
    is_complete: bool
    carrier: str
    tracking_number: str
    units: int
    weight_g: int | None
    shipped_at_ms: int
    station: str
    packer: str


class CommandCode(Frozen):
    """A command barcode; `code` is what the scanner types."""

    command: str
    code: str


class CommandSheet(Frozen):
    """All command barcodes of a station, with the site's prefix."""

    station: str
    codes: tuple[CommandCode, ...]


class Badge(Frozen):
    """A packer's badge; `code` is what the scanner types."""

    name: str
    code: str


class BadgeSheet(Frozen):
    """Badges to cut out."""

    badges: tuple[Badge, ...]


class CarrierHandOver(Frozen):
    """The packages of one carrier."""

    carrier: str
    packages: tuple[HandOverPackage, ...]

    @property
    def weight_g(self) -> int:
        """Return the known weights' sum."""
        return sum(package.weight_g or 0 for package in self.packages)

    @property
    def unweighed(self) -> int:
        """Return how many packages have no weight."""
        return sum(package.weight_g is None for package in self.packages)


class HandOverList(Frozen):
    """The packages of a day, or since the last hand-over, for each carrier that picks some up."""

    at_ms: int
    station: str
    packer: str
    carriers: tuple[CarrierHandOver, ...]
    is_recorded: bool = False

    @property
    def packages(self) -> tuple[HandOverPackage, ...]:
        """Return the packages of all carriers."""
        return tuple(package for carrier in self.carriers for package in carrier.packages)


class ShiftReportPage(Frozen):
    """The shift report on paper."""

    report: ShiftReport
    station: str


Document = PackingSlip | PackageLabel | CommandSheet | BadgeSheet | HandOverList | ShiftReportPage
