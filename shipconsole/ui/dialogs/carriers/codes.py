"""The codes as they are being changed, as the table's model: what is stored, and what was typed since."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from shipconsole.domain.code import search_key
from shipconsole.messages import text
from shipconsole.operations.connections.carrier_codes import Code, Row, Table
from shipconsole.ui.kit import theme as kit

NAME = 0
"""The column of the carriers' names; those of the connections follow."""
OWN_ROLE = Qt.ItemDataRole.UserRole
"""Whether a code is one's own and not the platform's usual one."""
CHANGED_ROLE = Qt.ItemDataRole.UserRole + 1
"""Whether a code is not saved yet."""
NO_CODE = "–"
ANY = ""
"""Stands for every carrier without a code, where a carrier's id would."""

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class CodesModel(QAbstractTableModel):
    """Carriers as rows, connections as columns. Signal: edited(), whenever what is unsaved may be another."""

    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._table = Table((), {}, ())
        self._rows: tuple[Row, ...] = ()
        self._wanted = ""
        self._typed: dict[tuple[int, str], str] = {}

    def show(self, table: Table) -> None:
        """Show what is stored now; what was typed and is not stored stays."""
        self.beginResetModel()
        self._table = table
        known = {(one.id, row.carrier_id): row.codes[one.id].own for row in self._every() for one in table.connections}
        self._typed = {place: typed for place, typed in self._typed.items() if typed != known.get(place, typed)}
        self._narrow()
        self.endResetModel()
        self.edited.emit()

    def find(self, wanted: str) -> None:
        """Show only the carriers whose name or codes hold a text; the codes for any other carrier stay on top."""
        self.beginResetModel()
        self._wanted = search_key(wanted)
        self._narrow()
        self.endResetModel()

    def unsaved(self) -> dict[int, dict[str, str]]:
        """What was typed and is not stored, by connection and carrier."""
        found: dict[int, dict[str, str]] = {}
        for (connection_id, carrier_id), typed in self._typed.items():
            found.setdefault(connection_id, {})[carrier_id] = typed
        return found

    def unsaved_names(self) -> list[tuple[str, list[str]]]:
        """The carriers whose codes are not stored, by the connections' names."""
        names = {row.carrier_id: row.name for row in self._every()}
        changed = self.unsaved()
        return [
            (one.name, [names.get(carrier_id, carrier_id) for carrier_id in changed[one.id]])
            for one in self._table.connections
            if one.id in changed
        ]

    def code_at(self, index: Index) -> Code:
        """The code of a cell as it is stored."""
        return self._rows[index.row()].codes[self._table.connections[index.column() - 1].id]

    def text_at(self, index: Index) -> str:
        """One's own code in a cell, as it is typed or else stored."""
        return self._typed.get(self._place(index), self.code_at(index).own)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """The codes for any other carrier, and each carrier that is shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """The name, and each connection."""
        return 0 if parent.isValid() else 1 + len(self._table.connections)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Codes can be changed."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() != NAME else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # Qt's own signature
        """The connections' names."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return text("carriers.carrier") if section == NAME else kit.plain(self._table.connections[section - 1].name)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # Qt's own signature
        """What a cell shows, and what is to be known of it."""
        if not index.isValid():
            return None
        name = self._rows[index.row()].name
        if index.column() == NAME:
            return kit.plain(name) if role == Qt.ItemDataRole.DisplayRole else None
        code, own = self.code_at(index), self.text_at(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return kit.plain(own or code.usual or NO_CODE)
            case Qt.ItemDataRole.EditRole:
                return own
            case Qt.ItemDataRole.AccessibleTextRole:
                connection = self._table.connections[index.column() - 1].name
                return kit.plain(_spoken(connection, name, own, code.usual))
            case Qt.ItemDataRole.ToolTipRole:
                return kit.tooltip(_meaning(own, code.usual))
            case _ if role == OWN_ROLE:
                return bool(own)
            case _ if role == CHANGED_ROLE:
                return self._place(index) in self._typed
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed code; none, and the usual one, mean that there is none of one's own."""
        if role != Qt.ItemDataRole.EditRole or index.column() == NAME:
            return False
        code, typed = self.code_at(index), str(value).strip()
        if typed == code.usual:
            typed = ""
        if typed == code.own:
            self._typed.pop(self._place(index), None)
        else:
            self._typed[self._place(index)] = typed
        self.dataChanged.emit(index, index)
        self.edited.emit()
        return True

    def _every(self) -> tuple[Row, ...]:
        return (
            (Row(ANY, text("carriers.any_other"), self._table.defaults), *self._table.rows)
            if self._table.connections
            else ()
        )

    def _narrow(self) -> None:
        every = self._every()
        self._rows = (*every[:1], *(row for row in every[1:] if self._is_found(row)))

    def _is_found(self, row: Row) -> bool:
        texts = [row.name, row.carrier_id, *(one for code in row.codes.values() for one in (code.own, code.usual))]
        return any(self._wanted in search_key(one) for one in texts)

    def _place(self, index: Index) -> tuple[int, str]:
        return self._table.connections[index.column() - 1].id, self._rows[index.row()].carrier_id


def _spoken(connection: str, carrier: str, own: str, default: str) -> str:
    """Return a cell for a screen reader, with its place in the table."""
    if own and default:
        return text("carriers.cell_instead", connection=connection, carrier=carrier, code=own, default=default)
    if own:
        return text("carriers.cell_own", connection=connection, carrier=carrier, code=own)
    if default:
        return text("carriers.cell_default", connection=connection, carrier=carrier, code=default)
    return text("carriers.cell_no_code", connection=connection, carrier=carrier)


def _meaning(own: str, default: str) -> str:
    if own:
        return text("carriers.instead", code=own, default=default) if default else own
    return "" if default else text("carriers.no_code")
