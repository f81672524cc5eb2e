"""The carrier codes: carriers as rows, the connections that are notified about shipments as columns."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from shipconsole.messages import text
from shipconsole.operations.connections import carrier_codes
from shipconsole.operations.context import Context
from shipconsole.ui.dialogs.carriers.table import ANY, CodesModel, CodesTable
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import MIDDLE, column, row, wrapped
from shipconsole.ui.kit.search_field import SearchField
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (900, 680)
FIND_HINTS = ("carriers.find_hint", "carriers.find_hint_carrier", "carriers.find_hint_short")
MOST_LISTED = 6


class CarrierCodesDialog(ContextDialog):
    """Shows, finds and edits codes. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show the stored codes once they have been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="carriers_dialog",
            message_name="carriers_message",
            title=text("carriers.title"),
        )
        self.codes = CodesModel(self)
        self.table = CodesTable(theme, self.codes)
        self.codes.edited.connect(self._on_edited)
        self._lay_out()
        self._make_keys({"Ctrl+S": self.save})
        self._fit(SIZE_PX)
        self._show_buttons()
        tasks.spawn("read the carrier codes", self._reload())

    def save(self) -> None:
        """Store the codes that were changed."""
        if self._busy:
            return
        self.table.finish()
        if not self.codes.unsaved():
            self._show_message(text("carriers.nothing_changed"))
            return
        self._begin("save the carrier codes", self._save(), self._on_saved)

    async def _reload(self) -> None:
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
        await self._reload()

    def _unsaved(self) -> Sequence[str]:
        return [_unsaved_codes(name, carriers) for name, carriers in self.codes.unsaved_names()]

    def _show_buttons(self) -> None:
        changed = sum(len(codes) for codes in self.codes.unsaved().values())
        self._changed.setText(text("carriers.changed", count=changed))
        self._changed.setVisible(bool(changed))
        self.save_button.setEnabled(bool(changed) and not self._busy)

    def _on_edited(self) -> None:
        self._show_message("")
        self._show_buttons()

    def _on_find_entered(self) -> None:
        """Go to the first carrier that was found."""
        rows = self.codes.rowCount()
        if rows:
            self.table.setCurrentIndex(self.codes.index(min(1, rows - 1), 1))
            self.table.setFocus()

    def _on_saved(self, _: None) -> None:
        self._show_message(text("carriers.saved"), "good")

    def _lay_out(self) -> None:
        theme = self._theme
        self._changed = widgets.badge("", "accent")
        self._changed.setObjectName("carriers_changed")
        self.filter = SearchField("carriers_filter", text("carriers.find"), FIND_HINTS)
        self.filter.setMaximumWidth(theme.tokens.px(290))
        self.filter.textChanged.connect(self.codes.find)
        self.filter.returnPressed.connect(self._on_find_entered)
        self._legend = wrapped("", "secondary", name="carriers_legend")
        title, subtitle = (
            widgets.label(text("carriers.title"), "number"),
            widgets.label(text("carriers.subtitle"), "secondary"),
        )
        main = self._column(10)
        main.addLayout(row(theme, title, (subtitle, 0, MIDDLE), 1, self._changed))
        main.addLayout(row(theme, (self.filter, 2), (self._legend, 3), spacing=14))
        main.addWidget(widgets.card(column(theme, self.table, margins=(2, 2, 2, 2))), 1)
        main.addLayout(self._button_row)
        self.save_button = self._button_row.add(
            "carriers_save", text("button.save"), self.save, "Ctrl+S", kind="primary"
        )


def _unsaved_codes(connection: str, carriers: Sequence[str]) -> str:
    """Return the carriers whose codes are not saved, or their number where they are many."""
    if len(carriers) > MOST_LISTED:
        return text("carriers.unsaved_many", connection=connection, count=len(carriers))
    return text("carriers.unsaved", connection=connection, carriers=tuple(carriers))
