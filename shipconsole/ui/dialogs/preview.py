"""Shows each message as it would leave: in plain words on top, to the letter below; never the keys."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import escaped_json
from shipconsole.messages import text
from shipconsole.operations.shipping.ship import PlannedUpdate
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class PreviewDialog(QDialog):
    """One tab a message. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, told: Sequence[PlannedUpdate]) -> None:
        """Show these messages."""
        super().__init__(parent)
        self.setObjectName("preview_dialog")
        self.setWindowTitle(text("requests.title"))
        self._theme = theme
        px = theme.tokens.px
        self.tabs = QTabWidget()
        self.tabs.setObjectName("messages")
        self.tabs.setAccessibleName(text("requests.title"))
        self.tabs.tabBar().setDrawBase(False)
        self._texts: list[str] = []
        for one in told:
            self._texts.append(message_text(one))
            self.tabs.addTab(self._page(one, self._texts[-1]), kit.button_text(one.connection.name))
        self._copy = kit.button(text("button.copy"))
        self._copy.setObjectName("copy")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._copy.setEnabled(bool(told))
        self.tabs.currentChanged.connect(self._on_tab_changed)
        close = kit.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        hint = kit.label(text("requests.hint"), "secondary")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(16), px(18), px(16))
        column.setSpacing(px(10))
        column.addWidget(hint)
        column.addWidget(self.tabs, 1)
        column.addLayout(buttons)
        self.resize(px(680), px(520))

    def _page(self, one: PlannedUpdate, whole: str) -> QWidget:
        px = self._theme.tokens.px
        page = QWidget()
        summary = (one.connection.name, one.request.call, str(one.request.summary))
        said = kit.label(" · ".join(part for part in summary if part), "strong")
        said.setWordWrap(True)
        said.setObjectName("in_words")
        warned = kit.label("\n".join(str(warning.sentence) for warning in one.request.warnings), "", "wait")
        warned.setObjectName("warnings")
        warned.setWordWrap(True)
        warned.setVisible(bool(one.request.warnings))
        body = QPlainTextEdit()
        body.setObjectName("to_the_letter")
        body.setAccessibleName(text("requests.title"))
        body.setReadOnly(True)
        body.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        body.setTabChangesFocus(True)
        typeface = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        typeface.setPixelSize(px(13))
        typeface.setStyleHint(QFont.StyleHint.Monospace)
        body.setFont(typeface)
        body.setPlainText(kit.plain(whole, lines=True))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, px(10), 0, 0)
        column.setSpacing(px(8))
        column.addWidget(said)
        column.addWidget(warned)
        column.addWidget(body, 1)
        return page

    def _on_copy_clicked(self) -> None:
        kit.copy(self._texts[self.tabs.currentIndex()])
        self._copy.setText(text("button.copied"))

    def _on_tab_changed(self, _: int) -> None:
        self._copy.setText(text("button.copy"))


def message_text(one: PlannedUpdate) -> str:
    """Method, address and body of a message, as the platform will see them but for the keys."""
    request = one.request
    query = f"?{urlencode(request.query)}" if request.query else ""
    host = urlsplit(one.connection.base_url).netloc
    head = f"{request.method} {urlsplit(one.connection.base_url).path.rstrip('/')}{request.path}{query}\nHost: {host}"
    if not request.body_text:
        return head
    # Spelled out as JSON allows: it can be copied to where it would be obeyed.
    return f"{head}\n\n{escaped_json(json.dumps(json.loads(request.body_text), indent=2, ensure_ascii=False))}"
