"""Hand-over lists: the packages for each carrier, their hand-over, earlier lists, and packages without a scan."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, QModelIndex, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.handed_over import HandOver, HandOverPackage
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.printing import hand_overs
from shipconsole.operations.printing.documents import HandOverList
from shipconsole.operations.printing.hand_overs import Silent
from shipconsole.ui.dialogs.hand_over.packages import PackageRow, PackageTable, columns, rows_of
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import ModelTable
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.fields import Choice, DayField
from shipconsole.ui.kit.formats import when
from shipconsole.ui.kit.layout import MIDDLE, column, row, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing.jobs import Printing
from shipconsole.ui.printing.styles import weight

SIZE_PX = (1_200, 720)
OPEN, TODAY, YESTERDAY, DAY = "open", "today", "yesterday", "day"
EARLIER_MOST = 30


class HandOverDialog(ContextDialog):
    """Shows the packages that wait for their carriers. Opened with `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        printing: Printing,
        open_order: Callable[[int], object],
    ) -> None:
        """Show them once they have been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="hand_over_dialog",
            message_name="hand_over_message",
            title=text("hand_over.title"),
        )
        self._printing = printing
        self._open_order = open_order
        self._listed: HandOverList | None = None
        self._package_rows: dict[int, PackageRow] = {}
        self._reads = 0
        self._lay_out()
        self._fit(SIZE_PX)
        self._make_keys({ENTER: self.hand_over, "Ctrl+P": self.print})
        self.refresh()

    def refresh(self) -> None:
        """Read the packages of the chosen view, the earlier lists, and the packages without a scan."""
        self._reads += 1
        self._tasks.spawn("read the hand-over list", self._read(self._reads))

    def show_silent(self) -> None:
        """Show the packages that no carrier has scanned."""
        self.tabs.setCurrentIndex(1)
        self._silent_table.setFocus()

    def hand_over(self) -> None:
        """Record that the packages shown were handed over."""
        if self._busy or self._listed is None or not self._hand_over_button.isEnabled():
            return
        listed, carrier = self._listed, self._carrier()
        self._begin("record a hand-over", self._record(listed, carrier), self._on_recorded)

    def print(self) -> None:
        """Show the list as it is printed, with a page for each carrier shown."""
        if self._listed is None or not self._print_button.isEnabled():
            return
        carrier = self._carrier()
        parts = tuple(part for part in self._listed.carriers if carrier is None or part.carrier == carrier)
        listed = self._listed.model_copy(update={"carriers": parts})
        self._printing.preview("report", text("hand_over.title"), (listed,))

    async def _record(self, listed: HandOverList, carrier: str | None) -> int:
        return await hand_overs.record(self._ctx, listed, carrier)

    def _on_recorded(self, count: int) -> None:
        self._show_message(text("hand_over.recorded", count=count), "good")
        self._printing.count_silent()
        # The list that was just made is the one to print.
        self._wants_newest = True
        self.refresh()

    async def _read(self, number: int) -> None:
        chosen = await self._printing.settings()
        earlier = await hand_overs.newest(self._ctx, EARLIER_MOST)
        silent = await hand_overs.silent(self._ctx, chosen.handed_over_silent_h)
        today = hand_overs.today(self._ctx)
        # As many as a warehouse ships in a day: their rows are made on another thread.
        silent_rows = await asyncio.to_thread(rows_of, silent.packages, today, is_silent=True)
        if self._closed or number != self._reads:
            return
        self._show_earlier(earlier)
        self._show_silent(silent, silent_rows)
        listed = await self._listing()
        rows = await asyncio.to_thread(rows_of, listed.packages, today, is_silent=False)
        if not self._closed and number == self._reads:
            self._package_rows = {row.id: row for row in rows}
            self._show_list(listed)

    async def _listing(self) -> HandOverList:
        chosen = self.view.currentData()
        if isinstance(chosen, HandOver):
            return await hand_overs.list_of(self._ctx, chosen)
        today = hand_overs.today(self._ctx)
        match chosen:
            case "today":
                return await hand_overs.list_of_day(self._ctx, today)
            case "yesterday":
                return await hand_overs.list_of_day(self._ctx, today - timedelta(days=1))
            case "day":
                shown = self.day.date()
                return await hand_overs.list_of_day(self._ctx, date(shown.year(), shown.month(), shown.day()))
            case _:
                return await hand_overs.open_list(self._ctx)

    def _show_earlier(self, earlier: list[HandOver]) -> None:
        """List the earlier hand-overs in the view's choices; the choice stays."""
        chosen = self.view.currentData()
        self.view.blockSignals(True)
        while self.view.count() > len(_VIEWS):
            self.view.removeItem(self.view.count() - 1)
        if earlier:
            self.view.insertSeparator(self.view.count())
        today = hand_overs.today(self._ctx)
        for hand_over in earlier:
            who = hand_over.operator or hand_over.station
            title = text("hand_over.list_at", time=when(hand_over.at_ms, today), who=who)
            self.view.addItem(plain(title), hand_over)
        position = next((at for at in range(self.view.count()) if self.view.itemData(at) == chosen), 0)
        if self._wants_newest and earlier:
            position, self._wants_newest = len(_VIEWS) + 1, False
        self.view.setCurrentIndex(position)
        self.view.blockSignals(False)
        self.day.setVisible(self.view.currentData() == DAY)

    def _show_list(self, listed: HandOverList) -> None:
        self._listed = listed
        carrier = self._carrier()
        self.carriers.blockSignals(True)
        self.carriers.clear()
        self._add_carrier(text("hand_over.all"), None, listed.packages)
        for part in listed.carriers:
            self._add_carrier(part.carrier or text("printing.no_carrier"), part.carrier, part.packages)
        rows = range(self.carriers.count())
        self.carriers.setCurrentRow(
            next((at for at in rows if self.carriers.item(at).data(Qt.ItemDataRole.UserRole) == carrier), 0)
        )
        self.carriers.blockSignals(False)
        self._show_packages()

    def _add_carrier(self, name: str, carrier: str | None, packages: tuple[HandOverPackage, ...]) -> None:
        total = weight(sum(package.weight_g or 0 for package in packages))
        count = text("printing.count_packages", count=len(packages))
        is_weighed = any(package.weight_g for package in packages)
        lines = [plain(name), text("hand_over.summary", packages=count, weight=total) if is_weighed else count]
        missing = sum(package.handed_over_at_ms is not None and not package.is_scanned for package in packages)
        if missing:
            lines[1] = f"{lines[1]} · {text('hand_over.not_scanned', count=missing)}"
        item = QListWidgetItem("\n".join(lines))
        item.setData(Qt.ItemDataRole.UserRole, carrier)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(lines))
        self.carriers.addItem(item)

    def _carrier(self) -> str | None:
        item = self.carriers.currentItem()
        return None if item is None else item.data(Qt.ItemDataRole.UserRole)

    def _show_packages(self) -> None:
        listed, carrier = self._listed, self._carrier()
        if listed is None:
            return
        rows = [
            self._package_rows[package.package_id]
            for part in listed.carriers
            if carrier is None or part.carrier == carrier
            for package in part.packages
        ]
        self.model.set_rows(rows)
        self._empty.setVisible(not rows)
        self._table.setVisible(bool(rows))
        is_open = self.view.currentData() == OPEN
        self._empty.setText(text("hand_over.none") if is_open else text("hand_over.none_on_day"))
        self._show_buttons()

    def _show_silent(self, silent: Silent, rows: list[PackageRow]) -> None:
        self.silent_model.set_rows(rows)
        title = text("hand_over.silent")
        self.tabs.setTabText(1, widgets.button_text(f"{title} ({len(rows)})" if rows else title))
        if silent.after_h == 0:
            words = text("hand_over.silent_off")
        elif rows:
            words = text("hand_over.silent_means", count=silent.after_h)
        else:
            words = text("hand_over.silent_none")
        self._silent_means.setText(words)
        widgets.set_severity(self._silent_means, "wait" if rows else "")
        self._silent_table.setVisible(bool(rows))

    def _show_buttons(self) -> None:
        listed, carrier = self._listed, self._carrier()
        parts = [part for part in listed.carriers if carrier in (None, part.carrier)] if listed is not None else []
        waiting = sum(package.handed_over_at_ms is None for part in parts for package in part.packages)
        is_list = self.tabs.currentIndex() == 0
        self._hand_over_button.setEnabled(bool(waiting) and is_list and not self._busy)
        self._print_button.setEnabled(bool(parts) and is_list and not self._busy)

    def _on_view_changed(self) -> None:
        self.day.setVisible(self.view.currentData() == DAY)
        self._show_message("")
        self.refresh()

    def _on_chosen(self, model: ModelTable[PackageRow], index: QModelIndex) -> None:
        package = model.row(index.row())
        if package is not None:
            self._open_order(package.order_id)
            self.accept()

    def _lay_out(self) -> None:
        theme, px = self._theme, self._theme.tokens.px
        self._wants_newest = False
        self.view = Choice()
        self.view.setObjectName("hand_over_view")
        self.view.setAccessibleName(text("hand_over.view"))
        self.view.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for name, title in _VIEWS:
            self.view.addItem(text(title), name)
        self.view.currentIndexChanged.connect(self._on_view_changed)
        self.day = DayField("hand_over_day", text("hand_over.day"))
        self.day.setDate(_qdate(hand_overs.today(self._ctx)))
        self.day.dateChanged.connect(self.refresh)
        self.day.hide()
        self.carriers = QListWidget()
        self.carriers.setObjectName("carriers")
        self.carriers.setAccessibleName(text("hand_over.by_carrier"))
        self.carriers.setFixedWidth(px(210))
        self.carriers.setWordWrap(True)
        self.carriers.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.carriers.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.carriers.setStyleSheet(f"QListWidget::item {{ padding: {px(7)}px {px(8)}px; }}")
        self.carriers.currentRowChanged.connect(self._show_packages)
        self.model = ModelTable(PackageRow, columns(is_silent=False), self)
        self.silent_model = ModelTable(PackageRow, columns(is_silent=True), self)
        self._table = PackageTable(theme, "packages", text("printing.shift_packages"), self.model)
        self._silent_table = PackageTable(theme, "silent_packages", text("hand_over.silent"), self.silent_model)
        for table, model in ((self._table, self.model), (self._silent_table, self.silent_model)):
            table.activated.connect(lambda index, model=model: self._on_chosen(model, index))
        self._empty = wrapped(text("hand_over.none"), "secondary", name="hand_over_none")
        self._silent_means = wrapped("", name="hand_over_silent_means", selectable=True)
        listing = column(theme, self._empty, (self._table, 1), spacing=0, margins=(14, 10, 14, 10))
        listing.setAlignment(self._empty, Qt.AlignmentFlag.AlignTop)
        left = column(
            theme, widgets.label(text("hand_over.by_carrier"), "heading"), (self.carriers, 1), margins=(10, 10, 10, 10)
        )
        lists = QWidget()
        inside = row(theme, widgets.card(left), (widgets.card(listing), 1), spacing=12, margins=(0, 10, 0, 0))
        lists.setLayout(inside)
        silent = QWidget()
        silent_column = QVBoxLayout(silent)
        silent_column.setContentsMargins(0, px(10), 0, 0)
        card = column(theme, self._silent_means, (self._silent_table, 1), spacing=10, margins=(14, 12, 14, 10))
        card.setAlignment(self._silent_means, Qt.AlignmentFlag.AlignTop)
        silent_column.addWidget(widgets.card(card), 1)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("hand_over_tabs")
        self.tabs.setAccessibleName(text("hand_over.title"))
        self.tabs.addTab(lists, widgets.button_text(text("hand_over.title")))
        self.tabs.addTab(silent, widgets.button_text(text("hand_over.silent")))
        # The buttons are about the list, not about the packages on the other page.
        self.tabs.currentChanged.connect(self._show_buttons)
        self._print_button = self._button_row.add("print_list", text("hand_over.print"), self.print, "Ctrl+P")
        self._hand_over_button = self._button_row.add(
            "hand_over", text("hand_over.hand_over"), self.hand_over, ENTER, kind="primary"
        )
        heading = widgets.label(text("hand_over.title"), "number")
        main = self._column(10)
        main.addLayout(
            row(
                theme,
                heading,
                (widgets.Elided(text("hand_over.subtitle"), "secondary"), 1, MIDDLE),
                self.day,
                self.view,
                spacing=10,
            )
        )
        main.addWidget(self.tabs, 1)
        main.addLayout(self._button_row)
        self.carriers.setFocus()


_VIEWS = (
    (OPEN, "hand_over.open"),
    (TODAY, "hand_over.today"),
    (YESTERDAY, "hand_over.yesterday"),
    (DAY, "hand_over.which_day"),
)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
