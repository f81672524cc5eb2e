"""The verdicts in the banner, and the answers of a person to them."""

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.domain.scanning_events import Refused
from shipconsole.domain.scanning_state import Step
from shipconsole.domain.verdict import Ending, VerdictKind
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders.scan import UNITS_MAX
from shipconsole.ui.kit.prompt import TextPrompt
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.panel import OrderEditorPanel
from shipconsole.ui.window import verdict_strings
from shipconsole.ui.window.banner import Banner
from shipconsole.ui.window.scanner import ScanProcessor
from shipconsole.ui.window.scanner_keys import PersonKey
from shipconsole.ui.window.top_bar import ScanField


class VerdictAnswers(QObject):
    """Connects the banner's verdict, the keyboard, and the processor; asks for reasons and quantities."""

    def __init__(
        self,
        window: QWidget,
        ctx: Context,
        theme: Theme,
        *,
        banner: Banner,
        field: ScanField,
        editor: OrderEditorPanel,
        scans: ScanProcessor,
    ) -> None:
        """Connect them."""
        super().__init__(window)
        self._window = window
        self._ctx = ctx
        self._theme = theme
        self._banner = banner
        self._field = field
        self._editor = editor
        self._scans = scans
        scans.stepped.connect(self._on_stepped)
        scans.reason_requested.connect(self._ask_reason)
        scans.units_requested.connect(self._ask_units)
        shown = banner.verdict
        shown.acknowledged.connect(partial(scans.answer, PersonKey.ENTER, ""))
        shown.refused.connect(partial(scans.answer, PersonKey.ESCAPE, ""))
        shown.keep_requested.connect(scans.ask_to_keep)
        shown.chosen.connect(scans.choose)

    def answer(self, key: PersonKey, text: str, is_person: bool) -> bool:
        """Take a key as an answer; while a verdict waits, an Enter that may be the scanner's is dropped."""
        is_elsewhere = QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None
        if is_elsewhere or self._field.text() or not self._scans.verdict.waits:
            return False
        if key == PersonKey.ENTER and not is_person:
            return True
        if key == PersonKey.DIGIT and not is_person:
            return self._scans.verdict.ends_with(Ending.DIGIT)
        return self._scans.answer(key, text)

    def _on_stepped(self, _step: Step) -> None:
        verdict = self._scans.verdict
        names = self._names() if verdict.kind in (VerdictKind.SEVERAL_ITEMS, VerdictKind.SEVERAL_ORDERS) else ()
        shown = verdict_strings.verdict_text(verdict, self._scans.prefix, self._ctx.clock.now_ms(), names)
        self._banner.show_verdict(verdict, shown)
        if verdict.waits and QApplication.activeModalWidget() is None:
            self._field.focus()

    def _names(self) -> tuple[str, ...]:
        """Return the names of the items or orders to choose from."""
        scan = self._scans.verdict.scan
        if scan is None:
            return ()
        if scan.line_ids:
            return tuple(self._editor.item_name(line_id) for line_id in scan.line_ids)
        return tuple(f"{scan.number} (#{order_id})" for order_id in scan.order_ids)

    def _ask_reason(self) -> None:
        question = TextPrompt(
            self._window,
            self._theme,
            "keep_reason",
            text("verdict_reason.title"),
            verdict_strings.reason_question(self._scans.verdict, self._ctx.clock.now_ms()),
            label=text("verdict_reason.label"),
            button=text("verdict_choice.keep_label"),
        )
        question.answered.connect(self._scans.keep)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def _ask_units(self) -> None:
        question = TextPrompt(
            self._window,
            self._theme,
            "case_units",
            text("verdict_units.title"),
            verdict_strings.units_question(self._scans.verdict),
            label=text("verdict_units.label"),
            button=text("verdict_choice.add_units"),
            max_number=UNITS_MAX,
        )
        question.answered.connect(lambda units: self._scans.enter_units(int(units)))
        question.rejected.connect(self._on_units_rejected)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.open()

    def _on_units_rejected(self) -> None:
        if self._scans.verdict.kind == VerdictKind.CASE_UNITS:
            self._scans.handle(Refused())
