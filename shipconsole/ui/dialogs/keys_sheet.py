"""The sheet of keys and bench barcodes, on F1."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (900, 550)
KEYS = (
    (
        "keys.everywhere",
        (
            ("F2", "keys.scan_field"),
            ("F5", "keys.sync"),
            ("F8", "keys.needs_attention"),
            ("Alt+D", "keys.dismiss"),
            ("Ctrl+F", "keys.search"),
            ("Ctrl+Shift+N", "keys.new_order"),
            ("F10", "keys.menu"),
            ("F1", "keys.keys"),
        ),
    ),
    (
        "keys.open_order",
        (
            ("+  −", "keys.units"),
            ("0 … 9", "keys.digits"),
            ("Ctrl+A", "keys.pack_all"),
            ("Ctrl+N", "keys.new_package"),
            ("Alt+P", "keys.preview"),
            ("Ctrl+Z", "keys.undo"),
            ("F4", "keys.all_fields"),
            ("Enter", "keys.enter"),
            ("Esc", "keys.escape"),
            ("Alt+K", "keys.keep_label"),
            ("1 … 9", "keys.choose"),
            ("F9", "keys.order_menu"),
            ("Ctrl+Enter", "keys.ship"),
        ),
    ),
    (
        "keys.barcodes",
        (
            ("%SHIP", "keys.ship"),
            ("%NEXT PACKAGE", "keys.new_package"),
            ("%ALL LEFT", "keys.pack_all"),
            ("%UNDO", "keys.undo_barcode"),
            ("%OK", "keys.enter"),
            ("%STOP", "keys.stop"),
            ("%BADGE NAME", "keys.badge"),
        ),
    ),
)
"""The keys and the station's barcodes in groups, each with the message of what it does."""


class KeysSheet(QDialog):
    """Every key on one page. Opened with `open()`; any of Esc, F1 and Enter closes it."""

    def __init__(self, parent: QWidget | None, theme: Theme, prefix: str = "%") -> None:
        """Show the keys; bench barcodes with the site's prefix."""
        super().__init__(parent)
        self.setObjectName("keys_sheet")
        self.setWindowTitle(text("keys.title"))
        px = theme.tokens.px
        cards = QWidget()
        columns = QHBoxLayout(cards)
        columns.setContentsMargins(0, 0, px(6), 0)
        columns.setSpacing(px(14))
        sides = (QVBoxLayout(), QVBoxLayout())
        for side in sides:
            side.setSpacing(px(14))
            columns.addLayout(side)
        for place, (title, keys) in enumerate(KEYS):
            inside = QGridLayout()
            inside.setContentsMargins(px(16), px(12), px(16), px(14))
            inside.setHorizontalSpacing(px(18))
            inside.setVerticalSpacing(px(7))
            inside.setColumnStretch(1, 1)
            inside.addWidget(kit.label(text(title), "heading"), 0, 0, 1, 2)
            for row, (key, does) in enumerate(keys, 1):
                pressed = kit.badge(_shown(key, prefix), "quiet")
                inside.addWidget(pressed, row, 0, Qt.AlignmentFlag.AlignLeft)
                said = kit.label(text(does))
                said.setWordWrap(True)
                said.setMinimumWidth(px(190))
                inside.addWidget(said, row, 1)
            sides[place % len(sides)].addWidget(kit.card(inside))
        for side in sides:
            side.addStretch(1)
        scroll = FittingScrollArea(cards, min_px=px(200))
        # Where the screen is small the arrow keys move it.
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(22), px(18), px(16), px(18))
        column.setSpacing(px(14))
        column.addWidget(scroll)
        close = kit.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.setShortcut("F1")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(40)), min(px(SIZE_PX[1]), room.height() - px(60)))


def _shown(key: str, prefix: str) -> str:
    if key.startswith("%"):
        return prefix + key[1:]
    return key_name(key)
