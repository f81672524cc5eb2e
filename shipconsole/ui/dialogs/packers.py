"""The people who pack: their names, badges and PINs, added, changed and removed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView, QWidget

from shipconsole.domain.barcode import NAME_MAX
from shipconsole.domain.packer import BADGE_MAX, PIN_DIGITS, Packer
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import packers
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import Column, ModelTable
from shipconsole.ui.kit.dialog import ENTER, ContextDialog, name_button
from shipconsole.ui.kit.fields import TitledField
from shipconsole.ui.kit.layout import column, row
from shipconsole.ui.kit.read_table import TALL_ROW_PX, table_view
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (1_040, 520)


class PackersDialog(ContextDialog):
    """A table of packers, and fields for the chosen one or a new one. Opened with `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        prefix: str,
        print_badges: Callable[[Sequence[tuple[str, str]]], object],
    ) -> None:
        """Show the packers once they were read; `prefix` begins the code on a badge.

        `print_badges` shows badges of packers, given by name and badge, before they are printed.
        """
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="packers_dialog",
            message_name="packers_message",
            title=text("packers.title"),
        )
        self._prefix = prefix
        self._print_badges = print_badges
        self._edited: Packer | None = None
        """The packer whose values are in the fields, None for a new one."""
        self.model = ModelTable[Packer](
            Packer,
            (
                Column("name", text("packers.name_field")),
                Column("badge", text("packers.badge_field")),
                Column("has_pin", text("packers.pin_field"), shown=_pin),
            ),
        )
        self.table = self._make_table()
        self.name = TitledField("packer_name", text("packers.name_field"), theme)
        self.badge = TitledField("packer_badge", text("packers.badge_field"), theme)
        self.pin = TitledField("packer_pin", text("packers.pin_field"), theme)
        self.name.input.setMaxLength(NAME_MAX)
        self.badge.input.setMaxLength(BADGE_MAX)
        self.pin.input.setMaxLength(PIN_DIGITS[1])
        self.pin.input.setEchoMode(QLineEdit.EchoMode.Password)
        self.badge.input.textChanged.connect(self._show_badge)
        self._badge_text = widgets.label("", "secondary")
        self._badge_text.setObjectName("badge_text")
        self._print = self._button_row.add("print_badges", text("packers.print_all"), self.print, "Ctrl+P")
        self._remove = self._button_row.add("remove_packer", text("packers.remove"), self.remove)
        self._remove_pin = self._button_row.add("remove_pin", text("packers.remove_pin"), self.remove_pin)
        self._new = self._button_row.add("new_packer", text("packers.new"), self.begin_new)
        self._save = self._button_row.add("save_packer", text("packers.add"), self.save, ENTER, kind="primary")
        hint = widgets.label(text("packers.hint"), "secondary")
        hint.setWordWrap(True)
        main = self._column()
        main.addWidget(widgets.label(text("packers.title"), "number"))
        main.addWidget(hint)
        main.addWidget(widgets.card(column(theme, self.table, margins=(4, 4, 4, 4))), 1)
        main.addLayout(row(theme, (self.name, 2), (self.badge, 1), (self.pin, 1), spacing=10))
        main.addWidget(self._badge_text)
        main.addLayout(self._button_row)
        self._make_keys({ENTER: self.save, "Ctrl+P": self.print})
        self._fit(SIZE_PX)
        self.begin_new()
        tasks.spawn("read the packers", self._reload())

    def begin_new(self) -> None:
        """Empty the fields for a new packer."""
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self._show(None)
        self.name.input.setFocus()

    def save(self) -> None:
        """Add the new packer, or change the chosen one."""
        if not self._busy:
            self._begin("save a packer", self._stored(), self._on_done)

    def remove(self) -> None:
        """Remove the chosen packer; the name stays on what was packed."""
        if self._edited is not None and not self._busy:
            self._begin("remove a packer", self._removed(self._edited), self._on_done)

    def remove_pin(self) -> None:
        """Remove the chosen packer's PIN."""
        if self._edited is not None and not self._busy:
            self._begin("remove a PIN", self._without_pin(self._edited), self._on_done)

    def print(self) -> None:
        """Show the badge of the chosen packer, or those of all packers, as they are printed."""
        badges = self._badges()
        if badges:
            self._print_badges(badges)

    def _badges(self) -> tuple[tuple[str, str], ...]:
        """Return name and badge of each packer whose badge is printed."""
        chosen = self.model.rows if self._edited is None else (self._edited,)
        return tuple((packer.name, packer.badge) for packer in chosen if packer.badge)

    async def _stored(self) -> str:
        name, badge, pin = (field.input.text() for field in (self.name, self.badge, self.pin))
        if self._edited is None:
            await packers.add(self._ctx, name, badge, pin)
            return text("packers.added", name=name.strip())
        await packers.change(self._ctx, self._edited.id, name, badge)
        if pin:
            await packers.set_pin(self._ctx, self._edited.id, pin)
        return text("packers.changed", name=name.strip())

    async def _removed(self, packer: Packer) -> str:
        await packers.remove(self._ctx, packer.id)
        return text("packers.removed", name=packer.name)

    async def _without_pin(self, packer: Packer) -> str:
        await packers.set_pin(self._ctx, packer.id, "")
        return text("packers.pin_removed")

    def _on_done(self, said: str) -> None:
        self._tasks.spawn("read the packers", self._reload())
        self.begin_new()
        self._show_message(said)

    async def _reload(self) -> None:
        known = await packers.every(self._ctx)
        if not self._closed:
            self.model.set_rows(known)
            self._show_buttons()

    def _show(self, packer: Packer | None) -> None:
        self._edited = packer
        self.name.input.setText(packer.name if packer else "")
        self.badge.input.setText(packer.badge if packer else "")
        self.pin.input.clear()
        self.pin.input.setPlaceholderText(text("packers.pin_kept") if packer and packer.has_pin else "")
        name_button(self._print, text("packers.print" if packer else "packers.print_all"))
        name_button(self._save, text("packers.save" if packer else "packers.add"))
        self._show_badge()
        self._show_buttons()

    def _show_badge(self) -> None:
        badge = self.badge.input.text().strip()
        self._badge_text.setText(text("packers.badge_text", code=f"{self._prefix}BADGE {badge}") if badge else " ")

    def _show_buttons(self) -> None:
        self._print.setEnabled(bool(self._badges()))
        self._remove.setEnabled(self._edited is not None and not self._busy)
        self._remove_pin.setEnabled(self._edited is not None and self._edited.has_pin and not self._busy)
        self._save.setEnabled(not self._busy)

    def _on_selected(self, current: QModelIndex) -> None:
        if current.isValid():
            self._show(self.model.row(current.row()))

    def _make_table(self) -> QTableView:
        made = table_view(self._theme, "packers_table", text("packers.title"), self.model, row=TALL_ROW_PX)
        made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        made.selectionModel().currentRowChanged.connect(self._on_selected)
        return made


def _pin(packer: Packer) -> str:
    return text("packers.pin_set" if packer.has_pin else "packers.pin_unset")
