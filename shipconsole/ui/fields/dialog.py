"""All fields of one order at each connection, on F4: seen, found, changed, previewed, told."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.operations import changing, differences, echo, editing, orders
from shipconsole.operations.desk import Desk
from shipconsole.operations.differences import Difference
from shipconsole.operations.editing import Section
from shipconsole.operations.orders import OrderSheet
from shipconsole.operations.shipping import Told
from shipconsole.ui import look as looks
from shipconsole.ui import words
from shipconsole.ui.fields.page import Changes, FieldsPage
from shipconsole.ui.fields.unsaved_dialog import UnsavedDialog
from shipconsole.ui.look import KeyButton, Look, Pill
from shipconsole.ui.preview_dialog import PreviewDialog
from shipconsole.ui.tasks import Tasks

SIZE_PX = (1080, 720)
MOST_KEYS = 9


class FieldsDialog(QDialog):
    """A page for each connection that knows the order. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, desk: Desk, tasks: Tasks, look: Look, order_id: int) -> None:
        """Show an order as soon as it was read."""
        super().__init__(parent)
        self.setObjectName("fields_dialog")
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self.order_id = order_id
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._busy = False
        self._everything = False
        self.pages: list[FieldsPage] = []
        self._tabs: list[tuple[KeyButton, Pill]] = []
        self._lay_out()
        self._make_keys()
        px = look.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(60)), min(px(SIZE_PX[1]), room.height() - px(60)))
        self.finished.connect(self._on_finished)
        self.refresh()

    def refresh(self) -> None:
        """Look at the store again; what was typed stays."""
        if not self._closed:
            self._tasks.spawn("read the fields", self._read())

    def save(self) -> None:
        """Store the changes of the page that is seen, and have its vendor told."""
        page = self._page()
        if page is None or self._busy or not self._is_tellable(page):
            return
        self._busy = True
        self._show_buttons()
        self._tasks.spawn("save the fields", self._save(page))

    def preview(self) -> None:
        """Show the very request that saving leads to."""
        page = self._page()
        if page is not None and not self._busy and self._is_tellable(page):
            self._tasks.spawn("preview the fields", self._preview(page))

    def choose(self, place: int) -> None:
        """Show another connection's page."""
        if not 0 <= place < len(self.pages):
            return
        self._stack.setCurrentIndex(place)
        for other, (tab, _) in enumerate(self._tabs):
            tab.setChecked(other == place)
        self._say("")
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
        unsaved = self._unsaved()
        if not unsaved:
            super().reject()
            return
        ask = UnsavedDialog(self, self._look, unsaved)
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
        """Begin in the first field."""
        super().showEvent(event)
        self._go_to_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the filter."""
        super().resizeEvent(event)
        looks.fit_hint(self.filter, words.FIND_FIELD_HINTS)

    async def _read(self) -> None:
        try:
            sections = await editing.sections(self._desk, self.order_id)
            sheet = await orders.sheet(self._desk, self.order_id)
            changes = await echo.of_order(self._desk, self.order_id)
        except LookupError:
            if not self._closed:
                self._say(words.ORDER_GONE, "bad")
            return
        if not self._closed:
            self._show(sections, sheet, changes)

    async def _save(self, page: FieldsPage) -> None:
        connection = page.section.connection
        try:
            _, replaced = await changing.change(self._desk, self.order_id, connection.id, page.edits.wanted())
        except RefusedError as refused:
            if self._closed:
                raise OutsideError(str(refused)) from None
            self._refuse(page, refused.problems)
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
        if replaced and not self._closed:
            self._say(words.REFUSED_REPLACED)
        await self._read()

    async def _preview(self, page: FieldsPage) -> None:
        connection = page.section.connection
        try:
            request = await editing.preview(self._desk, self.order_id, connection.id, page.edits.wanted())
        except RefusedError as refused:
            if not self._closed:
                self._refuse(page, refused.problems)
            return
        if not self._closed:
            dialog = PreviewDialog(self, self._look, (Told(connection, request, None),))
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _is_tellable(self, page: FieldsPage) -> bool:
        """Whether the changes can be told; what keeps them from it is said and gone to."""
        if not page.edits.count():
            self._say(words.NOTHING_CHANGED if page.section.may_change else "")
            return False
        wrong = page.edits.first_wrong()
        if wrong is None:
            self._say("")
            return True
        self._say(words.mend_first(page.edits.wrong(wrong)), "bad")
        page.show_fields(everything=self._everything, wanted=self.filter.text())
        page.form.go_to(wrong)
        return False

    def _refuse(self, page: FieldsPage, problems: tuple[Problem, ...]) -> None:
        self._say("\n".join(f"{one.message} {one.advice}".strip() for one in problems), "bad")
        paths = [path for one in problems if (path := page.edits.field_of(one)) is not None]
        if paths:
            page.form.go_to(paths[0])

    def _show(self, sections: tuple[Section, ...], sheet: OrderSheet, changes: Changes) -> None:
        number = sheet.order.number
        self.setWindowTitle(looks.plain(words.fields_title(number)))
        self._number.setText(looks.plain(number))
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
            self._say(words.NO_SECTION)

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
            page = FieldsPage(section, sheet.calls, self._look, changes)
            page.edited.connect(self._on_edited)
            self._stack.addWidget(page)
            self.pages.append(page)
            name = section.connection.name
            tab = looks.button(name, "tab", f"Alt+{place + 1}" if place < MOST_KEYS else "")
            tab.setObjectName(f"tab_{place}")
            tab.setAutoDefault(False)
            tab.clicked.connect(partial(self.choose, place))
            pill = looks.pill("", "quiet")
            pill.setObjectName(f"tab_pill_{place}")
            self._tab_row.addWidget(tab)
            self._tab_row.addWidget(pill)
            self._tab_row.addSpacing(self._look.tokens.px(10))
            self._tabs.append((tab, pill))
        for before, after in zip(self._tabs, self._tabs[1:], strict=False):
            QWidget.setTabOrder(before[0], after[0])
        if self._tabs:
            QWidget.setTabOrder(self._tabs[-1][0], self.filter)

    def _show_differences(self, found: tuple[Difference, ...]) -> None:
        said = "\n".join(words.differs(one.what, one.told) for one in found)
        self._differs.setVisible(bool(found))
        self._differs_text.setText(looks.plain(said, lines=True))

    def _show_fields(self) -> None:
        page = self._page()
        if page is not None:
            page.show_fields(everything=self._everything, wanted=self.filter.text())

    def _show_buttons(self) -> None:
        page = self._page()
        unsaved = page.edits.count() if page is not None else 0
        for one, (_, pill) in zip(self.pages, self._tabs, strict=True):
            changed = one.edits.count()
            pill.setText(words.changed_count(changed) if changed else "" if one.section.may_change else words.READ_ONLY)
            looks.set_tone(pill, "accent" if changed else "quiet")
            pill.setVisible(bool(pill.text()))
        changes = [(one.edits.count(), one.section.connection.name) for one in self.pages]
        said = " · ".join(words.changed_at(number, name) for number, name in changes if number)
        self._changed.setText(looks.plain(said))
        self._changed.setVisible(bool(said))
        may = page is not None and page.section.may_change
        for button in (self.save_button, self.preview_button):
            button.setEnabled(may and bool(unsaved) and not self._busy)
            button.setVisible(may)
        if page is not None:
            self.save_button.setText(looks.button_text(words.save_fields(page.section.connection.name)))
            self.save_button.setAccessibleName(words.save_fields(page.section.connection.name))
            self.save_button.updateGeometry()

    def _go_to_first(self) -> None:
        page = self._page()
        first = page.form.first() if page is not None else None
        if page is not None and first is not None:
            page.form.go_to(first)

    def _page(self) -> FieldsPage | None:
        place = self._stack.currentIndex()
        return self.pages[place] if 0 <= place < len(self.pages) else None

    def _unsaved(self) -> list[str]:
        """A line for each connection at which something was typed that nobody is told of."""
        found = [(page.edits.titles(), page.section.connection.name) for page in self.pages]
        return [words.unsaved(titles, name) for titles, name in found if titles]

    def _say(self, text: str, tone: looks.Tone = "") -> None:
        self._said.setText(looks.plain(text, lines=True))
        looks.set_tone(self._said, tone)

    def _on_edited(self) -> None:
        self._say("")
        self._show_buttons()

    def _on_filter_changed(self, _: str) -> None:
        self._show_fields()

    def _on_filter_entered(self) -> None:
        self._go_to_first()

    def _on_leave(self) -> None:
        super().reject()

    def _on_finished(self) -> None:
        self._closed = True

    def _on_find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _make_keys(self) -> None:
        keys = [
            ("Alt+A", self.toggle_all),
            ("Alt+P", self.preview),
            ("Ctrl+Return", self.save),
            ("Ctrl+Enter", self.save),
            ("Ctrl+F", self._on_find),
        ]
        keys += [(f"Alt+{place + 1}", partial(self.choose, place)) for place in range(MOST_KEYS)]
        for key, then in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(then)

    def _lay_out(self) -> None:
        px = self._look.tokens.px
        self._number = looks.label("", "number")
        self._number.setObjectName("fields_number")
        self._changed = looks.pill("", "accent")
        self._changed.setObjectName("fields_changed")
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(self._number)
        head.addWidget(looks.label(words.ALL_FIELDS, "secondary"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self._changed)

        self._differs = QFrame()
        self._differs.setObjectName("fields_differ")
        self._differs.setProperty("look", "differs")
        self._differs_text = looks.label("", "", "wait")
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
        self.filter.setAccessibleName(words.FIND_FIELD)
        self.filter.setMinimumWidth(px(70))
        self.filter.setMaximumWidth(px(290))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.returnPressed.connect(self._on_filter_entered)
        self.all_button = looks.button(words.SHOW_ALL_FIELDS, "tab", "Alt+A")
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
        card = looks.card(self._stack)

        self._said = looks.label("", "secondary")
        self._said.setObjectName("fields_said")
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = looks.button(words.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.preview_button = looks.button(words.PREVIEW, "plain", "Alt+P")
        self.preview_button.setObjectName("fields_preview")
        self.preview_button.setAutoDefault(False)
        self.preview_button.clicked.connect(self.preview)
        self.save_button = looks.button(words.SAVE, "primary", "Ctrl+Enter")
        self.save_button.setObjectName("fields_save")
        self.save_button.setAutoDefault(False)
        self.save_button.clicked.connect(self.save)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addWidget(self._said, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.preview_button)
        buttons.addWidget(self.save_button)

        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(10))
        column.addLayout(head)
        column.addWidget(self._differs)
        column.addLayout(top)
        column.addWidget(card, 1)
        column.addLayout(buttons)
