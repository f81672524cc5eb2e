"""The draft of a shipment while it is being packed: packages that change with every scan and key, without any Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.scanning_events import Packing
from shipconsole.domain.shipment import shipment_from

STEPS_KEPT = 100


@dataclass(slots=True)
class ParcelDraft:
    """One package as typed and scanned so far; quantities by order line id."""

    tracking_number: str = ""
    carrier: str = ""
    service: str = ""
    weight_kg: str = ""
    raw_scan: str = ""
    accepted: tuple[LabelIssueKind, ...] = ()
    kept_reason: str = ""
    quantities: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def pieces(self) -> int:
        """Units in this package."""
        return sum(self.quantities.values())

    @property
    def untouched(self) -> bool:
        """Whether nothing was put in and nothing was typed."""
        return self.frozen() == PackageDraft()

    def frozen(self) -> PackageDraft:
        """The package as a value."""
        return PackageDraft(
            tracking_number=self.tracking_number,
            carrier=self.carrier,
            service=self.service,
            weight_kg=self.weight_kg,
            quantities={line: pieces for line, pieces in self.quantities.items() if pieces},
            raw_scan=self.raw_scan,
            accepted=self.accepted,
            kept_reason=self.kept_reason,
        )


class Draft:
    """The packages of one order that are being packed; `current` is the position of the open one.

    Nothing here may exceed what is left of a line: what does not fit is refused and changes nothing. Only a
    platform's later word (`take_order`) can leave more in the packages than may ship; then `why_not` says so.
    """

    def __init__(self, order: Order, kept: ShipmentDraft | None = None) -> None:
        """Begin with what was kept, else with one empty package."""
        self.order = order
        self.parcels: list[ParcelDraft] = []
        self.current = 0
        self._steps: list[tuple[ShipmentDraft, int]] = []
        self._typing: tuple[int, str] | None = None
        self._fill(kept or ShipmentDraft())

    @property
    def parcel(self) -> ParcelDraft:
        """The open package."""
        return self.parcels[self.current]

    @property
    def pieces(self) -> int:
        """Units in all packages."""
        return sum(parcel.pieces for parcel in self.parcels)

    @property
    def left(self) -> int:
        """Units of the order that are in no package yet."""
        return sum(self.left_of(line.id) for line in self.order.lines)

    def in_parcel(self, line_id: int) -> int:
        """Units of a line in the open package."""
        return self.parcel.quantities.get(line_id, 0)

    def packed(self, line_id: int) -> int:
        """Units of a line in all packages."""
        return sum(parcel.quantities.get(line_id, 0) for parcel in self.parcels)

    def left_of(self, line_id: int) -> int:
        """Units of a line that may still be put in a package."""
        line = self.order.line(line_id)
        return 0 if line is None or self.order.cancelled else max(0, line.left - self.packed(line_id))

    def packing(self, line_ids: Sequence[int]) -> Packing:
        """Return how the draft stands, for a scan of these lines."""
        packed = sum(map(self.packed, line_ids))
        return Packing(
            units=self.pieces,
            left=self.left,
            item_count=packed,
            item_total=packed + sum(map(self.left_of, line_ids)),
            package=self.current,
            number=self.parcel.tracking_number,
        )

    def add_piece(self, line_ids: Sequence[int], units: int = 1) -> int | None:
        """Put units in the open package, of the first of these lines with something left on; return the last line.

        None, and nothing changed, where not so many are left.
        """
        if not 0 < units <= sum(map(self.left_of, line_ids)):
            return None
        self._note_step()
        line_id = None
        for one in line_ids:
            here = min(units, self.left_of(one))
            if here:
                self.parcel.quantities[one] = self.in_parcel(one) + here
                units, line_id = units - here, one
        return line_id

    def set_quantity(self, line_id: int, pieces: int) -> bool:
        """Put so many units of a line in the open package; False, and nothing changed, where not so many are left."""
        before = self.in_parcel(line_id)
        if pieces < 0 or (pieces > before and pieces - before > self.left_of(line_id)):
            return False
        if pieces != before:
            self._note_step()
            if pieces:
                self.parcel.quantities[line_id] = pieces
            else:
                self.parcel.quantities.pop(line_id, None)
        return True

    def all_left(self) -> int:
        """Put everything that is left in the open package; tell how many units that were."""
        added = self.left
        if added:
            self._note_step()
            for line in self.order.lines:
                pieces = self.in_parcel(line.id) + self.left_of(line.id)
                if pieces:
                    self.parcel.quantities[line.id] = pieces
        return added

    def set_tracking(
        self,
        number: str,
        raw_scan: str,
        *,
        accepted: tuple[LabelIssueKind, ...] = (),
        reason: str = "",
        carrier: str = "",
    ) -> None:
        """Give the open package a number, with what a person accepted about it and why.

        The scan that it came from is kept for what else the label says.
        """
        before, parcel = self.parcel.frozen(), self.parcel
        after = replace(
            before,
            tracking_number=number,
            raw_scan=raw_scan,
            accepted=accepted,
            kept_reason=reason,
            carrier=carrier or before.carrier,
        )
        if after != before:
            self._note_step()
            parcel.tracking_number, parcel.raw_scan, parcel.carrier = number, raw_scan, after.carrier
            parcel.accepted, parcel.kept_reason = accepted, reason

    def set_text(self, name: str, text: str) -> None:
        """Take what was typed in a field of the open package; typing on in the same field is one step."""
        if getattr(self.parcel, name) == text:
            return
        here = (self.current, name)
        if self._typing != here:
            self._note_step()
        self._typing = here
        setattr(self.parcel, name, text)
        if name == "tracking_number":
            # What was scanned, and what a person accepted, was of another number.
            self.parcel.raw_scan, self.parcel.accepted, self.parcel.kept_reason = "", (), ""

    def new_parcel(self) -> bool:
        """Open another package; an untouched one is opened rather than added. False where it was open already."""
        spare = next((place for place, parcel in enumerate(self.parcels) if parcel.untouched), None)
        if spare == self.current:
            return False
        self._note_step()
        if spare is None:
            self.parcels.append(ParcelDraft())
        self.current = len(self.parcels) - 1 if spare is None else spare
        return True

    def drop_parcel(self, position: int) -> None:
        """Take a package away; what was in it is left again. The last one is emptied."""
        self._note_step()
        del self.parcels[position]
        if not self.parcels:
            self.parcels.append(ParcelDraft())
        self.current = min(self.current - (position < self.current), len(self.parcels) - 1)

    def undo(self) -> bool:
        """Take the last step back; False where there is none."""
        if not self._steps:
            return False
        kept, current = self._steps.pop()
        self._typing = None
        self._fill(kept)
        self.current = current
        return True

    def take_order(self, order: Order) -> None:
        """Go on with the order as it is now; what was typed stays, units of lines that are gone do not."""
        self.order = order
        known = {line.id for line in order.lines}
        for parcel in self.parcels:
            parcel.quantities = {line: pieces for line, pieces in parcel.quantities.items() if line in known}

    def frozen(self) -> ShipmentDraft:
        """The draft as a value, to be kept, previewed or shipped."""
        return ShipmentDraft(tuple(parcel.frozen() for parcel in self.parcels))

    def why_not(self) -> tuple[Problem, ...]:
        """Everything that keeps the draft from being shipped; empty where nothing does."""
        try:
            shipment_from(self.order, self.frozen())
        except ValidationFailed as refused:
            return refused.problems
        return ()

    def _note_step(self) -> None:
        self._typing = None
        self._steps.append((self.frozen(), self.current))
        del self._steps[:-STEPS_KEPT]

    def _fill(self, kept: ShipmentDraft) -> None:
        packages = kept.packages or (PackageDraft(),)
        self.parcels = [_thawed(package) for package in packages]
        self.current = len(self.parcels) - 1


def _thawed(package: PackageDraft) -> ParcelDraft:
    return ParcelDraft(
        tracking_number=package.tracking_number,
        carrier=package.carrier,
        service=package.service,
        weight_kg=package.weight_kg,
        raw_scan=package.raw_scan,
        accepted=package.accepted,
        kept_reason=package.kept_reason,
        quantities=dict(package.quantities),
    )
