"""The sources of scans, which are the scanner's keys in any window and the scan field, and where each scan goes."""

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.ui.window.scan_field import ScanField

if TYPE_CHECKING:
    from shipconsole.ui.window.scanner import ScanProcessor
    from shipconsole.ui.window.scanner_keys import PersonKey, ScannerKeyFilter
    from shipconsole.ui.window.verdict_answers import VerdictAnswers


@runtime_checkable
class AcceptsScans(Protocol):
    """A dialog that has a use for some scans."""

    def take_scan(self, text: str) -> bool:
        """Take a scan; False leaves it to the window."""
        ...


class EarlyScan(NamedTuple):
    """A scan from before the program had loaded."""

    text: str
    by_scanner: bool
    caps_lock: bool


class ScanInput(QObject):
    """Passes each scan to the dialog in front that accepts it, else to the processor, for which early ones wait."""

    def __init__(self, window: QWidget, field: ScanField) -> None:
        """Initialize with the scan field alone."""
        super().__init__(window)
        self._window = window
        self._field = field
        self._processor: ScanProcessor | None = None
        self._answers: VerdictAnswers | None = None
        self.keys: ScannerKeyFilter | None = None
        """The filter of the scanner's keys, once the window is painted."""
        self.early: list[EarlyScan] = []
        """Scans that wait for the processor."""
        field.scanned.connect(self.take)

    def watch_keys(self) -> None:
        """Begin to find scans among the keys of every window, and return the keyboard to the field after dialogs."""
        from shipconsole.ui.window.keyboard_return import KeyboardReturn
        from shipconsole.ui.window.scanner_keys import ScannerKeyFilter

        self.keys = ScannerKeyFilter(self, self._answer)
        self.keys.scanned.connect(self.route)
        self.keys.watch(self._window.windowHandle())
        self.keys.watch_all()
        KeyboardReturn(self._window, self._field.focus)
        self._field.leave_keys()

    def start(self, processor: "ScanProcessor", answers: "VerdictAnswers") -> None:
        """Process scans from now on, first the early ones."""
        self._processor, self._answers = processor, answers
        early, self.early = self.early, []
        for scan in early:
            self.take(*scan)

    def route(self, text: str, caps_lock: bool, may_continue: bool) -> None:
        """Pass a scan of the scanner's keys to the dialog in front if that accepts it, else to the processor.

        With `may_continue` the text in the scan field is its beginning: half of a code may be another code. So is a
        quantity (``6*``), however long ago it was typed.
        """
        from shipconsole.domain.scan import typed_quantity

        front = QApplication.activeModalWidget()
        is_counted = typed_quantity(self._field.text()) is not None
        if (is_counted or (may_continue and self._field.hasFocus())) and front is None:
            text = self._field.take_text() + text
        if isinstance(front, AcceptsScans) and front.take_scan(text):
            return
        if front is None:
            self._field.focus()
        self.take(text, by_scanner=True, caps_lock=caps_lock)

    def take(self, text: str, by_scanner: bool = False, caps_lock: bool = False) -> None:
        """Process a scan, or keep it until the processor is there."""
        if self._processor is None:
            self.early.append(EarlyScan(text, by_scanner, caps_lock))
        else:
            self._processor.take(text, by_scanner=by_scanner, caps_lock=caps_lock)

    def _answer(self, key: "PersonKey", text: str, is_person: bool) -> bool:
        return self._answers is not None and self._answers.answer(key, text, is_person)
