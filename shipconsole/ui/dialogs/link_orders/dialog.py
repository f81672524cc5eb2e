"""The dialog that links two orders under different numbers, or unlinks a connection from an order."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QWidget

from shipconsole.domain.order import Order
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import link, orders
from shipconsole.operations.orders.link import Candidate
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.dialogs.link_orders.choices import CandidateList, UnlinkPage
from shipconsole.ui.dialogs.link_orders.matching import ItemMatching, differences
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, OrderDialog, name_button
from shipconsole.ui.kit.fields import TitledField
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.search_field import SearchField
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (980, 660)
FIND_AFTER_MS = 150
FIND_HINTS = ("link_orders.find_hint", "link_orders.find_hint_order", "link_orders.find_hint_short")
Mode = Literal["link", "unlink"]


def _title(number: str) -> str:
    return text("link_orders.of_order", number=number)


def _list_hint(find: str, *, is_found: bool) -> str:
    if is_found:
        return text("link_orders.similar")
    if find:
        return text("link_orders.no_match", text=find, key=key_name("Esc"))
    return text("link_orders.none_similar")


class LinkOrdersDialog(OrderDialog):
    """The other orders beside what linking the selected one means; or the connections. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show similar orders once they have been found."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="link_orders_dialog", part="link", title=_title)
        self.setWindowTitle(text("link_orders.title"))
        self._other: Order | None = None
        self.matching: ItemMatching | None = None
        self._mode: Mode = "link"
        self._searches = 0
        """Counts the searches: only the result of the last one is shown."""
        self._choices = 0
        """Counts the selected orders, likewise."""
        self._find_timer = QTimer(self)
        self._find_timer.setSingleShot(True)
        self._find_timer.setInterval(FIND_AFTER_MS)
        self._find_timer.timeout.connect(self._on_find_due)
        self._lay_out()
        self._make_keys({ENTER: self.confirm})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.refresh()

    @property
    def is_waiting(self) -> bool:
        """Whether a search begins in a moment."""
        return self._find_timer.isActive()

    def choose(self, mode: Mode) -> None:
        """Show the page that links another order, or the one that unlinks a connection."""
        self._mode = mode
        for name, tab in self._tabs.items():
            tab.setChecked(name == mode)
        self._pages.setCurrentIndex(0 if mode == "link" else 1)
        self._show_message("")
        self._show_buttons()
        if mode == "link":
            self.search.setFocus()
        else:
            self.unlink_page.go_to_first()

    def confirm(self) -> None:
        """Link or unlink, depending on the page; what is missing is shown and gets the focus."""
        if self._busy or self._order is None:
            return
        reason = self.reason.input.text().strip()
        connection = self.unlink_page.chosen()
        if self._mode == "link" and (self._other is None or self.matching is None):
            self._show_message(text("link_orders.choose_order"), "bad")
        elif self._mode == "unlink" and connection is None:
            self._show_message(text("link_orders.choose_connection"), "bad")
        elif not reason:
            self._show_message(text("link_orders.enter_reason"), "bad")
            self.reason.input.setFocus()
        elif self._mode == "unlink" and connection is not None:
            self._begin("unlink an order", link.unlink(self._ctx, self.order_id, connection.id, reason))
        elif self._other is not None and self.matching is not None:
            pairs = tuple(self.matching.matches().items())
            self._begin("link orders", link.link(self._ctx, self.order_id, self._other.id, pairs, reason))

    def keep_separate(self) -> None:
        """Record that the selected order is a different one; the reason is optional."""
        if not self._busy and self._mode == "link" and self._order is not None and self._other is not None:
            reason = self.reason.input.text().strip()
            work = link.keep_separate(self._ctx, self.order_id, self._other.id, reason)
            self._begin("keep orders separate", work)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the search field."""
        super().showEvent(event)
        self.search.setFocus()

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        known = await connections.every(self._ctx)
        free = await link.unlinkable_connections(self._ctx, self.order_id)
        if self._closed:
            return
        has_changed = self._order is not None and self._order != sheet.order
        self._show_order(sheet.order)
        self._address.set_text(sheet.order.ship_to.recipient)
        self.unlink_page.show_links(sheet.links, known, {connection.id for connection in free})
        await self._find(self.search.text())
        candidate = self.candidates.candidate()
        if has_changed and candidate is not None:
            await self._read_other(candidate.order_id)

    async def _find(self, find: str) -> None:
        self._searches += 1
        search = self._searches
        found = await link.candidates(self._ctx, self.order_id, find)
        if self._closed or search != self._searches:
            return
        self._list_hint.setText(plain(_list_hint(find, is_found=bool(found))))
        self._list_hint.setVisible(not find or not found)
        self.candidates.show_candidates(found)
        if not found:
            self._show_none()

    async def _read_other(self, other_id: int) -> None:
        self._choices += 1
        choice = self._choices
        try:
            sheet = await orders.sheet(self._ctx, other_id)
        except LookupError:
            return
        if not self._closed and choice == self._choices:
            self._show_other(sheet.order, is_known=bool(sheet.links))

    def _show_other(self, other: Order, *, is_known: bool) -> None:
        """Show what linking another order means; a known order is in a connection."""
        if self._order is None:
            return
        self._other = other
        becomes = "link_orders.becomes_notified" if is_known else "link_orders.becomes"
        self._becomes.setText(plain(text(becomes, other=other.number, number=self._order.number)))
        self._replace_matching(ItemMatching(self._order, other, link.match_items(self._order, other), self._theme))
        self._meaning_pages.setCurrentIndex(1)
        self._show_differences()
        self._show_buttons()

    def _show_none(self) -> None:
        """Show that no order is selected."""
        self._choices += 1
        self._other = None
        self._replace_matching(None)
        self._meaning_pages.setCurrentIndex(0)
        self._show_buttons()

    def _replace_matching(self, matching: ItemMatching | None) -> None:
        if self.matching is not None:
            self._matching_column.removeWidget(self.matching)
            self.matching.hide()
            self.matching.setParent(None)
            self.matching.deleteLater()
        self.matching = matching
        if matching is not None:
            matching.changed.connect(self._show_differences)
            self._matching_column.addWidget(matching)

    def _show_differences(self) -> None:
        if self._order is None or self._other is None or self.matching is None:
            return
        lines = differences(self._order, self._other, self.matching.matches())
        self._differences_text.setText(plain("\n".join(lines), lines=True))
        self._differences.setVisible(bool(lines))
        self._no_differences.setVisible(not lines)

    def _show_buttons(self) -> None:
        connection = self.unlink_page.chosen()
        if self._mode == "link":
            is_ready = self._other is not None
            label = text("link_orders.link_to", other=self._other.number) if self._other else text("link_orders.link")
        else:
            is_ready = connection is not None
            unlink_from = text("link_orders.unlink_from", connection=connection.name) if connection else ""
            label = unlink_from or text("link_orders.unlink")
        name_button(self.confirm_button, label)
        is_ready = is_ready and self._order is not None and not self._busy
        self.separate_button.setVisible(self._mode == "link")
        self.separate_button.setEnabled(is_ready)
        self.confirm_button.setEnabled(is_ready and bool(self.reason.input.text().strip()))

    def _on_find_due(self) -> None:
        self._tasks.spawn("find other orders", self._find(self.search.text().strip()))

    def _on_candidate_chosen(self, candidate: Candidate | None) -> None:
        self._show_message("")
        if candidate is None:
            self._show_none()
        else:
            self._tasks.spawn("read another order", self._read_other(candidate.order_id))

    def _unsaved(self) -> Sequence[str]:
        if self._order is None:
            return ()
        parts: list[str] = []
        if self._other is not None and self.matching is not None:
            proposed = dict(link.match_items(self._order, self._other))
            if self.matching.matches() != proposed:
                parts.append(text("link_orders.unsaved_items", other=self._other.number))
        if self.reason.input.text().strip():
            parts.append(text("link_orders.reason"))
        return (text("link_orders.unsaved", number=self._order.number, parts=tuple(parts)),) if parts else ()

    def _on_changed(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _on_finished(self) -> None:
        super()._on_finished()
        self._find_timer.stop()

    def _lay_out(self) -> None:
        self.unlink_page = UnlinkPage(self._theme)
        self.unlink_page.changed.connect(self._on_changed)
        link_page = QWidget()
        row(self._theme, (self._list_card(), 9), (self._meaning_card(), 11), spacing=14, parent=link_page)
        self._pages = QStackedLayout()
        self._pages.addWidget(link_page)
        self._pages.addWidget(self.unlink_page)
        self.reason = TitledField("reason", text("link_orders.reason"), self._theme)
        self.reason.input.setPlaceholderText(text("link_orders.reason_hint"))
        self.reason.input.textEdited.connect(self._on_changed)
        main = self._column()
        main.addLayout(self._head())
        main.addLayout(self._pages, 1)
        main.addWidget(self.reason)
        main.addLayout(self._button_row)
        self.separate_button = self._button_row.add(
            "link_keep_separate", text("link_orders.keep_separate"), self.keep_separate
        )
        self.confirm_button = self._button_row.add(
            "link_confirm", text("link_orders.link"), self.confirm, ENTER, kind="primary"
        )

    def _head(self) -> QHBoxLayout:
        self._address = widgets.Elided("", "secondary")
        titles: dict[Mode, str] = {"link": text("link_orders.link_tab"), "unlink": text("link_orders.unlink_tab")}
        self._tabs = {
            name: action(f"{name}_tab", title, partial(self.choose, name), "tab") for name, title in titles.items()
        }
        self._tabs[self._mode].setChecked(True)
        return row(self._theme, self._number, (self._address, 1), *self._tabs.values())

    def _list_card(self) -> QWidget:
        self.search = SearchField("find_other", text("link_orders.find"), FIND_HINTS)
        self.search.textChanged.connect(self._find_timer.start)
        self._list_hint = wrapped("", "secondary", name="candidates_hint")
        self.candidates = CandidateList(self._theme)
        self.candidates.chosen.connect(self._on_candidate_chosen)
        self.search.returnPressed.connect(self.candidates.setFocus)
        parts = (self.search, self._list_hint, (self.candidates, 1))
        return widgets.card(column(self._theme, *parts, margins=(12, 12, 12, 12)))

    def _meaning_card(self) -> QWidget:
        theme = self._theme
        self._becomes = wrapped("", "strong", name="becomes")
        self._matching_column = column(theme)
        self._differences = QFrame()
        self._differences.setObjectName("orders_differ")
        self._differences.setProperty("variant", "differs")
        self._differences_text = wrapped("", "", "wait", name="orders_differ_text")
        column(theme, self._differences_text, margins=(14, 8, 14, 8), parent=self._differences)
        self._no_differences = wrapped(text("link_orders.no_differences"), "secondary", "good")
        meaning = QWidget()
        column(
            theme,
            self._becomes,
            widgets.label(text("link_orders.matching_items"), "heading"),
            self._matching_column,
            widgets.label(text("link_orders.differences"), "heading"),
            self._differences,
            self._no_differences,
            1,
            spacing=10,
            margins=(0, 0, 8, 0),
            parent=meaning,
        )
        hint = wrapped(text("link_orders.choose_order"), "secondary")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._meaning_pages = QStackedLayout()
        self._meaning_pages.addWidget(hint)
        self._meaning_pages.addWidget(FittingScrollArea(meaning, min_px=theme.tokens.px(160)))
        return widgets.card(column(theme, self._meaning_pages, margins=(16, 13, 10, 13)))
