"""The connections that know the order, of which one may be chosen to be taken out."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QRadioButton, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class UnlinkPage(QWidget):
    """A round button for each connection. Signal: changed(), when another was chosen."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin with none."""
        super().__init__()
        self.buttons: dict[int, QRadioButton] = {}
        self._known: dict[int, Connection] = {}
        self._said = kit.label("", "secondary")
        self._said.setObjectName("unlink_means")
        self._said.setWordWrap(True)
        px = theme.tokens.px
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(px(14))
        self._rows.setVerticalSpacing(px(8))
        self._rows.setColumnStretch(1, 1)
        inside = QVBoxLayout()
        inside.setContentsMargins(px(16), px(13), px(16), px(13))
        inside.setSpacing(px(10))
        inside.addWidget(kit.label(text("link_orders.unlink_which"), "heading"))
        inside.addLayout(self._rows)
        inside.addWidget(self._said)
        inside.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(kit.card(inside))

    def show_links(self, links: Sequence[Link], known: Sequence[Connection], free: Collection[int]) -> None:
        """Show who knows the order, and offer those that may be taken off it, by their ids; what is chosen stays."""
        chosen = self.chosen()
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons.clear()
        self._known = {one.id: one for one in known}
        for row, link in enumerate(links):
            name = self._known[link.connection_id].name
            button = QRadioButton(kit.button_text(name))
            button.setObjectName(f"unlink_{link.connection_id}")
            button.setAccessibleName(kit.plain(name))
            button.setEnabled(link.connection_id in free)
            button.setChecked(chosen is not None and chosen.id == link.connection_id and button.isEnabled())
            button.toggled.connect(self.changed)
            self._rows.addWidget(button, row, 0)
            self._rows.addWidget(kit.Elided(_known_as(link), "secondary"), row, 1)
            self.buttons[link.connection_id] = button
        self._said.setText(_unlink_means(len(links), len(free)))

    def chosen(self) -> Connection | None:
        """The connection that was chosen."""
        chosen = next((id_ for id_, button in self.buttons.items() if button.isChecked()), None)
        return self._known.get(chosen) if chosen is not None else None

    def go_to_first(self) -> None:
        """Put the cursor where the choice is made."""
        first = next((button for button in self.buttons.values() if button.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


def _known_as(link: Link) -> str:
    """Return the number and ID that a connection has for the order."""
    number = text("link_orders.remote_number", number=link.remote_number) if link.remote_number else ""
    remote_id = text("link_orders.remote_id", id=link.remote_id) if link.remote_id else ""
    return " · ".join(part for part in (number, remote_id) if part)


def _unlink_means(links: int, free: int) -> str:
    """Return what unlinking does, or why no connection can be unlinked."""
    if not links:
        return text("link_orders.unlink_no_connection")
    if links == 1 and not free:
        return text("link_orders.unlink_one_connection")
    means = text("link_orders.unlink_means") if free else ""
    held = text("link_orders.unlink_held") if free < links else ""
    return " ".join(part for part in (means, held) if part)
