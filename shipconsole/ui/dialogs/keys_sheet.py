"""The sheet of keyboard shortcuts and command barcodes, on F1."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.view_selector import TITLES, VIEW_KEYS

SIZE_PX = (900, 640)
ONE_COLUMN_FROM = 1.4
KEYS = (
    (
        "keys.everywhere",
        (
            ("F2", "keys.scan_field"),
            ("F5", "keys.sync"),
            ("F8", "keys.needs_attention"),
            ("Alt+D", "keys.dismiss"),
            ("Ctrl+F", "keys.search"),
            ("Alt+V", "keys.views"),
            *((key, TITLES[view]) for view, key in VIEW_KEYS.items()),
            ("Alt+1 … 9", "keys.saved_filter"),
            ("Ctrl+M", "keys.order_actions"),
            ("Ctrl+I", "keys.quick_look"),
            ("Ctrl+Space", "keys.choose_order"),
            ("Ctrl+Shift+N", "keys.new_order"),
            ("Ctrl+Shift+I", "keys.import_file"),
            ("Ctrl+E", "keys.export_list"),
            ("F6", "keys.packer"),
            ("F10", "keys.menu"),
            ("Ctrl+,", "keys.settings"),
            ("F11", "frame.bench_mode"),
            ("Ctrl++", "frame.text_larger"),
            ("Ctrl+-", "frame.text_smaller"),
            ("Ctrl+0", "frame.text_usual"),
            ("F1", "keys.keys"),
        ),
    ),
    (
        "keys.open_order",
        (
            ("+  −", "keys.units"),
            ("0 … 9", "keys.digits"),
            ("6*", "keys.typed_quantity"),
            ("Ctrl+←  Ctrl+→", "keys.move_units"),
            ("Ctrl+A", "keys.pack_all"),
            ("Ctrl+N", "keys.new_package"),
            ("Ctrl+B", "keys.ship_box"),
            ("Alt+P", "keys.preview"),
            ("Ctrl+Z", "keys.undo"),
            ("F4", "keys.all_fields"),
            ("Enter", "keys.enter"),
            ("Esc", "keys.escape"),
            ("Alt+K", "keys.keep_label"),
            ("Alt+O", "keys.take_over"),
            ("1 … 9", "keys.choose"),
            ("F9", "keys.order_menu"),
            ("Ctrl+Enter", "keys.ship"),
            ("Ctrl+P", "keys.packing_slip"),
            ("Alt+N", "keys.next_order"),
        ),
    ),
    (
        "keys.barcodes",
        (
            ("%SHIP", "keys.ship"),
            ("%NEXT PACKAGE", "keys.new_package"),
            ("%ALL LEFT", "keys.pack_all"),
            ("%UNDO", "keys.undo_barcode"),
            ("%SLIP", "keys.packing_slip"),
            ("%NEXT ORDER", "keys.next_order"),
            ("%OK", "keys.enter"),
            ("%STOP", "keys.stop"),
            ("%BADGE NAME", "keys.badge"),
        ),
    ),
)
"""The keys and command barcodes in groups, each with the message of what it does."""


class KeysSheet(Dialog):
    """Every key on one page. Opened with `open()`; Esc, F1 and Enter close it. Signal: help_requested()."""

    help_requested = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, prefix: str = "%") -> None:
        """Show the keys, and the command barcodes with the site's prefix."""
        super().__init__(parent, theme, "keys_sheet", text("keys.title"))
        px = theme.tokens.px
        # In large text the groups stand one below the other.
        sides = [column(theme, spacing=14) for _ in range(1 if theme.tokens.scale >= ONE_COLUMN_FROM else 2)]
        for position, (title, keys) in enumerate(KEYS):
            inside = QGridLayout()
            inside.setContentsMargins(px(16), px(12), px(16), px(14))
            inside.setHorizontalSpacing(px(18))
            inside.setVerticalSpacing(px(7))
            inside.setColumnStretch(1, 1)
            inside.addWidget(widgets.label(text(title), "heading"), 0, 0, 1, 2)
            for line, (key, meaning_id) in enumerate(keys, 1):
                name = prefix + key[1:] if key.startswith("%") else "  ".join(map(key_name, key.split("  ")))
                inside.addWidget(widgets.badge(name, "quiet"), line, 0, Qt.AlignmentFlag.AlignLeft)
                meaning = wrapped(text(meaning_id))
                meaning.setMinimumWidth(px(190))
                inside.addWidget(meaning, line, 1)
            sides[position % len(sides)].addWidget(widgets.card(inside))
        for side in sides:
            side.addStretch(1)
        cards = QWidget()
        row(theme, *sides, spacing=14, margins=(6, 6, 6, 6), parent=cards)
        scroll = FittingScrollArea(cards, min_px=px(200))
        scroll.setProperty("variant", "read")
        # On a small screen the arrow keys scroll it.
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        close = action("close", text("button.close"), self.accept, key="Esc")
        close.setShortcut("F1")
        close.setDefault(True)
        help_ = action("open_help", text("keys.help"), self._open_help)
        heading = widgets.label(text("keys.title"), "number")
        column(theme, heading, scroll, row(theme, 1, close, help_), spacing=12, margins=(18, 14, 18, 16), parent=self)
        self._fit(SIZE_PX)

    def _open_help(self) -> None:
        self.accept()
        self.help_requested.emit()
