"""The palette and the one style sheet, made from the tokens."""

import re

from PySide6.QtGui import QColor, QPalette

from shipconsole.ui.kit.tokens import Tokens


def palette(t: Tokens) -> QPalette:
    """What Qt draws by itself, in the colours of the tokens."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: t.window,
        roles.WindowText: t.text,
        roles.Base: t.field,
        roles.AlternateBase: t.hover,
        roles.ToolTipBase: t.card,
        roles.ToolTipText: t.text,
        roles.PlaceholderText: t.secondary,
        roles.Text: t.text,
        roles.Button: t.card,
        roles.ButtonText: t.text,
        roles.Light: t.card,
        roles.Midlight: t.line,
        roles.Mid: t.line,
        roles.Dark: t.secondary,
        roles.Highlight: t.accent,
        roles.HighlightedText: t.on_accent,
        roles.Link: t.accent_text,
        roles.Accent: t.accent,
    }.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.secondary))
    return made


def style_sheet(t: Tokens) -> str:
    """The one style sheet; `@name` stands for a colour, `~12px` for a length at the text scale."""
    text = _SHEET
    colours = {name: value for name, value in t._asdict().items() if isinstance(value, str)}
    # The longest names first: accent_soft is not accent followed by _soft.
    for name in sorted(colours, key=len, reverse=True):
        text = text.replace(f"@{name}", colours[name])
    return re.sub(r"~(\d+)px", lambda found: f"{t.px(int(found[1]))}px", text)


_SHEET = """
QToolTip { background: @card; color: @text; border: 1px solid @line; padding: ~4px; }
QFrame[look="card"] { background: @card; border: 1px solid @line; border-radius: ~10px; }
QFrame[look="bar"] { background: @card; border: none; border-bottom: 1px solid @line; }
QFrame[look="line"] { background: @line; border: none; max-height: 1px; }
QFrame[look="trouble"] { background: @bad_soft; border: none; border-bottom: 1px solid @bad; }
QFrame[look="verdict"] { border: none; }
QFrame[look="verdict"][severity="locked"] { background: @bad_solid; }
QFrame[look="verdict"][severity="confirm"], QFrame[look="verdict"][severity="notice"] { background: @wait_solid; }
QFrame[look="verdict"][severity="locked"] QLabel { color: @on_bad; }
QFrame[look="verdict"][severity="confirm"] QLabel, QFrame[look="verdict"][severity="notice"] QLabel { color: @on_wait; }
QDialog { background: @window; }

QLabel { background: transparent; border: none; }
QLabel[look="heading"] { font-size: ~14px; font-weight: 600; }
QLabel[look="title"] { font-size: ~15px; font-weight: 600; }
QLabel[look="number"] { font-size: ~21px; font-weight: 700; }
QLabel[look="strong"] { font-weight: 600; }
QFrame[look="differs"] { background: @wait_soft; border: none; border-radius: ~8px; }
QLabel[look="secondary"], QLabel[look="field"] { color: @secondary; font-size: ~12px; }
QLabel[tone="good"] { color: @good; }
QLabel[tone="wait"] { color: @wait; }
QLabel[tone="bad"] { color: @bad; }
QLabel[tone="accent"] { color: @accent_text; }
QLabel[tone="quiet"] { color: @secondary; }
QLabel[look="pill"] { font-size: ~12px; font-weight: 600; border-radius: ~9px; padding: ~2px ~8px;
    min-height: ~15px; }
QLabel[look="pill"][dot="true"] { padding-left: ~22px; }
QLabel[look="pill"][tone="good"] { background: @good_soft; }
QLabel[look="pill"][tone="wait"] { background: @wait_soft; }
QLabel[look="pill"][tone="bad"] { background: @bad_soft; }
QLabel[look="pill"][tone="accent"] { background: @accent_soft; }
QLabel[look="pill"][tone="quiet"] { background: @quiet_soft; }
QLabel[look="status"] { font-size: ~22px; font-weight: 700; border-radius: ~9px; padding: ~5px ~12px; }
QLabel[look="status"][tone="good"] { background: @good_soft; }
QLabel[look="status"][tone="wait"] { background: @wait_soft; }
QLabel[look="status"][tone="bad"] { background: @bad_soft; }
QLabel[look="status"][tone="accent"] { background: @accent_soft; }
QLabel[look="status"][tone="quiet"] { background: @quiet_soft; }

QPushButton { background: @card; color: @text; border: 1px solid @line; border-radius: ~8px;
    font-weight: 600;
    padding: 0 ~12px; min-height: ~30px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @accent_soft; }
