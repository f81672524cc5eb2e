"""The sheet of keys and bench barcodes, on F1."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.dialogs.phrases import key_name
from shipconsole.ui.kit import strings
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (900, 550)
KEYS = (
    (
        "keys_sheet.anywhere",
        (
            ("F2", "keys_sheet.scan"),
            ("F5", "keys_sheet.sync"),
            ("F8", "keys_sheet.needs_attention"),
            ("Alt+D", "keys_sheet.dismiss"),
            ("Ctrl+F", "keys_sheet.search"),
            ("Ctrl+Shift+N", "keys_sheet.new_order"),
            ("F10", "keys_sheet.menu"),
            ("F1", "keys_sheet.this_sheet"),
        ),
    ),
    (
        "keys_sheet.open_order",
        (
            ("+  −", "keys_sheet.one_more_or_less"),
            ("0 … 9", "keys_sheet.number"),
            ("Ctrl+A", "keys_sheet.all_left"),
            ("Ctrl+N", "keys_sheet.new_package"),
            ("Alt+P", "keys_sheet.preview"),
            ("Ctrl+Z", "keys_sheet.undo"),
            ("F4", "keys_sheet.fields"),
            ("Enter", "keys_sheet.continue"),
            ("Esc", "keys_sheet.remove_label"),
            ("Alt+K", "keys_sheet.keep_label"),
            ("1 … 9", "keys_sheet.choose"),
            ("F9", "keys_sheet.more"),
            ("Ctrl+Enter", "keys_sheet.ship"),
        ),
    ),
    (
        "keys_sheet.barcodes",
        (
            ("%SHIP", "keys_sheet.ship"),
            ("%NEXT PACKAGE", "keys_sheet.new_package"),
            ("%ALL LEFT", "keys_sheet.all_left"),
            ("%UNDO", "keys_sheet.undo_step"),
            ("%OK", "keys_sheet.continue"),
            ("%STOP", "keys_sheet.stop"),
            ("%BADGE NAME", "keys_sheet.packer"),
        ),
    ),
)
"""The keys and the station's barcodes in groups, each with the message of what it does."""
_RANGES = frozenset({"+  −", "0 … 9", "1 … 9"})
"""Several keys at once, which no single name covers."""


class KeysSheet(QDialog):
    """Every key on one page. Opened with `open()`; any of Esc, F1 and Enter closes it."""

    def __init__(self, parent: QWidget | None, theme: Theme, prefix: str = "%") -> None:
        """Show the keys; bench barcodes with the site's prefix."""
        super().__init__(parent)
        self.setObjectName("keys_sheet")
        self.setWindowTitle(text("keys_sheet.title"))
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
        scroll = FittingScrollArea(cards, least_px=px(200))
        # Where the screen is small the arrow keys move it.
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(22), px(18), px(16), px(18))
        column.setSpacing(px(14))
        column.addWidget(scroll)
        close = kit.button(strings.CLOSE, "plain", "Esc")
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
    return key if key in _RANGES else key_name(key)
