"""Makes one order of two that connections know under different numbers, or takes one apart again."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.order import Order
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import link, orders
from shipconsole.operations.orders.link import Candidate
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.dialogs.link_orders.candidate_list import CandidateList
from shipconsole.ui.dialogs.link_orders.differences import different
from shipconsole.ui.dialogs.link_orders.pairing import Pairing
from shipconsole.ui.dialogs.link_orders.unlink_page import UnlinkPage
from shipconsole.ui.dialogs.phrases import fit_find_hint
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.button_row import name_button
from shipconsole.ui.kit.dialog import ENTER
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.order_dialog import OrderDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.titled_field import TitledField

SIZE_PX = (980, 660)
FIND_AFTER_MS = 150
FIND_HINTS = ("link_orders.find_hint", "link_orders.find_hint_order", "link_orders.find_hint_short")
Mode = Literal["link", "unlink"]


def _title(number: str) -> str:
    return text("link_orders.of_order", number=number)


def _list_hint(wanted: str, *, is_found: bool) -> str:
    if is_found:
        return text("link_orders.similar")
    return (
        text("link_orders.no_match", text=wanted, key=key_name("Esc")) if wanted else text("link_orders.none_similar")
    )


class LinkOrdersDialog(OrderDialog):
    """The other orders beside what linking the chosen one means; or what is to be unlinked. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show an order's likely others as soon as they were found."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="link_orders_dialog", part="link", title=_title)
        self.setWindowTitle(text("link_orders.title"))
        self._other: Order | None = None
        self.pairing: Pairing | None = None
        self._mode: Mode = "link"
        self._searches = 0
        """Grows with every search; what an older one finds is not shown."""
        self._choices = 0
        """Grows with every order that is chosen."""
        self._find_timer = QTimer(self)
        self._find_timer.setSingleShot(True)
        self._find_timer.setInterval(FIND_AFTER_MS)
        self._find_timer.timeout.connect(self._on_find_due)
        self._lay_out()
        self._make_keys({ENTER: self.confirm, "Ctrl+F": self._on_find_key})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.refresh()

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
            self._say(text("link_orders.choose_order"), "bad")
        elif self._mode == "unlink" and connection is None:
            self._say(text("link_orders.choose_connection"), "bad")
        elif not why:
            self._say(text("link_orders.enter_reason"), "bad")
            self.why.input.setFocus()
        elif self._mode == "unlink" and connection is not None:
            self._begin("unlink an order", link.unlink(self._ctx, self.order_id, connection.id, why))
        elif self._other is not None and self.pairing is not None:
            pairs = tuple(self.pairing.partners().items())
            self._begin("link orders", link.link(self._ctx, self.order_id, self._other.id, pairs, why))

    def keep_separate(self) -> None:
        """Keep that the chosen order is another one; a reason may be typed and need not be."""
        if not self._busy and self._mode == "link" and self._order is not None and self._other is not None:
            why = self.why.input.text().strip()
            self._begin("keep orders apart", link.keep_separate(self._ctx, self.order_id, self._other.id, why))

    def reject(self) -> None:
        """Close, but ask first where something was typed; in the search field show the first orders again."""
        if self.search.text() and self.search.hasFocus():
            self.search.clear()
            return
        super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the search."""
        super().showEvent(event)
        self.search.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the search field."""
        super().resizeEvent(event)
        fit_find_hint(self.search, FIND_HINTS)

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        known = await connections.every(self._ctx)
        free = await link.unlinkable(self._ctx, self.order_id)
        if self._closed:
            return
        changed = self._order is not None and self._order != sheet.order
        self._show_order(sheet.order)
        self._address.set_text(sheet.order.ship_to.recipient)
        self.unlink_page.show_links(sheet.links, known, {one.id for one in free})
        await self._find(self.search.text())
        candidate = self.candidates.candidate()
        if changed and candidate is not None:
            await self._look_at(candidate.order_id)

    async def _find(self, wanted: str) -> None:
        self._searches += 1
        asked = self._searches
        found = await link.candidates(self._ctx, self.order_id, wanted)
        if self._closed or asked != self._searches:
            return
        self._list_hint.setText(kit.plain(_list_hint(wanted, is_found=bool(found))))
        self._list_hint.setVisible(not wanted or not found)
        self.candidates.show_candidates(found)
        if not found:
            self._show_none()

    async def _look_at(self, other_id: int) -> None:
        self._choices += 1
        asked = self._choices
        try:
            sheet = await orders.sheet(self._ctx, other_id)
        except LookupError:
            return
        if not self._closed and asked == self._choices:
            self._show_other(sheet.order, is_known=bool(sheet.links))

    def _show_other(self, other: Order, *, is_known: bool) -> None:
        """Show what linking another order means."""
        if self._order is None:
            return
        self._other = other
        becomes = "link_orders.becomes_notified" if is_known else "link_orders.becomes"
        self._becomes.setText(kit.plain(text(becomes, other=other.number, number=self._order.number)))
        self._put_pairing(Pairing(self._order, other, link.pairs(self._order, other), self._theme))
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
        self._differs_text.setText(kit.plain("\n".join(said), lines=True))
        self._differs.setVisible(bool(said))
        self._same.setVisible(not said)

    def _show_buttons(self) -> None:
        connection = self.unlink_page.chosen()
        if self._mode == "link":
            ready = self._other is not None
            title = text("link_orders.link_to", other=self._other.number) if self._other else text("link_orders.link")
        else:
            ready = connection is not None
            unlink_from = text("link_orders.unlink_from", connection=connection.name) if connection else ""
            title = unlink_from or text("link_orders.unlink")
        name_button(self.confirm_button, title)
        self.separate_button.setVisible(self._mode == "link")
        self.separate_button.setEnabled(ready and self._order is not None and not self._busy)
        ready = ready and self._order is not None and not self._busy
        self.confirm_button.setEnabled(ready and bool(self.why.input.text().strip()))

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

    def _unsaved(self) -> Sequence[str]:
        """What was typed; nothing where it is no order's any more."""
        if self._order is None:
            return ()
        paired = ""
        if self._other is not None and self.pairing is not None:
            proposed = dict(link.pairs(self._order, self._other))
            paired = self._other.number if self.pairing.partners() != proposed else ""
        why = bool(self.why.input.text().strip())
        parts = [text("link_orders.unsaved_items", other=paired)] if paired else []
        parts += [text("link_orders.reason")] if why else []
        return (text("link_orders.unsaved", number=self._order.number, parts=tuple(parts)),) if parts else ()

    def _on_changed(self) -> None:
        self._say("")
        self._show_buttons()

    def _on_why_edited(self, _: str) -> None:
        self._on_changed()

    def _on_finished(self) -> None:
        super()._on_finished()
        self._find_timer.stop()

    def _on_find_key(self) -> None:
        if self._mode == "link":
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()

    def _lay_out(self) -> None:
        self.unlink_page = UnlinkPage(self._theme)
        self.unlink_page.changed.connect(self._on_changed)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._link_page())
        self._pages.addWidget(self.unlink_page)
        self.why = TitledField("why", text("link_orders.reason"), self._theme)
        self.why.input.setPlaceholderText(text("link_orders.reason_hint"))
        self.why.input.textEdited.connect(self._on_why_edited)
        column = self._column()
        column.addLayout(self._head())
        column.addLayout(self._pages, 1)
        column.addWidget(self.why)
        column.addLayout(self._button_row)
        self.separate_button = self._button_row.add(
            "link_keep_separate", text("link_orders.keep_separate"), self.keep_separate
        )
        self.confirm_button = self._button_row.add(
            "link_confirm", text("link_orders.link"), self.confirm, ENTER, kind="primary"
        )

    def _head(self) -> QHBoxLayout:
        self._address = kit.Elided("", "secondary")
        head = QHBoxLayout()
        head.setSpacing(self._theme.tokens.px(10))
        head.addWidget(self._number)
        head.addWidget(self._address, 1)
        self._tabs: dict[Mode, kit.KeyButton] = {}
        names: tuple[tuple[Mode, str], ...] = (
            ("link", text("link_orders.link_tab")),
            ("unlink", text("link_orders.unlink_tab")),
        )
        for name, title in names:
            tab = kit.button(title, "tab")
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
        row.setSpacing(self._theme.tokens.px(14))
        row.addWidget(self._list_card(), 9)
        row.addWidget(self._meaning_card(), 11)
        return page

    def _list_card(self) -> QWidget:
        px = self._theme.tokens.px
        self.search = QLineEdit()
        self.search.setObjectName("find_other")
        self.search.setAccessibleName(text("link_orders.find"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_find_changed)
        self.search.returnPressed.connect(self._on_find_entered)
        self._list_hint = kit.label("", "secondary")
        self._list_hint.setObjectName("candidates_hint")
        self._list_hint.setWordWrap(True)
        self.candidates = CandidateList(self._theme)
        self.candidates.chosen.connect(self._on_candidate_chosen)
        column = QVBoxLayout()
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.search)
        column.addWidget(self._list_hint)
        column.addWidget(self.candidates, 1)
        return kit.card(column)

    def _meaning_card(self) -> QWidget:
        px = self._theme.tokens.px
        self._becomes = kit.label("", "strong")
        self._becomes.setObjectName("becomes")
        self._becomes.setWordWrap(True)
        self._pairing_place = QVBoxLayout()
        self._differs = QFrame()
        self._differs.setObjectName("orders_differ")
        self._differs.setProperty("variant", "differs")
        self._differs_text = kit.label("", "", "wait")
        self._differs_text.setObjectName("orders_differ_text")
        self._differs_text.setWordWrap(True)
        inside = QVBoxLayout(self._differs)
        inside.setContentsMargins(px(14), px(8), px(14), px(8))
        inside.addWidget(self._differs_text)
        self._same = kit.label(text("link_orders.no_differences"), "secondary", "good")
        self._same.setWordWrap(True)
        meaning = QWidget()
        column = QVBoxLayout(meaning)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(10))
        column.addWidget(self._becomes)
        column.addWidget(kit.label(text("link_orders.matching_items"), "heading"))
        column.addLayout(self._pairing_place)
        column.addWidget(kit.label(text("link_orders.differences"), "heading"))
        column.addWidget(self._differs)
        column.addWidget(self._same)
        column.addStretch(1)
        self._choose_one = kit.label(text("link_orders.choose_order"), "secondary")
        self._choose_one.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._choose_one.setWordWrap(True)
        self._meaning_pages = QStackedLayout()
        self._meaning_pages.addWidget(self._choose_one)
        self._meaning_pages.addWidget(FittingScrollArea(meaning, least_px=px(160)))
        whole = QVBoxLayout()
        whole.setContentsMargins(px(16), px(13), px(10), px(13))
        whole.addLayout(self._meaning_pages)
        return kit.card(whole)
