"""A shipment: one or more packages, each with a tracking number and its units.

It has three stages. A `ShipmentDraft` (see `draft`) is raw text as typed or scanned. A `NewShipment` is valid for its
order: it can't be built empty, without a tracking number or with more than is left. A `Shipment` was stored.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shipconsole.domain import code, label
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.measures import decimal_from_text, grams, kilograms
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.order import Order
from shipconsole.domain.package_size import SIDE_MAX_MM, PackageSize, size_from, size_text
from shipconsole.domain.problem import Path, Problem, ValidationFailed

TRACKING_NUMBER_MAX = 100
MAX_WEIGHT_G = 100_000_000

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Packed(Frozen):
    """Units of one item of the order."""

    line_id: int
    quantity: Annotated[int, Field(ge=1)]


class Package(Frozen):
    """One package: its label and its contents."""

    tracking_number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TRACKING_NUMBER_MAX)
    ]
    carrier: Text = ""
    service: Text = ""
    lines: Annotated[tuple[Packed, ...], Field(min_length=1)]
    weight_g: Annotated[int, Field(gt=0, le=MAX_WEIGHT_G)] | None = None
    length_mm: Annotated[int, Field(gt=0, le=SIDE_MAX_MM)] | None = None
    width_mm: Annotated[int, Field(gt=0, le=SIDE_MAX_MM)] | None = None
    height_mm: Annotated[int, Field(gt=0, le=SIDE_MAX_MM)] | None = None
    typed_units: Annotated[int, Field(ge=0)] = 0
    """Units that a person entered instead of scanning each."""
    raw_scan: str = ""
    unverified: bool = False
    """No check digit and no unique prefix confirms the carrier."""
    accepted: tuple[LabelIssueKind, ...] = ()
    """What a person accepted about the label; `kept_reason` is why, if a reason was required."""
    kept_reason: Text = ""
    box: str = ""
    """The same for the packages of several orders that are in one box, on purpose."""
    id: int | None = None

    def quantity_of(self, line_id: int) -> int:
        """Return the units of an item in this package."""
        return self.units_by_line.get(line_id, 0)

    @cached_property
    def units_by_line(self) -> dict[int, int]:
        """The units of each item in this package."""
        return _counted((packed.line_id, packed.quantity) for packed in self.lines)

    @property
    def units(self) -> int:
        """Return all units in this package."""
        return sum(packed.quantity for packed in self.lines)

    @property
    def size(self) -> PackageSize | None:
        """Return the size, None if it is not known."""
        if self.length_mm is None or self.width_mm is None or self.height_mm is None:
            return None
        return PackageSize(self.length_mm, self.width_mm, self.height_mm)


class Shipment(Frozen):
    """A stored shipment: a fact, whatever happens to the order later."""

    id: int
    packages: Annotated[tuple[Package, ...], Field(min_length=1)]
    created_at_ms: int
    station: str = ""
    operator: str = ""

    def quantity_of(self, line_id: int) -> int:
        """Return the units of an item in all packages of this shipment."""
        return self.units_by_line.get(line_id, 0)

    @cached_property
    def units_by_line(self) -> dict[int, int]:
        """The units of each item in all packages of this shipment."""
        return _counted((packed.line_id, packed.quantity) for package in self.packages for packed in package.lines)


class NewShipment(Frozen):
    """A shipment that may be stored: every unit is on the order and still left."""

    order: Order
    packages: Annotated[tuple[Package, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_the_order(self) -> Self:
        problems = _problems_with(self.order, self.taken)
        if problems:
            raise ValueError(sentences(*(problem.message for problem in problems)))
        return self

    @property
    def units(self) -> int:
        """Return the units in all packages."""
        return sum(packed.quantity for package in self.packages for packed in package.lines)

    @cached_property
    def taken(self) -> dict[int, int]:
        """The units of each item in all packages, sorted by line id."""
        packed = (packed for package in self.packages for packed in package.lines)
        return dict(sorted(_counted((line.line_id, line.quantity) for line in packed).items()))

    @cached_property
    def order_after(self) -> Order:
        """The order as it is after this shipment is stored."""
        return self.order.with_shipped(self.taken)


def shipment_from(order: Order, draft: ShipmentDraft) -> NewShipment:
    """Return the valid shipment of a draft.

    Untouched packages are left out. Raises `ValidationFailed` with every problem at once, paths
    ``packages.<position>.<field>`` and ``lines.<line id>``.
    """
    problems = shipment_problems(order, draft)
    if problems:
        raise ValidationFailed(*problems)
    return NewShipment(
        order=order,
        packages=tuple(
            Package(
                tracking_number=package.tracking_number,
                carrier=package.carrier,
                service=package.service,
                lines=Packed.many(
                    {"line_id": line, "quantity": units} for line, units in package.quantities.items() if units > 0
                ),
                weight_g=_weight_g(package.weight_kg),
                length_mm=sides[0],
                width_mm=sides[1],
                height_mm=sides[2],
                typed_units=package.typed_units,
                raw_scan=package.raw_scan,
                unverified=package.unverified,
                accepted=package.accepted,
                kept_reason=package.kept_reason if package.accepted else "",
            )
            for _, package in _filled(draft)
            for sides in (_sides(package.size_cm),)
        ),
    )


def shipment_problems(order: Order, draft: ShipmentDraft) -> list[Problem]:
    """Return everything that keeps a draft from being a valid shipment, with the paths of `shipment_from`."""
    problems: list[Problem] = []
    filled = _filled(draft)
    units_of = _counted(
        (line_id, units) for _, package in filled for line_id, units in package.quantities.items() if units > 0
    )
    if order.cancelled:
        problems.append(Problem((), Message("order.cancelled_cannot_ship", number=order.number)))
    elif not units_of:
        message = Message("ship.nothing_packed")
        if order.left == 0:
            message = Message("order.nothing_left", number=order.number)
        problems.append(Problem(("lines",), message))
    for position, package in filled:
        problems += _package_problems(position, package, several=len(filled) > 1)
    return problems + _problems_with(order, units_of)


def _filled(draft: ShipmentDraft) -> list[tuple[int, PackageDraft]]:
    """Return the packages in which something is, or was typed, with their positions."""
    return [
        (position, package)
        for position, package in enumerate(draft.packages)
        if package.tracking_number.strip() or any(package.quantities.values())
    ]


def draft_of(package: Package) -> PackageDraft:
    """Return a package as a draft."""
    return PackageDraft(
        tracking_number=package.tracking_number,
        carrier=package.carrier,
        service=package.service,
        weight_kg="" if package.weight_g is None else f"{kilograms(package.weight_g):f}",
        size_cm=size_text(package.size) if package.size is not None else "",
        quantities=package.units_by_line,
        # Which of them were typed is no longer known.
        typed=package.units_by_line if package.typed_units else {},
        raw_scan=package.raw_scan,
        accepted=package.accepted,
        kept_reason=package.kept_reason,
    )


def label_problems(here: Path, package: PackageDraft) -> list[Problem]:
    """Return what is wrong with a label's fields."""
    number = package.tracking_number.strip()
    problems: list[Problem] = []
    if not number.isprintable():
        message = Message("label.invisible_character")
        problems.append(Problem((*here, "tracking_number"), message))
    if len(number) > TRACKING_NUMBER_MAX:
        message = Message("label.too_long", count=len(number), most=TRACKING_NUMBER_MAX)
        problems.append(Problem((*here, "tracking_number"), message))
    if number and not code.compact(number).strip("_./"):
        problems.append(Problem((*here, "tracking_number"), Message("label.no_letter_or_digit", number=number)))
    if "://" in number:
        problems.append(Problem((*here, "tracking_number"), Message("label.web_address")))
    if label.holds_several(package.raw_scan or number):
        problems.append(Problem((*here, "tracking_number"), Message("label.several_numbers")))
    for name, text, too_long in (
        ("carrier", package.carrier, "label.carrier_too_long"),
        ("service", package.service, "label.service_too_long"),
    ):
        if len(text) > 200:
            problems.append(Problem((*here, name), Message(too_long, count=len(text), most=200)))
    return problems


