"""Corrects a parcel of the open order after somebody was told, or calls its shipment back: how, why, who hears."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.operations import correcting, orders
from shipconsole.operations.correcting import Guide, NewLabel
from shipconsole.operations.desk import Desk
from shipconsole.operations.orders import OrderSheet
from shipconsole.ui import look as looks
from shipconsole.ui import words as window_words
from shipconsole.ui.correct_parcel import words
from shipconsole.ui.correct_parcel.label_form import LabelForm
from shipconsole.ui.correct_parcel.parcel_list import ParcelList
from shipconsole.ui.correct_parcel.told_list import ToldList
from shipconsole.ui.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.look import Look
from shipconsole.ui.tasks import Tasks
from shipconsole.ui.titled_field import TitledField

SIZE_PX = (820, 620)
Page = Literal["number", "back"]


class CorrectParcelDialog(QDialog):
    """The parcels over the new label or what calling back means, and who is told. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, desk: Desk, tasks: Tasks, look: Look, order_id: int) -> None:
        """Show an order's parcels as soon as they were read."""
        super().__init__(parent)
        self.setObjectName("correct_parcel_dialog")
        self.setWindowTitle(words.TITLE)
        self._desk = desk
        self._tasks = tasks
        self._look = look
        self.order_id = order_id
        self._sheet: OrderSheet | None = None
        self._page: Page = "number"
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._busy = False
        self._lay_out()
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.confirm)
        px = look.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(60)), min(px(SIZE_PX[1]), room.height() - px(60)))
        self.finished.connect(self._on_finished)
        self.choose("number")
        tasks.spawn("read the parcels", self._read())

    def choose(self, page: Page) -> None:
        """Correct a number, or call a shipment back."""
        self._page = page
        for name, tab in self._tabs.items():
            tab.setChecked(name == page)
        self.label_form.setVisible(page == "number")
        self._back_means.setVisible(page == "back")
        # A wrong label is what is corrected nearly always; why a shipment comes back nobody can guess.
        self.why.input.setText(words.WHY_NUMBER if page == "number" else "")
        self.why.input.setPlaceholderText(words.WHY_HINT if page == "back" else "")
        self._say("")
        self._show_buttons()
        (self.label_form.number if page == "number" else self.why.input).setFocus()
        if self._sheet is not None:
            self._tasks.spawn("read who is told", self._read_guides())

    def confirm(self) -> None:
        """Store the correction and have those told who are ticked."""
        chosen = self.parcels.parcel()
        if self._busy or chosen is None:
            return
        shipment, package = chosen
        why = self.why.input.text().strip()
        new = self.label_form.label(package.tracking_number)
        if self._page == "number" and not new.tracking_number:
            self._say(words.NUMBER_FIRST, "bad")
            self.label_form.number.setFocus()
        elif not why:
            self._say(words.SAY_WHY, "bad")
            self.why.input.setFocus()
        else:
            self._busy = True
            self._say("")
            self._show_buttons()
            told = self._confirm(shipment.id, package.id or 0, new, self.told.to(), why, self._page)
            self._tasks.spawn("correct a parcel", told)

    async def _read(self) -> None:
        try:
            sheet = await orders.sheet(self._desk, self.order_id)
            changes = await correcting.changes(self._desk, self.order_id)
        except LookupError:
            if not self._closed:
                self._say(window_words.ORDER_GONE, "bad")
            return
        if self._closed:
            return
        self._sheet = sheet
        self.setWindowTitle(looks.plain(words.title(sheet.order.number)))
        self._number.setText(looks.plain(sheet.order.number))
        word, tone = window_words.ORDER_STATES[sheet.order.state]
        self._state.setText(word)
        looks.set_tone(self._state, tone)
        self._state.show()
        self.parcels.show_sheet(sheet, changes)
        await self._read_guides()

    async def _read_guides(self) -> None:
        """Read for the chosen parcel what each connection can take back."""
        chosen, page = self.parcels.parcel(), self._page
        guides: Sequence[Guide] = ()
        if chosen is not None:
            shipment, package = chosen
            try:
                if page == "number":
                    guides = await correcting.guide(self._desk, self.order_id, package.id or 0)
                else:
                    guides = await correcting.call_back_guide(self._desk, self.order_id, shipment.id)
            except RefusedError as refused:
                if not self._closed:
                    self._refuse(refused.problems)
                return
        # Another parcel or page may have been chosen meanwhile; its own reading shows what belongs to it.
        if self._closed or page != self._page or chosen != self.parcels.parcel():
            return
        self.told.show_guides(guides)
        if chosen is not None:
            pieces = sum(packed.quantity for one in chosen[0].packages for packed in one.lines)
            self._back_means.setText(words.left_again(pieces, len(chosen[0].packages)))
        self._show_buttons()

    async def _confirm(
        self, shipment_id: int, package_id: int, new: NewLabel, to: Sequence[int], why: str, page: Page
    ) -> None:
        try:
            if page == "number":
                await correcting.correct(self._desk, self.order_id, package_id, new, to, why)
            else:
                await correcting.call_back(self._desk, self.order_id, shipment_id, to, why)
        except RefusedError as refused:
            if self._closed:
                raise OutsideError(str(refused)) from None
            self._busy = False
            await self._read()
            self._refuse(refused.problems)
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

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        """Mark what is wrong with the number, and say all of it below."""
        if self._closed:
            return
        of_number = [one.message for one in problems if one.path == ("tracking_number",)]
        self.label_form.mark("\n".join(of_number))
        self._say("\n".join(f"{one.message} {one.advice}".strip() for one in problems), "bad")

    def _show_buttons(self) -> None:
        text = words.CORRECT if self._page == "number" else words.CALL_BACK
        self.confirm_button.setText(looks.button_text(text))
        self.confirm_button.setAccessibleName(text)
        ready = self._page == "back" or bool(self.label_form.number.text().strip())
        right = self.parcels.parcel() is not None and ready and bool(self.why.input.text().strip())
        self.confirm_button.setEnabled(right and not self._busy)
        self.confirm_button.updateGeometry()

    def _say(self, text: str, tone: looks.Tone = "") -> None:
        self._said.setText(looks.plain(text, lines=True))
        looks.set_tone(self._said, tone)

    def _on_parcel_chosen(self, _package_id: int) -> None:
        if self._sheet is not None:
            self._tasks.spawn("read who is told", self._read_guides())

    def _on_changed(self) -> None:
        self._say("")
        self._show_buttons()

    def _on_why_edited(self, _text: str) -> None:
        self._on_changed()

    def _on_scanned(self) -> None:
        """The number is in: what is left to say is why."""
        self.why.input.setFocus()
        self.why.input.selectAll()

    def _on_finished(self) -> None:
        self._closed = True

    def _lay_out(self) -> None:
        px = self._look.tokens.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(12))
        column.addLayout(self._head())
        column.addWidget(self._parcels_card(), 1)
        column.addWidget(self._what_card())
        column.addWidget(self._told_card())
        column.addLayout(self._buttons())

    def _head(self) -> QHBoxLayout:
        px = self._look.tokens.px
        self._number = looks.label("", "number")
        self._number.setObjectName("correct_number")
        self._state = looks.pill("", "quiet")
        self._state.hide()
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(self._number)
        head.addWidget(self._state)
        head.addStretch(1)
        self._tabs: dict[Page, looks.KeyButton] = {}
        names: tuple[tuple[Page, str], ...] = (("number", words.NUMBER_TAB), ("back", words.BACK_TAB))
        for name, title in names:
            tab = looks.button(title, "tab")
            tab.setObjectName(f"{name}_tab")
            tab.setAutoDefault(False)
            tab.clicked.connect(partial(self.choose, name))
            head.addWidget(tab)
            self._tabs[name] = tab
        return head

    def _parcels_card(self) -> QWidget:
        px = self._look.tokens.px
        self.parcels = ParcelList(self._look)
        self.parcels.chosen.connect(self._on_parcel_chosen)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(10), px(12))
        column.setSpacing(px(8))
        column.addWidget(looks.label(words.PARCEL, "heading"))
        column.addWidget(FittingScrollArea(self.parcels, least_px=px(58)))
        column.addStretch(1)
        return looks.card(column)

    def _what_card(self) -> QWidget:
        px = self._look.tokens.px
        self.label_form = LabelForm(self._look)
        self.label_form.changed.connect(self._on_changed)
        self.label_form.scanned.connect(self._on_scanned)
        self._back_means = looks.label("")
        self._back_means.setObjectName("back_means")
        self._back_means.setWordWrap(True)
        self.why = TitledField("why", words.WHY, self._look)
        self.why.input.textEdited.connect(self._on_why_edited)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(self.label_form)
        column.addWidget(self._back_means)
        column.addWidget(self.why)
        return looks.card(column)

    def _told_card(self) -> QWidget:
        px = self._look.tokens.px
        self.told = ToldList(self._look)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(looks.label(words.WHO_IS_TOLD, "heading"))
        column.addWidget(FittingScrollArea(self.told, least_px=px(48)))
        return looks.card(column)

    def _buttons(self) -> QHBoxLayout:
        self._said = looks.label("", "secondary")
        self._said.setObjectName("correct_said")
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = looks.button(window_words.CLOSE, "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.confirm_button = looks.button(words.CORRECT, "primary", "Ctrl+Enter")
        self.confirm_button.setObjectName("correct_confirm")
        self.confirm_button.setAutoDefault(False)
        self.confirm_button.clicked.connect(self.confirm)
        buttons = QHBoxLayout()
        buttons.setSpacing(self._look.tokens.px(10))
        buttons.addWidget(self._said, 1)
        buttons.addWidget(close)
        buttons.addWidget(self.confirm_button)
        return buttons
