"""All fields of one order at each connection, on F4: seen, found, changed, previewed, told."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.importing import platform_drift
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.ship import Request
from shipconsole.operations.vendor_orders import differences, edit
from shipconsole.operations.vendor_orders.differences import Difference
from shipconsole.operations.vendor_orders.edit import Section
from shipconsole.ui.dialogs.fields.page import Changes, FieldsPage
from shipconsole.ui.dialogs.phrases import fit_find_hint, unquoted
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.dialog import ENTER, OrderDialog, name_button
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Badge, KeyButton, Theme

SIZE_PX = (1080, 720)
MOST_KEYS = 9
FIND_HINTS = ("fields.find_hint", "fields.find_hint_short")


def _title(number: str) -> str:
    return text("fields.of_order", number=number)


def _differs(difference: Difference) -> str:
    values = tuple(
        Message("fields.differs_value", connection=name, value=unquoted(value)) for name, value in difference.values
    )
    return text("fields.differs", field=difference.what, values=values)


class FieldsDialog(OrderDialog):
    """A page for each connection that knows the order. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show an order as soon as it was read."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="fields_dialog", part="fields", title=_title)
        self._everything = False
        self.pages: list[FieldsPage] = []
        self._asked: FieldsPage | None = None
        """The page that was saved or previewed last: what is refused is shown there."""
        self._tabs: list[tuple[KeyButton, Badge]] = []
        self._lay_out()
        keys = {
            ENTER: self.save,
            "Alt+P": self.preview,
            "Alt+A": self.toggle_all,
            "Ctrl+F": self._on_find,
        }
        self._make_keys(keys | {f"Alt+{place + 1}": partial(self.choose, place) for place in range(MOST_KEYS)})
        self._fit(SIZE_PX)
        self.refresh()

    def save(self) -> None:
        """Store the changes of the page that is seen, and have its platform told."""
        page = self._page()
        if page is None or self._busy or not self._is_tellable(page):
            return
        self._asked = page
        self._begin("save the fields", self._save(page), self._on_saved)

    def preview(self) -> None:
        """Show the very request that saving leads to."""
        page = self._page()
        if page is not None and not self._busy and self._is_tellable(page):
            self._asked = page
            self._tasks.spawn("preview the fields", self._preview(self._request(page)))

    def choose(self, place: int) -> None:
        """Show another connection's page."""
        if not 0 <= place < len(self.pages):
            return
        self._stack.setCurrentIndex(place)
        for other, (tab, _) in enumerate(self._tabs):
            tab.setChecked(other == place)
        self._show_message("")
        self._show_fields()
        self._show_buttons()

    def toggle_all(self) -> None:
        """Show every field, or again those that matter."""
        self._everything = not self._everything
        self.all_button.setChecked(self._everything)
        self._show_fields()

    def reject(self) -> None:
        """Close, but ask first where something was typed that nobody is told of."""
        if self.filter.text() and self.filter.hasFocus():
            self.filter.clear()
            return
        super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the first field."""
        super().showEvent(event)
        self._go_to_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the filter."""
        super().resizeEvent(event)
        fit_find_hint(self.filter, FIND_HINTS)

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        sections = await edit.sections(self._ctx, self.order_id)
        changes = await platform_drift.of_order(self._ctx, self.order_id)
        if not self._closed:
            self._show(sections, sheet, changes)

    async def _save(self, page: FieldsPage) -> bool:
        """Store the changes of a page; whether they take the place of refused ones."""
        connection = page.section.connection
        _, replaced = await edit.queue_edit(self._ctx, self.order_id, connection.id, page.edits.wanted())
        await self._look_again()
        return bool(replaced)

    async def _request(self, page: FieldsPage) -> tuple[tuple[Connection, Request], ...]:
        connection = page.section.connection
        request = await edit.preview(self._ctx, self.order_id, connection.id, page.edits.wanted())
        return ((connection, request),)

    def _is_tellable(self, page: FieldsPage) -> bool:
        """Whether the changes can be told; what keeps them from it is said and gone to."""
        if not page.edits.count():
            self._show_message(text("fields.nothing_changed") if page.section.may_change else "")
            return False
        wrong = page.edits.first_wrong()
        if wrong is None:
            self._show_message("")
            return True
        self._show_message(text("fields.fix_first", problem=page.edits.wrong(wrong)), "bad")
        page.show_fields(everything=self._everything, wanted=self.filter.text())
        page.form.go_to(wrong)
        return False

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        super()._refuse(problems)
        page = self._asked
        if page in self.pages:
            paths = [path for one in problems if (path := page.edits.field_of(one)) is not None]
            if paths:
                page.form.go_to(paths[0])

    def _show(self, sections: tuple[Section, ...], sheet: OrderSheet, changes: Changes) -> None:
        self._show_order(sheet.order)
        self._show_differences(differences.between(sheet.order, sections))
        if [one.connection.id for one in sections] == [page.section.connection.id for page in self.pages]:
            for page, section in zip(self.pages, sections, strict=True):
                page.look_again(section, sheet.calls, changes)
            self._show_buttons()
            return
        self._make_pages(sections, sheet, changes)
        first = next((place for place, one in enumerate(sections) if one.may_change), 0)
        self.choose(first)
        self._go_to_first()
        if not sections:
            self._show_message(text("fields.no_connection"))

    def _make_pages(self, sections: tuple[Section, ...], sheet: OrderSheet, changes: Changes) -> None:
        for page in self.pages:
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        while (item := self._tab_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.pages, self._tabs = [], []
        for place, section in enumerate(sections):
            page = FieldsPage(section, sheet.calls, self._theme, changes)
            page.edited.connect(self._on_edited)
            self._stack.addWidget(page)
            self.pages.append(page)
            name = section.connection.name
            tab = kit.button(name, "tab", f"Alt+{place + 1}" if place < MOST_KEYS else "")
            tab.setObjectName(f"tab_{place}")
            tab.setAutoDefault(False)
            tab.clicked.connect(partial(self.choose, place))
            badge = kit.badge("", "quiet")
            badge.setObjectName(f"tab_pill_{place}")
            self._tab_row.addWidget(tab)
            self._tab_row.addWidget(badge)
            self._tab_row.addSpacing(self._theme.tokens.px(10))
            self._tabs.append((tab, badge))
        for before, after in zip(self._tabs, self._tabs[1:], strict=False):
            QWidget.setTabOrder(before[0], after[0])
        if self._tabs:
            QWidget.setTabOrder(self._tabs[-1][0], self.filter)

    def _show_differences(self, found: tuple[Difference, ...]) -> None:
        said = "\n".join(_differs(one) for one in found)
        self._differs.setVisible(bool(found))
        self._differs_text.setText(kit.plain(said, lines=True))

    def _show_fields(self) -> None:
        page = self._page()
        if page is not None:
            page.show_fields(everything=self._everything, wanted=self.filter.text())

    def _show_buttons(self) -> None:
        page = self._page()
        unsaved = page.edits.count() if page is not None else 0
        for one, (_, badge) in zip(self.pages, self._tabs, strict=True):
            changed = one.edits.count()
            if changed:
                badge.setText(text("fields.changed_count", count=changed))
            else:
                badge.setText("" if one.section.may_change else text("fields.read_only"))
            kit.set_severity(badge, "accent" if changed else "quiet")
            badge.setVisible(bool(badge.text()))
        changes = [(one.edits.count(), one.section.connection.name) for one in self.pages]
        said = " · ".join(
            text("fields.changed_in", count=number, connection=name) for number, name in changes if number
        )
        self._changed.setText(kit.plain(said))
        self._changed.setVisible(bool(said))
        may = page is not None and page.section.may_change
        for button in (self.save_button, self.preview_button):
            button.setEnabled(may and bool(unsaved) and not self._busy)
            button.setVisible(may)
        if page is not None:
            name_button(self.save_button, text("fields.save", connection=page.section.connection.name))

    def _go_to_first(self) -> None:
        page = self._page()
        first = page.form.first() if page is not None else None
        if page is not None and first is not None:
            page.form.go_to(first)

    def _page(self) -> FieldsPage | None:
        place = self._stack.currentIndex()
        return self.pages[place] if 0 <= place < len(self.pages) else None

    def _unsaved(self) -> Sequence[str]:
        """A line for each connection at which something was typed that nobody is told of."""
        found = [(page.edits.titles(), page.section.connection.name) for page in self.pages]
        return [text("fields.unsaved", connection=name, titles=titles) for titles, name in found if titles]

    def _on_saved(self, replaced: bool) -> None:
        if replaced:
            self._show_message(text("fields.replaced_rejected"))

    def _on_edited(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _on_filter_changed(self, _: str) -> None:
        self._show_fields()

    def _on_filter_entered(self) -> None:
        self._go_to_first()

    def _on_find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        self._changed = kit.badge("", "accent")
        self._changed.setObjectName("fields_changed")
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(self._number)
        head.addWidget(kit.label(text("shared.all_fields"), "secondary"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self._changed)

        self._differs = QFrame()
        self._differs.setObjectName("fields_differ")
        self._differs.setProperty("variant", "differs")
        self._differs_text = kit.label("", "", "wait")
        self._differs_text.setObjectName("fields_differ_text")
        self._differs_text.setWordWrap(True)
        inside = QVBoxLayout(self._differs)
        inside.setContentsMargins(px(14), px(8), px(14), px(8))
        inside.addWidget(self._differs_text)
        self._differs.hide()

        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(px(4))
        self.filter = QLineEdit()
        self.filter.setObjectName("fields_filter")
        self.filter.setAccessibleName(text("fields.find"))
        self.filter.setMinimumWidth(px(70))
        self.filter.setMaximumWidth(px(290))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.returnPressed.connect(self._on_filter_entered)
        self.all_button = kit.button(text("fields.show_all"), "tab", "Alt+A")
        self.all_button.setObjectName("show_all_fields")
        self.all_button.setAutoDefault(False)
        self.all_button.clicked.connect(self.toggle_all)
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addLayout(self._tab_row)
        top.addStretch(1)
        top.addWidget(self.filter, 100)
        top.addWidget(self.all_button)

        self._stack = QStackedLayout()
        card = kit.card(self._stack)

        column = self._column(10)
        column.addLayout(head)
        column.addWidget(self._differs)
        column.addLayout(top)
        column.addWidget(card, 1)
        column.addLayout(self._button_row)
        self.preview_button = self._button_row.add("fields_preview", text("button.preview"), self.preview, "Alt+P")
        self.save_button = self._button_row.add("fields_save", text("button.save"), self.save, ENTER, kind="primary")