def _package_problems(position: int, package: PackageDraft, *, several: bool) -> list[Problem]:
    """Return what is wrong with one package apart from its quantities."""
    here: Path = ("packages", position)
    lines = any(units > 0 for units in package.quantities.values())
    number = package.tracking_number.strip()
    problems: list[Problem] = []
    if lines and not number:
        no_number = Message("package.no_tracking_number")
        if several:
            no_number = Message("package.no_tracking_number_of", position=str(position + 1))
        problems.append(Problem((*here, "tracking_number"), no_number))
    if number and not lines and several:
        problems.append(Problem((*here, "lines"), Message("package.empty", position=str(position + 1))))
    problems += label_problems(here, package)
    if package.weight_kg.strip():
        weight_g = _weight_g(package.weight_kg)
        if weight_g is None or not 0 < weight_g <= MAX_WEIGHT_G:
            message = Message("ship.weight", weight=package.weight_kg.strip())
            problems.append(Problem((*here, "weight"), message))
    if package.size_cm.strip() and size_from(package.size_cm) is None:
        problems.append(Problem((*here, "size"), Message("ship.size", size=package.size_cm.strip())))
    return problems


def _problems_with(order: Order, units_of: Mapping[int, int]) -> list[Problem]:
    """Return what is wrong with the quantities: units that are not on the order, or more than is left."""
    problems: list[Problem] = []
    for line_id, units in units_of.items():
        line = order.line(line_id)
        if line is None:
            problems.append(Problem(("lines", line_id), Message("ship.unknown_line", number=order.number)))
        elif units > line.left:
            message = Message("ship.too_many", sku=line.sku, count=units, left=line.left)
            if not line.is_counted:
                message = Message("ship.not_counted", sku=line.sku, quantity=str(line.quantity))
            elif line.left == 0:
                message = Message("ship.none_left", sku=line.sku, count=units)
            problems.append(Problem(("lines", line_id), message, names_item=True))
    return problems


def _counted(units: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the sum of units by line id."""
    counted: dict[int, int] = {}
    for line_id, added in units:
        counted[line_id] = counted.get(line_id, 0) + added
    return counted


def _sides(text: str) -> tuple[int | None, int | None, int | None]:
    """Return length, width and height in millimetres, None where no size is entered."""
    size = size_from(text)
    return (None, None, None) if size is None else (size.length_mm, size.width_mm, size.height_mm)


def _weight_g(text: str) -> int | None:
    value = decimal_from_text(text) if text.strip() else None
    return None if value is None or abs(value) > MAX_WEIGHT_G else grams(value, "kg")