QPushButton:focus { border: 2px solid @accent; padding: 0 ~11px; min-height: ~28px; }
QPushButton:disabled { color: @secondary; background: @quiet_soft; }
QPushButton[look="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent;
    font-size: ~15px;
    min-height: ~42px; border-radius: ~9px; }
QPushButton[look="primary"]:hover { background: @accent_hover; }
QPushButton[look="primary"]:focus { border: 2px solid @text; min-height: ~40px; }
QPushButton[look="primary"]:disabled { background: @quiet_soft; color: @secondary; border-color: @line; }
QPushButton[look="quiet"] { background: transparent; border: 1px solid transparent; color: @secondary; }
QPushButton[look="quiet"]:hover { color: @text; background: @hover; }
QPushButton[look="quiet"]:focus { border: 2px solid @accent; }
QPushButton[look="tab"] { background: transparent; border: 1px solid transparent; color: @secondary;
    padding: 0 ~9px; min-height: ~30px; }
QPushButton[look="tab"]:hover { background: @hover; color: @text; }
QPushButton[look="tab"]:checked { background: @accent_soft; color: @accent_text; }
QPushButton[look="tab"]:focus { border: 2px solid @accent; padding: 0 ~8px; min-height: ~28px; }
QPushButton[look="round"] { border-radius: ~15px; padding: 0; min-width: ~30px; max-width: ~30px;
    min-height: ~30px;
    max-height: ~30px; font-size: ~15px; }
QPushButton[look="round"]:focus { padding: 0; border: 2px solid @accent; min-width: ~28px; max-width: ~28px;
    min-height: ~28px; max-height: ~28px; }

QLineEdit, QComboBox, QSpinBox, QDateEdit, QPlainTextEdit, QListView[look="field"] { background: @field; color: @text;
    border: 1px solid @line; border-radius: ~8px; padding: 0 ~9px; min-height: ~32px;
    selection-background-color: @accent;
    selection-color: @on_accent; }
QPlainTextEdit { padding: ~6px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus { border: 2px solid @accent;
    padding: 0 ~8px;
    min-height: ~30px; }
QPlainTextEdit:focus { padding: ~5px; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QSpinBox[wrong="true"] { border: 2px solid @bad;
    padding: 0 ~8px;
    min-height: ~30px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: @secondary; background: @window; }
QLineEdit[look="shown"] { background: transparent; border: 1px solid transparent; min-height: ~24px; }
QLineEdit[look="shown"]:focus { border: 2px solid @line; min-height: ~22px; }
QLineEdit[look="scan"] { font-size: ~16px; border: 2px solid @line; border-radius: ~8px; padding: 0 ~14px;
    min-height: ~38px; }
QLineEdit[look="scan"]:focus { border: 2px solid @accent; padding: 0 ~14px; min-height: ~38px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: ~22px; }
QComboBox QAbstractItemView, QMenu { background: @card; color: @text; border: 1px solid @line;
    selection-background-color: @selection; selection-color: @text; outline: none; }
QMenu::item { padding: ~7px ~22px; }
QMenu::item:selected { background: @selection; }

QAbstractScrollArea { border: none; }
QScrollArea, QScrollArea > QWidget > QWidget[look="scrolled"] { background: transparent; }
QTableView, QListView, QTreeView { background: @card; color: @text; border: none; outline: none;
    gridline-color: @line;
    selection-background-color: @selection; selection-color: @text; }
QTableView { border-radius: ~4px; }
QHeaderView { background: @card; border: none; }
QHeaderView::section { background: @card; color: @secondary; border: none; border-bottom: 1px solid @line;
    font-size: ~12px; font-weight: 600; padding: 0 ~8px; min-height: ~32px; }
QHeaderView::section:hover { color: @text; }
QScrollBar:vertical { background: transparent; width: ~10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ~10px; margin: 0; }
QScrollBar::handle { background: @track; border-radius: ~4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: ~36px; }
QScrollBar::handle:horizontal { min-width: ~36px; }
QScrollBar::handle:hover { background: @secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @accent_soft; }
QProgressBar { background: @track; border: none; border-radius: ~3px; min-height: ~6px; max-height: ~6px; }
QProgressBar::chunk { background: @accent; border-radius: ~3px; }
QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; color: @secondary; font-weight: 600; padding: ~7px ~12px;
    border-radius: ~8px;
    border: 2px solid transparent; }
QTabBar::tab:selected { background: @accent_soft; color: @accent_text; }
QTabBar:focus { outline: none; }
QTabBar::tab:focus { border: 2px solid @accent; }
"""
