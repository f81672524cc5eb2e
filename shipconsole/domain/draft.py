"""Drafts: shipments as typed and scanned so far. What may ship is built and checked from them in `shipment`."""

from enum import StrEnum

from pydantic import Field

from shipconsole.domain.evented import Evented
from shipconsole.domain.label import LabelIssueKind


class KeptBack(StrEnum):
    """Why a draft ships by a person's command only, once it happened."""

    STOPPED = "stopped"
    """A scan stopped the countdown of its shipment."""
    UNDONE = "undone"
    """Its shipment was undone."""
    CHANGED = "changed"
    """The order changed while it was packed."""
    EDITED = "edited"
    """A person reduced a quantity."""


class PackageDraft(Evented):
    """A package as typed so far: raw text, so that a half-typed value stays as it is; units by order line id.

    `accepted` is what a person accepted about the label that it has now, `kept_reason` the reason; both go with the
    number. `unverified` is found again when it ships. `typed` are the units of `quantities` that a person entered
    instead of scanning each, by order line id. `size_cm` is length, width and height.
    """

    tracking_number: str = ""
    carrier: str = ""
    service: str = ""
    weight_kg: str = ""
    size_cm: str = ""
    quantities: dict[int, int] = Field(default_factory=dict)
    typed: dict[int, int] = Field(default_factory=dict)
    raw_scan: str = ""
    accepted: tuple[LabelIssueKind, ...] = ()
    kept_reason: str = ""
    unverified: bool = False

    @property
    def units(self) -> int:
        """Units in this package."""
        return sum(self.quantities.values())

    @property
    def typed_units(self) -> int:
        """Units in this package that were not scanned."""
        return sum(min(units, self.quantities.get(line_id, 0)) for line_id, units in self.typed.items())

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was put in and nothing was typed."""
        return self == PackageDraft()


class ShipmentDraft(Evented):
    """A shipment as typed so far; `packages` is replaced as a whole when a package is added or removed.

    `line_id` is the item that was packed last, 0 before any: a restored draft continues there. `kept_back` is why it
    does not ship by itself.
    """

    packages: tuple[PackageDraft, ...] = Field(default_factory=lambda: (PackageDraft(),))
    line_id: int = 0
    kept_back: KeptBack | None = None

    @property
    def units(self) -> int:
        """Units in all packages."""
        return sum(package.units for package in self.packages)

    @property
    def typed_units(self) -> int:
        """Units in all packages that were not scanned."""
        return sum(package.typed_units for package in self.packages)

    def quantity_of(self, line_id: int) -> int:
        """Units of a line in all packages of the draft."""
        return sum(package.quantities.get(line_id, 0) for package in self.packages)
