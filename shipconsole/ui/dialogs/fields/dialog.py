"""All fields of an order in each connection, on F4: shown, searched, edited, previewed and sent."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import Problem
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.importing import platform_drift
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.plan import Request
from shipconsole.operations.vendor_orders import differences, edit
from shipconsole.operations.vendor_orders.differences import Difference
from shipconsole.operations.vendor_orders.edit import Section
from shipconsole.ui.dialogs.call_details import unquoted
from shipconsole.ui.dialogs.fields.page import Changes, FieldsPage
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ENTER, OrderDialog, name_button
from shipconsole.ui.kit.layout import MIDDLE, action, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.search_field import SearchField
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import Badge, KeyButton

SIZE_PX = (1080, 720)
MOST_KEYS = 9
FIND_HINTS = ("fields.find_hint", "fields.find_hint_short", "fields.find_hint_shortest")


def _title(number: str) -> str:
    return text("fields.of_order", number=number)


def _difference_text(difference: Difference) -> str:
    values = tuple(
        Message("fields.differs_value", connection=name, value=unquoted(value)) for name, value in difference.values
    )
    return text("fields.differs", field=difference.what, values=values)


class FieldsDialog(OrderDialog):
    """A page for each connection that has the order. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_id: int) -> None:
        """Show an order once it has been read."""
        super().__init__(parent, ctx, tasks, theme, order_id, name="fields_dialog", part="fields", title=_title)
        self._show_all = False
        self.pages: list[FieldsPage] = []
        self._acting_page: FieldsPage | None = None
        """The page that was saved or previewed last, which shows the problems of that."""
        self._tabs: list[tuple[KeyButton, Badge]] = []
        self._lay_out()
        keys = {ENTER: self.save, "Alt+P": self.preview, "Alt+A": self.toggle_all}
        self._make_keys(keys | {f"Alt+{position + 1}": partial(self.choose, position) for position in range(MOST_KEYS)})
        self._fit(SIZE_PX)
        self.refresh()

    def save(self) -> None:
        """Store the changes of the current page and queue the update that sends them."""
        page = self._page()
        if page is None or self._busy or not self._can_send(page):
            return
        self._acting_page = page
        self._begin("save the fields", self._save(page), self._on_saved)

    def preview(self) -> None:
        """Show the request as saving would send it."""
        page = self._page()
        if page is not None and not self._busy and self._can_send(page):
            self._acting_page = page
            self._tasks.spawn("preview the fields", self._preview(self._request(page)))

    def choose(self, position: int) -> None:
        """Show the page of another connection."""
        if not 0 <= position < len(self.pages):
            return
        self._stack.setCurrentIndex(position)
        for index, (tab, _) in enumerate(self._tabs):
            tab.setChecked(index == position)
        self._show_message("")
        self._show_fields()
        self._show_buttons()

    def toggle_all(self) -> None:
        """Show every field, or the basic ones again."""
        self._show_all = not self._show_all
        self.all_button.setChecked(self._show_all)
        self._show_fields()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the first field."""
        super().showEvent(event)
        self._go_to_first()

    async def _show_sheet(self, sheet: OrderSheet) -> None:
        sections = await edit.sections(self._ctx, self.order_id)
        changes = await platform_drift.of_order(self._ctx, self.order_id)
        if not self._closed:
            self._show(sections, sheet, changes)

    async def _save(self, page: FieldsPage) -> bool:
        """Store the changes of a page; return whether they replace rejected ones."""
        connection = page.section.connection
        _, replaced = await edit.queue_edit(self._ctx, self.order_id, connection.id, page.edits.requested())
        await self._reload()
        return bool(replaced)

    async def _request(self, page: FieldsPage) -> tuple[tuple[Connection, Request], ...]:
        connection = page.section.connection
        request = await edit.preview(self._ctx, self.order_id, connection.id, page.edits.requested())
        return ((connection, request),)

    def _can_send(self, page: FieldsPage) -> bool:
        """Return whether a page has changes without problems; else show and go to the first problem."""
        if not page.edits.count():
            self._show_message(text("fields.nothing_changed") if page.section.may_change else "")
            return False
        path = page.edits.first_with_problem()
        if path is None:
            self._show_message("")
            return True
        self._show_message(text("fields.fix_first", problem=page.edits.problem(path)), "bad")
        page.show_fields(show_all=self._show_all, find=self.filter.text())
        page.form.go_to(path)
        return False

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        super()._refuse(problems)
        page = self._acting_page
        if page in self.pages:
            path = next((path for problem in problems if (path := page.edits.field_of(problem)) is not None), None)
            if path is not None:
                page.form.go_to(path)

    def _show(self, sections: tuple[Section, ...], sheet: OrderSheet, changes: Changes) -> None:
        self._show_order(sheet.order)
        self._show_differences(differences.between(sheet.order, sections))
        if [section.connection.id for section in sections] == [page.section.connection.id for page in self.pages]:
            for page, section in zip(self.pages, sections, strict=True):
                page.refresh(section, sheet.calls, changes)
            self._show_buttons()
            return
        self._make_pages(sections, sheet, changes)
        self.choose(next((position for position, section in enumerate(sections) if section.may_change), 0))
        self._go_to_first()
        if not sections:
            self._show_message(text("fields.no_connection"))

    def _make_pages(self, sections: tuple[Section, ...], sheet: OrderSheet, changes: Changes) -> None:
        for page in self.pages:
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        clear(self._tab_row)
        self.pages, self._tabs = [], []
        for position, section in enumerate(sections):
            page = FieldsPage(section, sheet.calls, self._theme, changes)
            page.edited.connect(self._on_edited)
            self._stack.addWidget(page)
            self.pages.append(page)
            key = f"Alt+{position + 1}" if position < MOST_KEYS else ""
            tab = action(f"tab_{position}", section.connection.name, partial(self.choose, position), "tab", key)
            badge = widgets.badge("", "quiet")
            badge.setObjectName(f"tab_badge_{position}")
            self._tab_row.addWidget(tab)
            self._tab_row.addWidget(badge)
            self._tab_row.addSpacing(self._theme.tokens.px(10))
            self._tabs.append((tab, badge))

    def _show_differences(self, found: tuple[Difference, ...]) -> None:
        self._differences.setVisible(bool(found))
        self._differences_text.setText(plain("\n".join(map(_difference_text, found)), lines=True))

    def _show_fields(self, _: str = "") -> None:
        page = self._page()
        if page is not None:
            page.show_fields(show_all=self._show_all, find=self.filter.text())

    def _show_buttons(self) -> None:
        page = self._page()
        counts = [(other.edits.count(), other.section) for other in self.pages]
        for (count, section), (_, badge) in zip(counts, self._tabs, strict=True):
            if count:
                badge.setText(text("fields.changed_count", count=count))
            else:
                badge.setText("" if section.may_change else text("fields.read_only"))
            widgets.set_severity(badge, "accent" if count else "quiet")
            badge.setVisible(bool(badge.text()))
        changed = " · ".join(
            text("fields.changed_in", count=count, connection=section.connection.name)
            for count, section in counts
            if count
        )
        self._changed.setText(plain(changed))
        self._changed.setVisible(bool(changed))
        may_change = page is not None and page.section.may_change
        has_changes = page is not None and bool(page.edits.count())
        for button in (self.save_button, self.preview_button):
            button.setEnabled(may_change and has_changes and not self._busy)
            button.setVisible(may_change)
        if page is not None:
            name_button(self.save_button, text("fields.save", connection=page.section.connection.name))

    def _go_to_first(self) -> None:
        page = self._page()
        first = page.form.first() if page is not None else None
        if page is not None and first is not None:
            page.form.go_to(first)

    def _page(self) -> FieldsPage | None:
        position = self._stack.currentIndex()
        return self.pages[position] if 0 <= position < len(self.pages) else None

    def _unsaved(self) -> Sequence[str]:
        found = [(page.edits.titles(), page.section.connection.name) for page in self.pages]
        return [text("fields.unsaved", connection=name, titles=titles) for titles, name in found if titles]

    def _on_saved(self, replaced: bool) -> None:
        if replaced:
            self._show_message(text("fields.replaced_rejected"))

    def _on_edited(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _lay_out(self) -> None:
        px, theme = self._theme.tokens.px, self._theme
        self._changed = widgets.badge("", "accent")
        self._changed.setObjectName("fields_changed")
        self._differences = QFrame()
        self._differences.setObjectName("fields_differ")
        self._differences.setProperty("variant", "differs")
        self._differences_text = wrapped("", "", "wait", name="fields_differ_text")
        column(theme, self._differences_text, margins=(14, 8, 14, 8), parent=self._differences)
        self._differences.hide()
        self._tab_row = row(theme, spacing=4)
        self.filter = SearchField("fields_filter", text("fields.find"), FIND_HINTS)
        self.filter.setMinimumWidth(px(70))
        self.filter.setMaximumWidth(px(290))
        self.filter.textChanged.connect(self._show_fields)
        self.filter.returnPressed.connect(self._go_to_first)
        self.all_button = action("show_all_fields", text("fields.show_all"), self.toggle_all, "tab", "Alt+A")
        self._stack = QStackedLayout()
        main = self._column(10)
        title = widgets.label(text("shared.all_fields"), "secondary")
        main.addLayout(row(theme, self._number, (title, 0, MIDDLE), 1, self._changed))
        main.addWidget(self._differences)
        main.addLayout(row(theme, self._tab_row, 1, (self.filter, 100), self.all_button, spacing=8))
        main.addWidget(widgets.card(self._stack), 1)
        main.addLayout(self._button_row)
        self.preview_button = self._button_row.add("fields_preview", text("button.preview"), self.preview, "Alt+P")
        self.save_button = self._button_row.add("fields_save", text("button.save"), self.save, ENTER, kind="primary")
