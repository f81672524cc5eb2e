"""Exports a list as a CSV file: which list is chosen, then where it is written."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QDate, QDir, Qt
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QWidget

from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.files import export
from shipconsole.operations.maintenance import audit_log, shift_report
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.check_box import RadioButton
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.layout import column, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (560, 480)
LISTS: Mapping[str, str] = {
    "orders": "export.orders",
    "items": "export.items",
    "tracking": "export.tracking",
    "outbox": "export.outbox",
    "webhook_events": "export.webhook_events",
    "connections": "export.connections",
    "audit_log": "export.audit_log",
    "shift_report": "export.shift_report",
}
"""The title of each list, a message id."""


class ExportListDialog(ContextDialog):
    """The lists that can be exported; the first three are of the orders that are listed now. Opened with `open()`."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, order_ids: Callable[[], Sequence[int]]
    ) -> None:
        """Show the lists; `order_ids` returns the orders of the current view and search."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="export_dialog",
            message_name="export_message",
            title=text("export.title"),
        )
        self._order_ids = order_ids
        self._choices = {name: RadioButton(text(title), theme) for name, title in LISTS.items()}
        self._lay_out()
        self._make_keys({ENTER: self.ask_where})
        self._fit(SIZE_PX)

    @property
    def chosen(self) -> str:
        """The name of the chosen list."""
        return next(name for name, choice in self._choices.items() if choice.isChecked())

    def ask_where(self) -> None:
        """Ask for the file to write."""
        if self._busy:
            return
        dialog = QFileDialog(self, text("export.title"), QDir.homePath(), text("audit_log.csv_files"))
        dialog.setObjectName("export_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        day = QDate.currentDate().toString("yyyy-MM-dd")
        dialog.selectFile(f"shipconsole-{self.chosen.replace('_', '-')}-{day}.csv")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, path: str) -> None:
        """Write the chosen list to a file."""
        if path and not self._busy:
            self._begin("export a list", self._write(path), partial(self._on_written, path))

    def _write(self, path: str) -> Coroutine[Any, Any, int]:
        name, ctx, report = self.chosen, self._ctx, self._report
        match name:
            case "orders" | "items" | "tracking":
                return export.export_orders(ctx, tuple(self._order_ids()), path, name, report=report)
            case "outbox":
                return export.export_updates(ctx, path, report=report)
            case "webhook_events":
                return export.export_webhook_events(ctx, path, report=report)
            case "connections":
                return export.export_connections(ctx, path, report=report)
            case "audit_log":
                return self._write_audit_log(path)
            case _:
                return self._write_shift_report(path)

    async def _write_audit_log(self, path: str) -> int:
        entries = (await audit_log.find(self._ctx))[::-1]
        return await audit_log.export(self._ctx, entries, path, report=self._report)

    async def _write_shift_report(self, path: str) -> int:
        shifts = await shift_report.report(self._ctx)
        await shift_report.save_csv(shifts, path)
        return len(shifts)

    def _report(self, count: int) -> None:
        self._show_message(text("export.writing", count=count))

    def _on_written(self, path: str, count: int) -> None:
        self._show_message(text("export.written", count=count, file=path), "good")

    def _show_buttons(self) -> None:
        self.export_button.setEnabled(not self._busy)
        for choice in self._choices.values():
            choice.setEnabled(not self._busy)

    def _lay_out(self) -> None:
        theme = self._theme
        group = QButtonGroup(self)
        for name, choice in self._choices.items():
            choice.setObjectName(f"export_{name}")
            group.addButton(choice)
        self._choices["orders"].setChecked(True)
        main = self._column(10)
        main.addWidget(widgets.label(text("export.title"), "number"))
        main.addWidget(wrapped(text("export.subtitle"), "secondary"))
        main.addWidget(widgets.card(column(theme, *self._choices.values(), 1, spacing=6, margins=(16, 12, 16, 12))), 1)
        main.addLayout(self._button_row)
        self.export_button = self._button_row.add(
            "export_write", text("export.write"), self.ask_where, ENTER, kind="primary"
        )
