"""What a packer does with the packages of the open order, by scan, key, or button, until it ships."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.verdict import PendingLabel
from shipconsole.messages import text
from shipconsole.ui.order_editor.open_order import Action, OpenOrder


class PackingSteps(QObject):
    """The steps that change the draft. Each method returns whether the step was or will be done.

    While the order is loaded, a step runs afterwards. Signal: refused(text) for the last step.
    """

    refused = Signal(str)

    def __init__(self, parent: QObject, order: OpenOrder) -> None:
        """Pack the open order."""
        super().__init__(parent)
        self._order = order
        self.gate: Callable[[], bool] = lambda: True
        """Asked before a person packs by key or button; False while a verdict waits for the person."""

    def add_units(self, line_ids: tuple[int, ...], units: int = 1, *, is_typed: bool = False) -> bool:
        """Put units in the open package; too many are refused and change nothing."""
        return self._order.run(partial(self._add_units, line_ids, units, is_typed))

    def set_units(self, line_ids: tuple[int, ...], units: int) -> bool:
        """Have so many units of an item in all packages of the draft; too many are refused and change nothing."""
        return self._order.run(partial(self._set_units, line_ids, units))

    def take_label(self, label: PendingLabel, *, in_next: bool = False) -> bool:
        """Give a package a label with the decisions about it, or the next package with `in_next`."""
        return self._order.run(partial(_take_label, label, in_next))

    def clear_label(self, package: int, number: str) -> bool:
        """Remove a number that was typed in a package, unless it changed meanwhile."""
        return self._order.run(partial(_clear_label, package, number))

    def set_tracking(self, number: str, raw_scan: str = "") -> bool:
        """Give the open package its tracking number, from a scan of the label."""
        return self._order.run(_in_draft(lambda session: session.set_tracking(number, raw_scan)))

    def new_package(self) -> bool:
        """Open another package."""
        return self.gate() and self._order.run(_in_draft(lambda session: session.new_package()))

    def remove_package(self) -> bool:
        """Remove the open package; its units are left again."""
        return self.gate() and self._order.run(_in_draft(lambda session: session.remove_package(session.current)))

    def all_left(self) -> bool:
        """Put all units left to ship in the open package."""
        return self.gate() and self._order.run(_in_draft(lambda session: session.pack_all_left()))

    def _set_units(self, line_ids: tuple[int, ...], units: int, session: PackingSession) -> bool:
        if session.set_units(line_ids, units) is not None:
            return True
        return self._refuse_units(line_ids, session)

    def _add_units(self, line_ids: tuple[int, ...], units: int, is_typed: bool, session: PackingSession) -> bool:
        if session.add_units(line_ids, units, is_typed=is_typed) is not None:
            return True
        return self._refuse_units(line_ids, session)

    def _refuse_units(self, line_ids: tuple[int, ...], session: PackingSession) -> bool:
        line = session.order.line(line_ids[0]) if line_ids else None
        if line is not None and not line.is_counted:
            self.refused.emit(text("order_editor.not_counted", sku=line.sku, quantity=line.quantity))
        else:
            self.refused.emit(text("order_editor.none_left", sku=line.sku if line else ""))
        return False


def _in_draft(step: Callable[[PackingSession], object]) -> Action:
    """Return a step that is always possible."""

    def run(session: PackingSession) -> bool:
        step(session)
        return True

    return run


def _take_label(label: PendingLabel, in_next: bool, session: PackingSession) -> bool:
    if in_next or label.package >= len(session.draft.packages):
        # Its package was removed meanwhile: it replaces no other package's label.
        session.new_package()
    else:
        session.current = label.package
    session.set_tracking(
        label.number,
        session.package.raw_scan if label.is_typed else label.raw,
        accepted=label.accepted,
        reason=label.reason,
        carrier=label.carrier,
    )
    return True


def _clear_label(package: int, number: str, session: PackingSession) -> bool:
    packages = session.draft.packages
    if package < len(packages) and packages[package].tracking_number == number:
        session.current = package
        session.set_tracking("", "")
    return True
