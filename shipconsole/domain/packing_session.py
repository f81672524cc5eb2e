"""The packing of one order: its draft, the open package, and the steps that can be undone."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Self, TypeVar

from psygnal import EmissionInfo
from pydantic import Field, PrivateAttr

from shipconsole.domain.draft import KeptBack, PackageDraft, ShipmentDraft
from shipconsole.domain.evented import Evented
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem
from shipconsole.domain.scanning_events import Packing
from shipconsole.domain.shipment import shipment_problems
from shipconsole.domain.verdict import changes_of

STEPS_KEPT = 100
T = TypeVar("T")

Step = tuple[ShipmentDraft, int]
"""The draft before a step, and the position of the open package then."""


class PackingSession(Evented):
    """The packages of one order while it is packed; `current` is the position of the open package.

    No method packs more than is left of an item: it is refused and changes nothing. Only a platform's later change
    (`update_order`), or an undo after it, can leave more in the packages than may ship; then `problems` reports it.

    The widgets may assign the fields of the draft: each assignment is a step for `undo`; consecutive edits of one field
    are one step. `revision` increases with every change.

    While `is_locked`, the methods that change the draft do nothing, and a field of a package that is assigned gets its
    earlier value again. `current` may be assigned, to show another package, and `update_order` still works: it follows
    the platform, not the packer.
    """

    order: Order
    draft: ShipmentDraft = Field(default_factory=ShipmentDraft)
    current: int = 0
    revision: int = 0
    is_locked: bool = False
    """Whether the draft is fixed, because its shipment is being stored or its order is no longer open."""

    _steps: list[Step] = PrivateAttr(default_factory=list[Step])
    _last_draft: ShipmentDraft = PrivateAttr(default_factory=ShipmentDraft)
    """The draft after the last step."""
    _typing: tuple[int, str] | None = PrivateAttr(default=None)
    _is_changing: bool = PrivateAttr(default=False)
    _known: dict[str, Any] = PrivateAttr(default_factory=dict[str, Any])
    """What was computed for the draft and the order as they are; empty after a change."""
    _listeners: list[tuple[PackageDraft, Callable[[EmissionInfo], None]]] = PrivateAttr(
        default_factory=list[tuple[PackageDraft, Callable[[EmissionInfo], None]]]
    )

    @classmethod
    def begin(cls, order: Order, stored: ShipmentDraft | None = None) -> Self:
        """Start with a stored draft, else with one empty package; the last package is open.

        Units of items that the order no longer has are removed.
        """
        draft = stored.snapshot() if stored is not None and stored.packages else ShipmentDraft()
        _remove_other_items(draft, order)
        session = cls(order=order, draft=draft, current=len(draft.packages) - 1)
        session.draft.events.packages.connect(session._on_packages_changed)
        session._on_packages_changed()
        session._last_draft = draft.snapshot()
        return session

    @property
    def package(self) -> PackageDraft:
        """Return the open package."""
        # While packages are replaced, the position may be that of a removed one.
        return self.draft.packages[min(self.current, len(self.draft.packages) - 1)]

    @property
    def left(self) -> int:
        """Return the units of the order that are in no package yet."""
        return self._of_draft("left", lambda: sum(self.left_by_line().values()))

    def in_package(self, line_id: int) -> int:
        """Return the units of an item in the open package."""
        return self.package.quantities.get(line_id, 0)

    def packed_by_line(self) -> Mapping[int, int]:
        """Return the units of each packed item in all packages of the draft."""
        return self._of_draft("packed", self._count_packed)

    def left_by_line(self) -> Mapping[int, int]:
        """Return the units of each item that may still be packed."""
        return self._of_draft("left_by_line", self._count_left)

    def _count_packed(self) -> dict[int, int]:
        packages = self.draft.packages
        packed = dict(packages[0].quantities) if packages else {}
        for package in packages[1:]:
            for line_id, units in package.quantities.items():
                packed[line_id] = packed.get(line_id, 0) + units
        return packed

    def _count_left(self) -> dict[int, int]:
        left = dict(self.order.left_by_line)
        for line_id, units in self.packed_by_line().items():
            if line_id in left:
                left[line_id] = max(0, left[line_id] - units)
        return left

    def _of_draft(self, name: str, compute: Callable[[], T]) -> T:
        """Return a value that is computed once until the draft or the order changes."""
        if self._is_changing:
            return compute()
        if name not in self._known:
            self._known[name] = compute()
        return self._known[name]

    def left_of(self, line_id: int) -> int:
        """Return the units of an item that may still be packed."""
        line = self.order.line(line_id)
        return 0 if line is None or self.order.cancelled else max(0, line.left - self.draft.quantity_of(line_id))

    def packing(self, line_ids: Sequence[int]) -> Packing:
        """Return the state of the draft for a scan of these items."""
        line_ids = tuple(dict.fromkeys(line_ids))
        packed = sum(map(self.draft.quantity_of, line_ids))
        return Packing(
            units=self._of_draft("units", lambda: self.draft.units),
            left=self.left,
            item_count=packed,
            item_total=packed + sum(map(self.left_of, line_ids)),
            package=self.current,
            number=self.package.tracking_number,
        )

    def add_units(self, line_ids: Sequence[int], units: int = 1, *, is_typed: bool = False) -> int | None:
        """Pack units of the first of these items that have some left; return the last item used.

        An item that is listed twice counts once. `is_typed` means that the number was typed and not each unit scanned.
        Return None and change nothing if fewer are left.
        """
        left = {line_id: self.left_of(line_id) for line_id in line_ids}
        if self.is_locked or not 0 < units <= sum(left.values()):
            return None
        quantities, typed, last = dict(self.package.quantities), dict(self.package.typed), 0
        for line_id, most in left.items():
            added = min(units, most)
            if added:
                quantities[line_id] = quantities.get(line_id, 0) + added
                typed[line_id] = typed.get(line_id, 0) + added * is_typed
                units, last = units - added, line_id
        with self._step():
            self._put(self.package, quantities, typed)
            self.draft.line_id = last
        return last

    def set_units(self, line_ids: Sequence[int], units: int) -> int | None:
        """Have so many units of these items in all packages of the draft, as typed; return the last item changed.

        Units are added to the open package, and taken out of it before the others. Return None and change nothing if
        fewer are left.
        """
        packed = sum(map(self.draft.quantity_of, line_ids))
        if self.is_locked:
            return None
        if units > packed:
            return self.add_units(line_ids, units - packed, is_typed=True)
        excess, last = packed - units, line_ids[-1] if line_ids else 0
        others = [package for package in reversed(self.draft.packages) if package is not self.package]
        with self._step():
            for package in (self.package, *others):
                quantities = dict(package.quantities)
                for line_id in reversed(line_ids):
                    taken = min(excess, quantities.get(line_id, 0))
                    quantities[line_id] = quantities.get(line_id, 0) - taken
                    excess -= taken
                self._put(package, quantities, package.typed)
            self.draft.line_id = last
            self._keep_back(KeptBack.EDITED)
        return last

    def set_quantity(self, line_id: int, units: int) -> bool:
        """Set the units of an item in the open package; return False and change nothing if fewer are left."""
        before = self.in_package(line_id)
        if self.is_locked or units < 0 or (units > before and units - before > self.left_of(line_id)):
            return False
        if units != before:
            typed = {**self.package.typed, line_id: self.package.typed.get(line_id, 0) + max(0, units - before)}
            with self._step():
                self._put(self.package, {**self.package.quantities, line_id: units}, typed)
                self.draft.line_id = line_id
                if units < before:
                    self._keep_back(KeptBack.EDITED)
        return True

    def move(self, line_id: int, by: int, units: int | None = None) -> bool:
        """Move units of an item, by default all, from the open package to the next one (`by` 1) or the one before (-1).

        After the last package another one is added; the open package stays open. Return False if there is nothing to
        move, or no package before.
        """
        here, target = self.in_package(line_id), self.current + by
        moved = here if units is None else min(units, here)
        if self.is_locked or not moved or target < 0:
            return False
        with self._step():
            if target >= len(self.draft.packages):
                target = len(self.draft.packages)
                self.draft.packages = (*self.draft.packages, PackageDraft())
            source, other = self.package, self.draft.packages[target]
            # The typed units move first: what stays is as scanned as it was.
            typed = min(moved, source.typed.get(line_id, 0))
            self._put(
                other,
                {**other.quantities, line_id: other.quantities.get(line_id, 0) + moved},
                {**other.typed, line_id: other.typed.get(line_id, 0) + typed},
            )
            self._put(
                source,
                {**source.quantities, line_id: here - moved},
                {**source.typed, line_id: source.typed.get(line_id, 0) - typed},
            )
            self.draft.line_id = line_id
        return True

    def _keep_back(self, reason: KeptBack) -> None:
        """Have only a person's command ship this draft; the first reason stays."""
        if self.draft.kept_back is None:
            self.draft.kept_back = reason

    @staticmethod
    def _put(package: PackageDraft, quantities: Mapping[int, int], typed: Mapping[int, int]) -> None:
        """Set what is in a package; no item has more typed units than units."""
        kept = {line_id: units for line_id, units in quantities.items() if units > 0}
        package.typed = {
            line_id: min(units, kept[line_id]) for line_id, units in typed.items() if units > 0 and line_id in kept
        }
        package.quantities = kept

    def pack_all_left(self) -> int:
        """Pack everything that is left; return how many units that were."""
        left: Mapping[int, int] = {} if self.is_locked else self.left_by_line()
        added = sum(left.values())
        if added:
            packed = {line_id: self.in_package(line_id) + units for line_id, units in left.items()}
            typed = {line_id: self.package.typed.get(line_id, 0) + units for line_id, units in left.items()}
            with self._step():
                self._put(self.package, packed, typed)
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
        """Set the number of the open package, with what a person accepted about it and the reason.

        The scan is stored too, for the other data of the label.
        """
        if self.is_locked:
            return
        package = self.package
        with self._step():
            package.tracking_number, package.raw_scan, package.carrier = number, raw_scan, carrier or package.carrier
            package.accepted, package.kept_reason = accepted, reason

    def new_package(self) -> bool:
        """Open another package, an untouched one if there is one; return False if that was already open."""
        packages = self.draft.packages
        spare = next((position for position, package in enumerate(packages) if package.is_untouched), None)
        if self.is_locked or spare == self.current:
            return False
        with self._step():
            if spare is None:
                self.draft.packages = (*packages, PackageDraft())
            self.current = len(packages) if spare is None else spare
        return True

    def remove_package(self, position: int) -> None:
        """Remove a package; its units are left again. The last package is emptied."""
        if self.is_locked:
            return
        packages = self.draft.packages
        rest = (*packages[:position], *packages[position + 1 :]) or (PackageDraft(),)
        with self._step():
            self.draft.packages = rest
            self.current = min(self.current - (position < self.current), len(rest) - 1)

    @property
    def can_undo(self) -> bool:
        """Return whether there is a step to undo."""
        return bool(self._steps)

    def undo(self) -> bool:
        """Undo the last step; return False if there is none."""
        if self.is_locked or not self._steps:
            return False
        before, current = self._steps.pop()
        with self._changing():
            self.draft.packages = before.snapshot().packages
            self.draft.line_id = before.line_id
            self.current = current
        self._complete_step()
        return True

    def update_order(self, order: Order) -> None:
        """Continue with the order's current state; typed values stay, units of removed items do not.

        An undo does not restore such units either.
        """
        typing, before = self._typing, self._last_draft
        is_changed = order.cancelled != self.order.cancelled or bool(changes_of(self.order, order))
        with self._changing():
            if is_changed and self.draft.units:
                self._keep_back(KeptBack.CHANGED)
            self.order = order
            _remove_other_items(self.draft, order)
        if self.draft != before:
            self._complete_step()
        steps = len(self._steps)
        self._steps = _without_other_items(self._steps, before, self._last_draft, order)
        if len(self._steps) == steps:
            # The next character still belongs to the same step.
            self._typing = typing

    def problems(self) -> tuple[Problem, ...]:
        """Return everything that keeps the draft from being shipped."""
        return self._of_draft("problems", self._find_problems)

    def _find_problems(self) -> tuple[Problem, ...]:
        return tuple(shipment_problems(self.order, self.draft))

    @contextmanager
    def _step(self) -> Generator[None]:
        """Combine all changes inside the block into one step."""
        current = self.current
        with self._changing():
            yield
        is_changed = self.draft != self._last_draft
        if is_changed or self.current != current:
            self._note_step(current)
        if is_changed:
            self._complete_step()

    @contextmanager
    def _changing(self) -> Generator[None]:
        self._is_changing, self._typing = True, None
        try:
            yield
        finally:
            self._is_changing = False
            self._known.clear()

    def _on_packages_changed(self, _: object = None) -> None:
        for package, listener in self._listeners:
            package.events.disconnect(listener)  # pyright: ignore[reportUnknownMemberType] - psygnal does not type its slots
        self._listeners = [(package, partial(self._on_typed, package)) for package in self.draft.packages]
        for package, listener in self._listeners:
            package.events.connect(listener)

    def _on_typed(self, package: PackageDraft, info: EmissionInfo) -> None:
        """Record an assignment from outside as a step of its own; while locked, restore the value before."""
        if self._is_changing:
            return
        position = next(index for index, other in enumerate(self.draft.packages) if other is package)
        if self.is_locked:
            with self._changing():
                setattr(package, info.signal.name, getattr(self._last_draft.packages[position], info.signal.name))
            return
        edited = (position, info.signal.name)
        if self._typing != edited:
            self._note_step(self.current)
        if info.signal.name == "tracking_number":
            with self._changing():
                # The scan and the accepted issues belong to the previous number.
                package.raw_scan, package.accepted, package.kept_reason = "", (), ""
        self._typing = edited
        self._complete_step()

    def _note_step(self, current: int) -> None:
        self._typing = None
        self._steps.append((self._last_draft, current))
        del self._steps[:-STEPS_KEPT]

    def _complete_step(self) -> None:
        self._known.clear()
        # An unchanged package shares its copy with earlier steps, which never change.
        before = dict(enumerate(self._last_draft.packages))
        self._last_draft = ShipmentDraft(
            packages=tuple(
                before[position] if before.get(position) == package else package.snapshot()
                for position, package in enumerate(self.draft.packages)
            ),
            line_id=self.draft.line_id,
            kept_back=self.draft.kept_back,
        )
        self.revision += 1


def _remove_other_items(draft: ShipmentDraft, order: Order) -> None:
    """Remove the units of items that an order does not have."""
    known = {line.id for line in order.lines}
    for package in draft.packages:
        if not known.issuperset(package.quantities):
            package.typed = {id_: units for id_, units in package.typed.items() if id_ in known}
            package.quantities = {id_: units for id_, units in package.quantities.items() if id_ in known}


def _without_other_items(
    steps: Sequence[Step], before: ShipmentDraft, after: ShipmentDraft, order: Order
) -> list[Step]:
    """Return the steps to undo without the units of items that an order does not have.

    `before` and `after` are the draft after the last step with and without those units. A step that would change
    nothing any more is left out. Steps share packages, so packages are replaced and not changed.
    """
    known = {line.id for line in order.lines}
    kept: list[Step] = []
    for draft, current in reversed(steps):
        copy = draft
        if not all(known.issuperset(package.quantities) for package in draft.packages):
            copy = draft.snapshot()
            _remove_other_items(copy, order)
        if draft.packages == before.packages or copy.packages != after.packages:
            kept.append((copy, current))
        before, after = draft, copy
    kept.reverse()
    return kept
