"""The table of carrier codes: our carriers down, the connections that are told across."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.operations.connections import carrier_codes
from shipconsole.operations.context import Context
from shipconsole.ui.dialogs.carriers.table import ANY, CodesModel, CodesTable
from shipconsole.ui.dialogs.phrases import fit_find_hint
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (900, 680)
FIND_HINTS = ("carriers.find_hint", "carriers.find_hint_carrier", "carriers.find_hint_short")
LISTED_MOST = 6


class CarrierCodesDialog(ContextDialog):
    """Codes are seen, found, changed and saved. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show what is stored as soon as it was read."""
        super().__init__(parent, ctx, tasks, theme, name="carriers_dialog", said="carriers_said")
        self.setWindowTitle(text("carriers.title"))
        self.codes = CodesModel(self)
        self.table = CodesTable(theme, self.codes)
        self.codes.edited.connect(self._on_edited)
        self._lay_out()
        self._make_keys({"Ctrl+S": self.save, "Ctrl+F": self._on_find})
        self._fit(SIZE_PX)
        self._show_buttons()
        tasks.spawn("read the carrier codes", self._look_again())

    def save(self) -> None:
        """Store the codes that were changed."""
        if self._busy:
            return
        self.table.finish()
        if not self.codes.unsaved():
            self._say(text("carriers.nothing_changed"))
            return
        self._begin("save the carrier codes", self._save(), self._on_saved)

    def reject(self) -> None:
        """Close, but ask first where something is not saved."""
        if self.filter.text() and self.filter.hasFocus():
            self.filter.clear()
            return
        super().reject()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the filter."""
        super().resizeEvent(event)
        fit_find_hint(self.filter, FIND_HINTS)

    async def _look_again(self) -> None:
        table = await carrier_codes.table(self._ctx)
        if self._closed:
            return
        self.codes.show(table)
        if table.connections:
            self._legend.setText(text("carriers.legend", edit=key_name("Enter"), restore=key_name("Delete")))
        else:
            self._legend.setText(text("carriers.no_connections"))
        if table.connections and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.codes.index(0, 1))

    async def _save(self) -> None:
        for connection_id, codes in self.codes.unsaved().items():
            own = {carrier: code for carrier, code in codes.items() if carrier != ANY}
            await carrier_codes.save(self._ctx, connection_id, own, codes.get(ANY))
        await self._look_again()

    def _unsaved(self) -> Sequence[str]:
        return [_unsaved_codes(name, carriers) for name, carriers in self.codes.unsaved_names()]

    def _show_buttons(self) -> None:
        changed = sum(len(codes) for codes in self.codes.unsaved().values())
        self._changed.setText(text("carriers.changed", count=changed))
        self._changed.setVisible(bool(changed))
        self.save_button.setEnabled(bool(changed) and not self._busy)

    def _on_edited(self) -> None:
        self._say("")
        self._show_buttons()

    def _on_find(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _on_found(self) -> None:
        """Enter in the filter goes to the first carrier found."""
        rows = self.codes.rowCount()
        if rows:
            self.table.setCurrentIndex(self.codes.index(min(1, rows - 1), 1))
            self.table.setFocus()

    def _on_saved(self, _: None) -> None:
        self._say(text("carriers.saved"), "good")

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        self._changed = kit.badge("", "accent")
        self._changed.setObjectName("carriers_changed")
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(kit.label(text("carriers.title"), "number"))
        head.addWidget(kit.label(text("carriers.subtitle"), "secondary"), 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self._changed)

        self.filter = QLineEdit()
        self.filter.setObjectName("carriers_filter")
        self.filter.setAccessibleName(text("carriers.find"))
        self.filter.setMaximumWidth(px(290))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.codes.find)
        self.filter.returnPressed.connect(self._on_found)
        self._legend = kit.label("", "secondary")
        self._legend.setObjectName("carriers_legend")
        self._legend.setWordWrap(True)
        top = QHBoxLayout()
        top.setSpacing(px(14))
        top.addWidget(self.filter, 2)
        top.addWidget(self._legend, 3)

        inside = QVBoxLayout()
        inside.setContentsMargins(px(2), px(2), px(2), px(2))
        inside.addWidget(self.table)

        column = self._column(10)
        column.addLayout(head)
        column.addLayout(top)
        column.addWidget(kit.card(inside), 1)
        column.addLayout(self._button_row)
        self.save_button = self._button_row.add(
            "carriers_save", text("button.save"), self.save, "Ctrl+S", kind="primary"
        )
        QWidget.setTabOrder(self.filter, self.table)


def _unsaved_codes(connection: str, carriers: Sequence[str]) -> str:
    """Return the carriers whose codes are not saved, of many only how many."""
    if len(carriers) > LISTED_MOST:
        return text("carriers.unsaved_many", connection=connection, count=len(carriers))
    return text("carriers.unsaved", connection=connection, carriers=tuple(carriers))
