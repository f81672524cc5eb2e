"""Makes one order of two that connections know under different numbers, or takes one apart again."""

from collections.abc import Coroutine
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.order import Order
from shipconsole.domain.problem import OutsideError, RefusedError
from shipconsole.operations import connections, linking, orders
from shipconsole.operations.desk import Desk
from shipconsole.operations.linking import Candidate
from shipconsole.ui import look as looks
from shipconsole.ui import words as window_words
from shipconsole.ui.fields.unsaved_dialog import UnsavedDialog
from shipconsole.ui.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.link_orders import words
from shipconsole.ui.link_orders.candidate_list import CandidateList
from shipconsole.ui.link_orders.differences import different
from shipconsole.ui.link_orders.pairing import Pairing
from shipconsole.ui.link_orders.unlink_page import UnlinkPage
from shipconsole.ui.look import Look
from shipconsole.ui.tasks import Tasks
from shipconsole.ui.titled_field import TitledField

SIZE_PX = (980, 660)
FIND_AFTER_MS = 150
Mode = Literal["link", "unlink"]


class LinkOrdersDialog(QDialog):
    """The other orders beside what linking the chosen one means; or what is to be unlinked. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, desk: Desk, tasks: Tasks, look: Look, order_id: int) -> None:
        """Show an order's likely others as soon as they were found."""
        super().__init__(parent)
        self.setObjectName("link_orders_dialog")
        self.setWindowTitle(words.TITLE)
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self.order_id = order_id
        self._order: Order | None = None
        self._other: Order | None = None
        self.pairing: Pairing | None = None
        self._mode: Mode = "link"
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._busy = False
        self._searches = 0
        """Grows with every search; what an older one finds is not shown."""
        self._choices = 0
        """Grows with every order that is chosen."""
        self._find_timer = QTimer(self)
        self._find_timer.setSingleShot(True)
        self._find_timer.setInterval(FIND_AFTER_MS)
        self._find_timer.timeout.connect(self._on_find_due)
        self._lay_out()
        self._make_keys()
        px = look.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(60)), min(px(SIZE_PX[1]), room.height() - px(60)))
        self.finished.connect(self._on_finished)
        self._show_buttons()
        tasks.spawn("read the order", self._read())

    def refresh(self) -> None:
        """Look at the store again; what was chosen and typed stays where the order is the same."""
        if not self._closed and not self._busy:
            self._tasks.spawn("read the order again", self._read())

    def choose(self, mode: Mode) -> None:
        """Link another order, or unlink a connection."""
        self._mode = mode
        for name, tab in self._tabs.items():
            tab.setChecked(name == mode)
        self._pages.setCurrentIndex(0 if mode == "link" else 1)
        self._say("")
        self._show_buttons()
        if mode == "link":
            self.search.setFocus()
        else:
            self.unlink_page.go_to_first()

    def confirm(self) -> None:
        """Link or unlink, as is shown; what is missing is said and gone to."""
        if self._busy or self._order is None:
            return
        why = self.why.input.text().strip()
        connection = self.unlink_page.chosen()
        if self._mode == "link" and (self._other is None or self.pairing is None):
            self._say(words.CHOOSE_ONE, "bad")
        elif self._mode == "unlink" and connection is None:
            self._say(words.CHOOSE_CONNECTION, "bad")
        elif not why:
            self._say(words.SAY_WHY, "bad")
            self.why.input.setFocus()
        elif self._mode == "unlink" and connection is not None:
            self._begin("unlink an order", linking.unlink(self._desk, self.order_id, connection.id, why))
        elif self._other is not None and self.pairing is not None:
            pairs = tuple(self.pairing.partners().items())
            self._begin("link orders", linking.link(self._desk, self.order_id, self._other.id, pairs, why))

    def reject(self) -> None:
        """Close, but ask first where something was typed; in the search field show the first orders again."""
        if self.search.text() and self.search.hasFocus():
            self.search.clear()
            return
        unsaved = self._unsaved()
        if not unsaved:
            super().reject()
            return
        ask = UnsavedDialog(self, self._look, [unsaved])
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.accepted.connect(self._on_leave)
        ask.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own cross asks as well."""
        if self._unsaved():
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the search."""
        super().showEvent(event)
        self.search.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the search field."""
        super().resizeEvent(event)
        looks.fit_hint(self.search, words.FIND_HINTS)

    async def _read(self) -> None:
        try:
            sheet = await orders.sheet(self._desk, self.order_id)
        except LookupError:
            if not self._closed:
                self._order = None
                self._say(window_words.ORDER_GONE, "bad")
                self._show_buttons()
            return
        known = await connections.every(self._desk)
        free = await linking.unlinkable(self._desk, self.order_id)
        if self._closed:
            return
        changed = self._order is not None and self._order != sheet.order
        self._order = sheet.order
        self.setWindowTitle(looks.plain(words.title(sheet.order.number)))
        self._number.setText(looks.plain(sheet.order.number))
        self._address.set_text(sheet.order.ship_to.recipient)
        self.unlink_page.show_links(sheet.links, known, {one.id for one in free})
        await self._find(self.search.text())
        candidate = self.candidates.candidate()
        if changed and candidate is not None:
            await self._look_at(candidate.order_id)

    async def _find(self, text: str) -> None:
        self._searches += 1
        asked = self._searches
        found = await linking.candidates(self._desk, self.order_id, text)
        if self._closed or asked != self._searches:
            return
        hint = words.LOOKS_THE_SAME if found else words.no_order(text) if text else words.NONE_ALIKE
        self._list_hint.setText(looks.plain(hint))
        self._list_hint.setVisible(not text or not found)
        self.candidates.show_candidates(found)
        if not found:
            self._show_none()

    async def _look_at(self, other_id: int) -> None:
        self._choices += 1
        asked = self._choices
        try:
            sheet = await orders.sheet(self._desk, other_id)
        except LookupError:
            return
        if not self._closed and asked == self._choices:
            self._show_other(sheet.order, is_known=bool(sheet.links))

    def _begin(self, name: str, act: Coroutine[Any, Any, object]) -> None:
        self._busy = True
        self._say("")
        self._show_buttons()
        self._tasks.spawn(name, self._finish(act))

    async def _finish(self, act: Coroutine[Any, Any, object]) -> None:
        """Do it and close; what was refused is said, and everything can be mended."""
        try:
            await act
        except RefusedError as refused:
            if self._closed:
                raise OutsideError(str(refused)) from None
            said = dict.fromkeys(f"{one.message} {one.advice}".strip() for one in refused.problems)
            self._say("\n".join(said), "bad")
            return
        except OutsideError as trouble:
            if self._closed:
                raise
            self._say(trouble.words, "bad")
            return
        finally:
            self._busy = False
            if not self._closed:
                self._show_buttons()
        if not self._closed:
            self.accept()

    def _show_other(self, other: Order, *, is_known: bool) -> None:
        """Show what linking another order means."""
        if self._order is None:
            return
        self._other = other
        self._becomes.setText(looks.plain(words.becomes(other.number, self._order.number, is_known=is_known)))
        self._put_pairing(Pairing(self._order, other, linking.pairs(self._order, other), self._look))
        self._meaning_pages.setCurrentIndex(1)
        self._show_differences()
        self._show_buttons()

    def _show_none(self) -> None:
        """No order is chosen."""
        self._choices += 1
        self._other = None
        self._put_pairing(None)
        self._meaning_pages.setCurrentIndex(0)
        self._show_buttons()

    def _put_pairing(self, pairing: Pairing | None) -> None:
        if self.pairing is not None:
            self._pairing_place.removeWidget(self.pairing)
            self.pairing.hide()
            self.pairing.setParent(None)
            self.pairing.deleteLater()
        self.pairing = pairing
        if pairing is not None:
            pairing.changed.connect(self._show_differences)
            self._pairing_place.addWidget(pairing)

    def _show_differences(self) -> None:
        if self._order is None or self._other is None or self.pairing is None:
            return
        said = different(self._order, self._other, self.pairing.partners())
        self._differs_text.setText(looks.plain("\n".join(said), lines=True))
        self._differs.setVisible(bool(said))
        self._same.setVisible(not said)

    def _show_buttons(self) -> None:
        connection = self.unlink_page.chosen()
        if self._mode == "link":
            text, ready = words.link_button(self._other.number if self._other else ""), self._other is not None
        else:
            text, ready = words.unlink_button(connection.name if connection else ""), connection is not None
        self.confirm_button.setText(looks.button_text(text))
        self.confirm_button.setAccessibleName(text)
        ready = ready and self._order is not None and not self._busy
        self.confirm_button.setEnabled(ready and bool(self.why.input.text().strip()))
        self.confirm_button.updateGeometry()

    def _say(self, text: str, tone: looks.Tone = "") -> None:
        self._said.setText(looks.plain(text, lines=True))
        looks.set_tone(self._said, tone)

    def _on_find_changed(self, _: str) -> None:
        self._find_timer.start()

    def _on_find_due(self) -> None:
        self._tasks.spawn("find other orders", self._find(self.search.text().strip()))

    def _on_find_entered(self) -> None:
        self.candidates.setFocus()

    def _on_candidate_chosen(self, candidate: Candidate | None) -> None:
        self._say("")
        if candidate is None:
            self._show_none()
        else:
            self._tasks.spawn("look at another order", self._look_at(candidate.order_id))

    def _unsaved(self) -> str:
        """What was typed, in a line; empty where nothing was, and where it is no order's any more."""
        if self._order is None:
            return ""
        paired = ""
        if self._other is not None and self.pairing is not None:
            proposed = dict(linking.pairs(self._order, self._other))
            paired = self._other.number if self.pairing.partners() != proposed else ""
        why = bool(self.why.input.text().strip())
        return words.unsaved(self._order.number, paired, why=why) if paired or why else ""

    def _on_leave(self) -> None:
        super().reject()

    def _on_changed(self) -> None:
        self._say("")
        self._show_buttons()

    def _on_why_edited(self, _: str) -> None:
        self._on_changed()

    def _on_finished(self) -> None:
        self._closed = True
        self._find_timer.stop()

    def _on_find_key(self) -> None:
        if self._mode == "link":
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()

    def _make_keys(self) -> None:
        keys = (("Ctrl+Return", self.confirm), ("Ctrl+Enter", self.confirm), ("Ctrl+F", self._on_find_key))
        for key, then in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(then)

    def _lay_out(self) -> None:
        px = self._look.tokens.px
        self.unlink_page = UnlinkPage(self._look)
        self.unlink_page.changed.connect(self._on_changed)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._link_page())
        self._pages.addWidget(self.unlink_page)
        self.why = TitledField("why", words.WHY, self._look)
        self.why.input.setPlaceholderText(words.WHY_HINT)
        self.why.input.textEdited.connect(self._on_why_edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(12))
        column.addLayout(self._head())
        column.addLayout(self._pages, 1)
        column.addWidget(self.why)
        column.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        self._number = looks.label("", "number")
        self._number.setObjectName("link_number")
        self._address = looks.Elided("", "secondary")
        head = QHBoxLayout()
        head.setSpacing(self._look.tokens.px(10))
        head.addWidget(self._number)
        head.addWidget(self._address, 1)
        self._tabs: dict[Mode, looks.KeyButton] = {}
        names: tuple[tuple[Mode, str], ...] = (("link", words.LINK_TAB), ("unlink", words.UNLINK_TAB))
        for name, title in names:
            tab = looks.button(title, "tab")
            tab.setObjectName(f"{name}_tab")
            tab.setAutoDefault(False)
            tab.setChecked(name == self._mode)
            tab.clicked.connect(partial(self.choose, name))
            head.addWidget(tab)
            self._tabs[name] = tab
        return head

    def _link_page(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._look.tokens.px(14))
        row.addWidget(self._list_card(), 9)
        row.addWidget(self._meaning_card(), 11)
        return page

    def _list_card(self) -> QWidget:
        px = self._look.tokens.px
        self.search = QLineEdit()
        self.search.setObjectName("find_other")
        self.search.setAccessibleName(words.FIND)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_find_changed)
        self.search.returnPressed.connect(self._on_find_entered)
        self._list_hint = looks.label("", "secondary")
        self._list_hint.setObjectName("candidates_hint")
        self._list_hint.setWordWrap(True)
        self.candidates = CandidateList(self._look)
        self.candidates.chosen.connect(self._on_candidate_chosen)
        column = QVBoxLayout()
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.search)
        column.addWidget(self._list_hint)
        column.addWidget(self.candidates, 1)
        return looks.card(column)

    def _meaning_card(self) -> QWidget:
        px = self._look.tokens.px
        self._becomes = looks.label("", "strong")
        self._becomes.setObjectName("becomes")
        self._becomes.setWordWrap(True)
        self._pairing_place = QVBoxLayout()
        self._differs = QFrame()
        self._differs.setObjectName("orders_differ")
        self._differs.setProperty("look", "differs")
        self._differs_text = looks.label("", "", "wait")
        self._differs_text.setObjectName("orders_differ_text")
        self._differs_text.setWordWrap(True)
        inside = QVBoxLayout(self._differs)
        inside.setContentsMargins(px(14), px(8), px(14), px(8))
        inside.addWidget(self._differs_text)
        self._same = looks.label(words.NOTHING_DIFFERENT, "secondary", "good")
        self._same.setWordWrap(True)
        meaning = QWidget()
        column = QVBoxLayout(meaning)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(10))
        column.addWidget(self._becomes)
        column.addWidget(looks.label(words.PAIRS, "heading"))
        column.addLayout(self._pairing_place)
        column.addWidget(looks.label(words.DIFFERENT, "heading"))
        column.addWidget(self._differs)
        column.addWidget(self._same)
        column.addStretch(1)
        self._choose_one = looks.label(words.CHOOSE_ONE, "secondary")
        self._choose_one.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._choose_one.setWordWrap(True)
        self._meaning_pages = QStackedLayout()
        self._meaning_pages.addWidget(self._choose_one)
        self._meaning_pages.addWidget(FittingScrollArea(meaning, least_px=px(160)))
        whole = QVBoxLayout()
        whole.setContentsMargins(px(16), px(13), px(10), px(13))
        whole.addLayout(self._meaning_pages)
        return looks.card(whole)

    def _buttons(self) -> QHBoxLayout:
        self._said = looks.label("", "secondary")
        self._said.setObjectName("link_said")
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = looks.button(window_words.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.confirm_button = looks.button(words.LINK, "primary", "Ctrl+Enter")
        self.confirm_button.setObjectName("link_confirm")
        self.confirm_button.setAutoDefault(False)
        self.confirm_button.clicked.connect(self.confirm)
        buttons = QHBoxLayout()
        buttons.setSpacing(self._look.tokens.px(10))
        buttons.addWidget(self._said, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.confirm_button)
        return buttons
