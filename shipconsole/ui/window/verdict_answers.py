"""Shows each verdict in the strip, and passes a person's answers on to the scan processor."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.domain.label import agreed_postal_code
from shipconsole.domain.scanning_events import Refused
from shipconsole.domain.scanning_state import Step
from shipconsole.domain.verdict import Ending, Verdict, VerdictKind, VerdictSeverity
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.cases import UNITS_MAX
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.window import verdict_strings
from shipconsole.ui.window.scan_field import ScanField
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.scanner_keys import PersonKey
from shipconsole.ui.window.strip_parts import HintButton
from shipconsole.ui.window.strip_text import ENTER
from shipconsole.ui.window.verdict_strings import Situation
from shipconsole.ui.window.verdict_strip import VerdictStrip

COUNTDOWN_MS = 250


class VerdictAnswers(QObject):
    """Connects the strip, the keyboard, and the processor; asks for reasons and quantities.

    Signal: locked(bool), when scanning is locked or unlocked.
    """

    locked = Signal(bool)

    def __init__(
        self,
        window: QWidget,
        ctx: Context,
        theme: Theme,
        *,
        strip: VerdictStrip,
        field: ScanField,
        editor: OrderEditorPanel,
        scans: ScanProcessor,
    ) -> None:
        """Connect them."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._theme = theme
        self._strip = strip
        self._field = field
        self._editor = editor
        self._scans = scans
        self._shown = Verdict()
        self._announced: Verdict | None = None
        self._shipped_packages = 0
        self._scanned_at_ms = 0
        self._sends_at_ms: int | None = None
        """When the last shipment of the open order is sent, while it can be undone."""
        self._is_notified = False
        """Whether every platform has confirmed the last shipment of the open order."""
        self._next_try_ms: int | None = None
        """When a platform that does not respond is tried again."""
        self._last: tuple[str, int] = ("", 0)
        """What was packed last, and when."""
        self._last_order_id: int | None = None
        self._countdown = QTimer(self)
        self._countdown.setInterval(COUNTDOWN_MS)
        self._countdown.timeout.connect(self._count_down)
        scans.stepped.connect(self._on_stepped)
        scans.reason_requested.connect(self._ask_reason)
        scans.units_requested.connect(self._ask_units)
        editor.sheet_changed.connect(self._on_sheet_changed)
        editor.changed.connect(self._refresh)
        strip.acknowledged.connect(partial(scans.answer, PersonKey.ENTER, ""))
        strip.refused.connect(partial(scans.answer, PersonKey.ESCAPE, ""))
        strip.keep_requested.connect(scans.ask_to_keep)
        strip.chosen.connect(scans.choose)
        self._show()

    def answer(self, key: PersonKey, text: str, is_person: bool) -> bool:
        """Take a key as an answer; while a verdict waits, an Enter that may be the scanner's is dropped."""
        is_elsewhere = QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None
        if is_elsewhere or self._field.text() or not self._scans.verdict.waits:
            return False
        if key == PersonKey.ENTER and not is_person:
            return True
        if key == PersonKey.DIGIT and not is_person:
            return self._scans.verdict.ends_with(Ending.DIGIT)
        if key == PersonKey.ENTER and isinstance(focused := QApplication.focusWidget(), HintButton):
            # What the focus is on, which may be another answer than Enter's own.
            focused.click()
            return True
        return self._scans.answer(key, text)

    def show_next_try(self, at_ms: int | None) -> None:
        """Show while offline when the next try is."""
        self._next_try_ms = at_ms
        self._count_down()

    def _on_stepped(self, _step: Step) -> None:
        verdict = self._scans.verdict
        now_ms = self._ctx.clock.now_ms()
        if replace(verdict, repeats=0) != replace(self._shown, repeats=0) or verdict.kind == VerdictKind.GOOD:
            self._scanned_at_ms = now_ms
        was_locked = self._shown.severity == VerdictSeverity.LOCKED
        self._shown = verdict
        is_packed = verdict.kind in (VerdictKind.GOOD, VerdictKind.COMPLETE)
        if is_packed and verdict.scan is not None and verdict.scan.kind == "item":
            self._last = (verdict.scan.item_name or verdict.scan.number, now_ms)
            self._last_order_id = verdict.order_id
        self._show()
        self._count_down()
        self._announce()
        is_locked = verdict.severity == VerdictSeverity.LOCKED
        self._field.show_locked(*self._locked_hints(verdict) if is_locked else ())
        if is_locked != was_locked:
            self.locked.emit(is_locked)
        if verdict.waits and QApplication.activeModalWidget() is None:
            self._field.focus()

    def _announce(self) -> None:
        """Announce a verdict once, however often it is repeated or shown again."""
        now = replace(self._shown, repeats=0)
        if now != self._announced:
            self._announced = now
            if now.kind != VerdictKind.IDLE:
                self._strip.announce()

    def _locked_hints(self, verdict: Verdict) -> tuple[str, ...]:
        """Return what unlocks scanning, the longest text first."""
        code, key = f"{self._scans.prefix}OK", key_name(ENTER)
        if not verdict.ends_with(Ending.ACKNOWLEDGE):
            return (text("frame.locked_hint_order"),)
        ok = text("frame.locked_hint_ok", code=code, key=key)
        if verdict.ends_with(Ending.RIGHT_ITEM) or verdict.ends_with(Ending.KNOWN_CODE):
            return (text("frame.locked_hint", code=code, key=key), ok)
        return (text("frame.locked_hint_label", code=code, key=key), ok) if verdict.ends_with(Ending.LABEL) else (ok,)

    def _show(self) -> None:
        self._strip.show_text(verdict_strings.verdict_text(self._shown, self._situation()))

    def _refresh(self) -> None:
        """Show the present number of units left, once what is changing has changed."""
        if self._shown.kind not in (VerdictKind.IDLE, VerdictKind.GOOD, VerdictKind.COMPLETE):
            return
        now = verdict_strings.verdict_text(self._shown, self._situation())
        if now == self._strip.shown._replace(second=now.second):
            self._strip.show_second(now.second)
        else:
            self._strip.show_text(now)

    def _situation(self) -> Situation:
        verdict = self._shown
        is_choice = verdict.kind in (VerdictKind.SEVERAL_ITEMS, VerdictKind.SEVERAL_ORDERS)
        return Situation(
            prefix=self._scans.prefix,
            now_ms=self._ctx.clock.now_ms(),
            names=self._names() if is_choice else (),
            left=self._editor.packing().left,
            scanned_at_ms=self._scanned_at_ms,
            sends_in_s=self._sends_in_s(),
            # In another order it would look as if it had been added to that one.
            last_name=self._last[0] if self._last_order_id == verdict.order_id else "",
            last_at_ms=self._last[1],
            next_try_ms=self._next_try_ms,
            shipped_packages=self._shipped_packages,
            postal_code=self._postal_code(),
            can_ship=self._editor.can_ship(),
            was_undone=self._editor.was_undone(),
            is_notified=self._is_notified,
        )

    def _postal_code(self) -> str:
        """Return the postal code that an accepted label and its order have in common."""
        order, shown = self._editor.state.sheet, self._shown
        if shown.kind != VerdictKind.GOOD or shown.label is None or order is None or order.order.id != shown.order_id:
            return ""
        return agreed_postal_code(shown.label.raw, order.order.ship_to.postal_code)

    def _on_sheet_changed(self, sheet: OrderSheet) -> None:
        self._shipped_packages = sum(len(shipment.packages) for shipment in sheet.shipments)
        last = sheet.shipments[-1].id if sheet.shipments else None
        held = [call.due_at_ms for call in sheet.calls if call.shipment_id == last and call.state == "held"]
        self._sends_at_ms = min(held, default=None) if last is not None else None
        states = [call.state for call in sheet.calls if call.shipment_id == last]
        self._is_notified = bool(states) and all(state == "confirmed" for state in states)
        self._count_down()

    def _sends_in_s(self) -> int | None:
        if self._sends_at_ms is None:
            return None
        left_s = -(-(self._sends_at_ms - self._ctx.clock.now_ms()) // 1_000)
        return left_s if left_s > 0 else None

    def _count_down(self) -> None:
        """Show how long the shipment can still be undone, or when the next try is."""
        kind = self._shown.kind
        if kind in (VerdictKind.SHIPPED, VerdictKind.OFFLINE):
            self._show()
        is_offline = kind == VerdictKind.OFFLINE and self._next_try_ms is not None
        if is_offline or (kind == VerdictKind.SHIPPED and self._sends_in_s() is not None):
            self._countdown.start()
        else:
            self._countdown.stop()

    def _names(self) -> tuple[str, ...]:
        """Return the names of the items or orders to choose from."""
        scan = self._scans.verdict.scan
        if scan is None:
            return ()
        if scan.line_ids:
            return tuple(self._editor.item_name(line_id) for line_id in scan.line_ids)
        return tuple(f"{scan.number} (#{order_id})" for order_id in scan.order_ids)

    def _ask_reason(self) -> None:
        asked = self._scans.verdict
        question = TextPrompt(
            self._window,
            self._theme,
            "keep_reason",
            text("verdict_reason.title"),
            verdict_strings.reason_question(asked, self._ctx.clock.now_ms()),
            label=text("verdict_reason.label"),
            button=text("verdict_choice.keep_label"),
        )
        # By then a scan may have changed the verdict: the reason is not another label's.
        question.answered.connect(partial(self._scans.keep, asked))
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def _ask_units(self) -> None:
        asked = self._scans.verdict
        question = TextPrompt(
            self._window,
            self._theme,
            "case_units",
            text("verdict_units.title"),
            verdict_strings.units_question(asked),
            label=text("verdict_units.label"),
            button=text("verdict_choice.add_units"),
            max_number=UNITS_MAX,
        )
        question.answered.connect(lambda units: self._scans.enter_units(asked, int(units)))
        question.rejected.connect(self._on_units_rejected)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def _on_units_rejected(self) -> None:
        if self._scans.verdict.kind == VerdictKind.CASE_UNITS:
            self._scans.handle(Refused())
