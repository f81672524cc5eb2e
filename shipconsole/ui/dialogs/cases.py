"""How many units the cases hold that were scanned: corrected, or forgotten, so that the next scan asks again."""

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from shipconsole.domain.case_units import CaseUnits
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cases
from shipconsole.operations.orders.cases import UNITS_MAX
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import RIGHT, Column, ModelTable
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.fields import TitledField
from shipconsole.ui.kit.formats import at
from shipconsole.ui.kit.layout import column, row
from shipconsole.ui.kit.read_table import TALL_ROW_PX, table_view
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (860, 520)
CODE_MAX = 100
"""Room for a code with what the scanner adds to it."""


class CasesDialog(ContextDialog):
    """A table of cases, and fields for the chosen or scanned one. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme) -> None:
        """Show the cases once they were read."""
        super().__init__(
            parent, ctx, tasks, theme, name="cases_dialog", message_name="cases_message", title=text("cases.title")
        )
        self.model = ModelTable[CaseUnits](
            CaseUnits,
            (
                Column("code", text("cases.code")),
                Column("item", text("cases.item")),
                Column("units", text("cases.units"), RIGHT),
                Column("operator", text("cases.entered_by"), shown=_entered),
            ),
        )
        self.table = self._make_table()
        self.code = TitledField("case_code", text("cases.code"), theme)
        self.units = TitledField("case_units", text("cases.units"), theme)
        self.code.input.setMaxLength(CODE_MAX)
        self.units.input.setValidator(QIntValidator(0, UNITS_MAX, self))
        # A scanner ends with Enter.
        self.code.input.returnPressed.connect(self._find_typed)
        self._remove = self._button_row.add("remove_case", text("cases.remove"), self.remove)
        self._save = self._button_row.add("save_case", text("button.save"), self.save, ENTER, kind="primary")
        hint = widgets.label(text("cases.hint"), "secondary")
        hint.setWordWrap(True)
        main = self._column()
        main.addWidget(widgets.label(text("cases.title"), "number"))
        main.addWidget(hint)
        main.addWidget(widgets.card(column(theme, self.table, margins=(4, 4, 4, 4))), 1)
        main.addLayout(row(theme, (self.code, 2), (self.units, 1), spacing=10))
        main.addLayout(self._button_row)
        self._make_keys({ENTER: self.save})
        self._fit(SIZE_PX)
        self._show_buttons()
        self.code.input.setFocus()
        tasks.spawn("read the cases", self._reload())

    def take_scan(self, scan: str) -> bool:
        """Choose the scanned case: no scan packs anything behind this dialog."""
        self.code.input.setText(scan)
        self._find_typed()
        return True

    def save(self) -> None:
        """Store the units of the case in the fields."""
        if not self._busy:
            self._begin("save the units of a case", self._stored(), self._on_done)

    def remove(self) -> None:
        """Have the units of the case in the fields asked for again."""
        if not self._busy and self.code.input.text().strip():
            self._begin("forget the units of a case", self._removed(self.code.input.text()), self._on_done)

    async def _stored(self) -> str:
        units = int(self.units.input.text() or 0)
        await cases.enter(self._ctx, self.code.input.text(), units)
        return text("cases.saved", count=units)

    async def _removed(self, code: str) -> str:
        await cases.forget(self._ctx, code)
        return text("cases.removed")

    def _on_done(self, said: str) -> None:
        self._tasks.spawn("read the cases", self._reload())
        self.table.setCurrentIndex(QModelIndex())
        for field in (self.code, self.units):
            field.input.clear()
        self.code.input.setFocus()
        self._show_message(said)

    async def _reload(self) -> None:
        known = await cases.every(self._ctx)
        if not self._closed:
            self.model.set_rows(known, "code")
            self._show_buttons()

    def _find_typed(self) -> None:
        known = cases.case_code(self.code.input.text())
        position = next((position for position, case in enumerate(self.model.rows) if case.code == known), None)
        if position is not None:
            self.table.selectRow(position)
        self.units.input.setFocus()
        self.units.input.selectAll()

    def _on_selected(self, current: QModelIndex) -> None:
        chosen = self.model.row(current.row()) if current.isValid() else None
        if chosen is not None:
            self.code.input.setText(chosen.code)
            self.units.input.setText(str(chosen.units))
            self._show_message("")

    def _show_buttons(self) -> None:
        for button in (self._remove, self._save):
            button.setEnabled(not self._busy)

    def _make_table(self) -> QTableView:
        made = table_view(self._theme, "cases_table", text("cases.title"), self.model, row=TALL_ROW_PX)
        made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        made.selectionModel().currentRowChanged.connect(self._on_selected)
        return made


def _entered(case: CaseUnits) -> str:
    return " · ".join(part for part in (case.operator or case.station, at(case.at_ms)) if part)
