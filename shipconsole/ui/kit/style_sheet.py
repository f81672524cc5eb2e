"""The palette and the one style sheet, made from the tokens."""

import re

from PySide6.QtGui import QColor, QPalette

from shipconsole.ui.kit.tokens import Tokens


def palette(t: Tokens) -> QPalette:
    """Return the palette for what Qt draws without the style sheet."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, color in {
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
        made.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.secondary))
    return made


def style_sheet(t: Tokens) -> str:
    """Return the style sheet, in which `@name` is a color and `~12px` a length at the text scale."""
    text = _SHEET
    colors = {name: value for name, value in t._asdict().items() if isinstance(value, str)}
    # The longest names first: accent_soft is not accent followed by _soft.
    for name in sorted(colors, key=len, reverse=True):
        text = text.replace(f"@{name}", colors[name])
    return re.sub(r"~(\d+)px", lambda found: f"{t.px(int(found[1]))}px", text)


_SHEET = """
QToolTip { background: @card; color: @text; border: 1px solid @line; padding: ~4px; }
QFrame[variant="card"] { background: @card; border: 1px solid @line; border-radius: ~12px; }
QFrame[variant="part"] { background: transparent; border: none; }
QFrame[variant="sheet"] { background: @card; border: 1px solid @control; border-radius: ~12px; }
QFrame[variant="bar"] { background: @card; border: none; border-bottom: 1px solid @line; }
QFrame[variant="line_above"] { background: transparent; border: none; border-top: 1px solid @line; }
QFrame[variant="line"] { background: @line; border: none; max-height: 1px; }
QFrame[variant="banner_message"] { background: @bad_soft; border: 1px solid @bad; border-radius: ~12px; }
QFrame[variant="banner_message"] QLabel { color: @text; }
QFrame[variant="banner_message"] QLabel[severity="bad"] { color: @bad; }
QFrame[variant="package"] { background: @card; border: 1px solid @line; border-radius: ~10px; }
QFrame[variant="open_package"] { background: @card; border: 2px solid @accent; border-radius: ~10px; }
QDialog { background: @window; }
QDialog[variant="pages"] { background: @card; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QSpinBox QLineEdit, QSpinBox QLineEdit:focus { border: none; background: transparent; padding: 0 ~8px 0 0;
    min-height: 0; }

QLabel { background: transparent; border: none; }
QLabel[variant="heading"] { font-size: ~14px; font-weight: 600; }
QLabel[variant="title"] { font-size: ~15px; font-weight: 600; }
QLabel[variant="number"] { font-size: ~21px; font-weight: 700; }
QLabel[variant="strong"] { font-weight: 600; }
QFrame[variant="differs"] { background: @wait_soft; border: none; border-radius: ~8px; }
QFrame[variant="differs"][place="pane"] { border-radius: 0px; }
QLabel[variant="secondary"], QLabel[variant="field"] { color: @secondary; font-size: ~12px; }
QLabel[severity="good"] { color: @good; }
QLabel[severity="wait"] { color: @wait; }
QLabel[severity="bad"] { color: @bad; }
QLabel[severity="accent"] { color: @accent_text; }
QLabel[severity="quiet"] { color: @secondary; }
QLabel[variant="badge"] { font-size: ~12px; font-weight: 600; border-radius: ~9px; padding: ~2px ~8px;
    min-height: ~15px; }
QLabel[variant="badge"][dot="true"] { padding-left: ~22px; }
QLabel[variant="badge"][icon="true"] { padding-left: ~26px; }
QLabel[variant="badge"][severity="good"] { background: @good_soft; }
QLabel[variant="badge"][severity="wait"] { background: @wait_soft; }
QLabel[variant="badge"][severity="bad"] { background: @bad_soft; }
QLabel[variant="badge"][severity="accent"] { background: @accent_soft; }
QLabel[variant="badge"][severity="quiet"] { background: @quiet_soft; }
QLabel[variant="status"] { font-size: ~13px; font-weight: 600; border-radius: ~11px; padding: ~3px ~10px; }
QLabel[variant="status"][severity="good"] { background: @good_soft; }
QLabel[variant="status"][severity="wait"] { background: @wait_soft; }
QLabel[variant="status"][severity="bad"] { background: @bad_soft; }
QLabel[variant="status"][severity="accent"] { background: @accent_soft; }
QLabel[variant="status"][severity="quiet"] { background: @quiet_soft; }

QPushButton { background: @card; color: @text; border: 1px solid @control; border-radius: ~8px;
    font-weight: 600;
    padding: 0 ~12px; min-height: ~30px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @accent_soft; }
QPushButton:focus { border: 2px solid @accent; padding: 0 ~11px; min-height: ~28px; }
QPushButton:disabled { color: @secondary; background: @quiet_soft; border-color: @line; }
QPushButton[variant="primary"] { background: @accent; color: @on_accent; border: 1px solid @accent;
    min-height: ~34px; }
QPushButton[variant="primary"]:hover { background: @accent_hover; }
QPushButton[variant="primary"]:focus { border: 2px solid @text; min-height: ~32px; }
QPushButton[variant="primary"]:disabled { background: @quiet_soft; color: @secondary; border-color: @line; }
QPushButton[variant="quiet"] { background: transparent; border: 1px solid transparent; color: @secondary; }
QPushButton[variant="quiet"]:hover { color: @text; background: @hover; }
QPushButton[variant="quiet"]:focus { border: 2px solid @accent; }
QPushButton[variant="tab"] { background: transparent; border: 1px solid transparent; color: @secondary;
    padding: 0 ~9px; min-height: ~30px; }
QPushButton[variant="tab"]:hover { background: @hover; color: @text; }
QPushButton[variant="tab"]:checked { background: @accent_soft; color: @accent_text; }
QPushButton[variant="tab"]:focus { border: 2px solid @accent; padding: 0 ~8px; min-height: ~28px; }
QPushButton[variant="top"] { background: @card; border: 1px solid @control; padding: 0; min-height: ~34px; }
QPushButton[variant="top"]:hover { background: @hover; }
QPushButton[variant="top"]:focus { border: 2px solid @accent; min-height: ~32px; }
QPushButton[variant="top"][severity="bad"] { background: @bad_soft; border: 1px solid @bad_soft; }
QPushButton[variant="top"][severity="wait"] { background: @wait_soft; border: 1px solid @wait_soft; }
QPushButton[variant="top"][severity="bad"]:focus, QPushButton[variant="top"][severity="wait"]:focus {
    border: 2px solid @accent; }
QPushButton[variant="bare"], QPushButton[variant="bare"]:focus { background: transparent; border: none; padding: 0;
    min-height: 0; }
QPushButton[variant="selector"] { color: @secondary; padding: 0; text-align: left; border: 1px solid @secondary;
    min-height: ~34px; }
QPushButton[variant="selector"]:focus { border: 2px solid @accent; min-height: ~32px; }
QPushButton[variant="round"] { border-radius: ~15px; padding: 0; min-width: ~30px; max-width: ~30px;
    min-height: ~30px;
    max-height: ~30px; font-size: ~15px; }
QPushButton[variant="round"]:focus { padding: 0; border: 2px solid @accent; min-width: ~28px; max-width: ~28px;
    min-height: ~28px; max-height: ~28px; }

QPushButton[place="row"] { min-height: ~34px; }
QPushButton[place="row"]:focus { min-height: ~32px; }

QCheckBox, QRadioButton { min-height: ~32px; }
QPushButton[variant="segment"] { border-radius: 0; border-right: none; padding: 0 ~13px; font-weight: 500; }
QPushButton[variant="segment"][end="left"] { border-top-left-radius: ~8px; border-bottom-left-radius: ~8px; }
QPushButton[variant="segment"][end="right"] { border-right: 1px solid @control; border-top-right-radius: ~8px;
    border-bottom-right-radius: ~8px; }
QPushButton[variant="segment"][end="both"] { border-right: 1px solid @control; border-radius: ~8px; }
QPushButton[variant="segment"]:checked { background: @accent_soft; color: @accent_text; font-weight: 600; }
QPushButton[variant="segment"]:focus { border: 2px solid @accent; padding: 0 ~12px; min-height: ~28px; }
QPushButton[variant="link"] { background: transparent; border: 1px solid transparent; color: @accent_text; }
QPushButton[variant="link"]:hover { background: @hover; }
QPushButton[variant="link"]:focus { border: 2px solid @accent; }

QLineEdit, QComboBox, QSpinBox, QDateEdit, QPlainTextEdit,
QListView[variant="field"] { background: @field; color: @text;
    border: 1px solid @control; border-radius: ~10px; padding: 0 ~9px; min-height: ~34px;
    selection-background-color: @accent;
    selection-color: @on_accent; }
QPlainTextEdit { padding: ~6px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus { border: 2px solid @accent;
    padding: 0 ~8px;
    min-height: ~32px; }
QPlainTextEdit:focus { padding: ~5px; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QSpinBox[wrong="true"] { border: 2px solid @bad;
    padding: 0 ~8px;
    min-height: ~32px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: @secondary; background: @window; }
QLineEdit[variant="shown"] { background: transparent; border: 1px solid transparent; min-height: ~24px; }
QLineEdit[variant="shown"]:focus { border: 2px solid @control; min-height: ~22px; }
QLineEdit[variant="scan"], QLineEdit[variant="scan"]:focus { font-size: ~16px; border: 2px solid @control;
    border-radius: ~10px; padding: 0 ~58px 0 ~50px; min-height: ~40px; }
QLineEdit[variant="scan"]:focus { border-color: @accent; }
QLineEdit[variant="scan"][locked="true"], QLineEdit[variant="scan"][locked="true"]:focus { border-color: @bad; }
QLineEdit[variant="search"] { padding-left: ~32px; }
QLineEdit[variant="search"]:focus { padding-left: ~31px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: ~22px; }
QComboBox QAbstractItemView, QMenu { background: @card; color: @text; border: 1px solid @control;
    selection-background-color: @selection; selection-color: @text; outline: none; }
QMenu::item { padding: ~5px ~22px; }
QMenu::item:selected { background: @selection; }
QMenu::separator { height: 1px; background: @line; margin: ~3px 0; }

QAbstractScrollArea { border: none; }
QPlainTextEdit { border: 1px solid @control; }
QScrollArea, QScrollArea > QWidget > QWidget[variant="scrolled"] { background: transparent; }
QScrollArea[variant="read"], QTableView, QListView, QTreeView { border: 2px solid transparent; border-radius: ~4px; }
QScrollArea[variant="read"]:focus, QTableView:focus, QListView:focus, QTreeView:focus { border-color: @accent; }
QListView[variant="pages"]:focus { border-color: transparent; }
QTableView[variant="rows"], QTableView[variant="rows"]:focus { border: none; border-radius: 0; }
QListView[variant="field"]:focus { border: 2px solid @accent; padding: 0 ~8px; }
QTableView, QListView, QTreeView { background: @card; color: @text; outline: none;
    gridline-color: @line;
    selection-background-color: @selection; selection-color: @text; }
QTableView#line_table { selection-background-color: transparent; }
QTableView::item { padding: 0 ~5px; }
QTreeView::item { min-height: ~26px; padding: 0 ~6px; }
QListView::item { padding: 0 ~6px; }
QListView[variant="field"]::item { padding: ~3px 0; }
QListView[variant="field"]::indicator { width: ~12px; height: ~12px; border: 1px solid @secondary; border-radius: ~3px;
    background: @field; }
QListView[variant="field"]::indicator:checked { width: ~6px; height: ~6px; border: ~4px solid @accent; }
QListView[variant="pages"] { background: transparent; }
QListView[variant="pages"]::item { color: @text; border: 2px solid transparent; border-radius: ~8px;
    padding: 0 ~8px; margin: 1px 0; }
QListView[variant="pages"]::item:hover { background: @hover; }
QListView[variant="pages"]::item:selected { background: @accent_soft; color: @accent_text; }
QListView[variant="pages"]::item:selected:focus { border: 2px solid @accent; }
QFrame[variant="side"] { background: @window; border: none; border-right: 1px solid @line; }
QFrame[variant="result"] { border-radius: ~10px; border: 1px solid @line; background: @card; }
QFrame[variant="result"][severity="good"] { background: @good_soft; border-color: @good; }
QFrame[variant="result"][severity="wait"] { background: @wait_soft; border-color: @wait; }
QFrame[variant="result"][severity="bad"] { background: @bad_soft; border-color: @bad; }
QSlider::groove:horizontal { height: ~4px; background: @track; border-radius: ~2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: ~2px; }
QSlider::handle:horizontal { background: @card; border: 2px solid @accent; width: ~16px; height: ~16px;
    margin: -~8px 0; border-radius: ~9px; }
QSlider::handle:horizontal:focus { background: @accent; }
QHeaderView { background: @card; border: none; }
QHeaderView::section { background: @card; color: @secondary; border: none; border-bottom: 1px solid @line;
    font-size: ~12px; font-weight: 600; padding: 0 ~8px; min-height: ~32px; }
QHeaderView::section:hover { color: @text; }
QScrollBar:vertical { background: transparent; width: ~10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ~10px; margin: 0; }
QScrollBar::handle { background: @control; border-radius: ~4px; margin: 1px; }
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
