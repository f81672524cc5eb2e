"""Updates as they would be sent: a summary, and the exact request without the API key."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import escaped_json, plain
from shipconsole.messages import text
from shipconsole.operations.shipping.plan import PlannedUpdate
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.screen_fit import limited
from shipconsole.ui.kit.theme import Theme


class PreviewDialog(QDialog):
    """One tab for each update. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, updates: Sequence[PlannedUpdate]) -> None:
        """Show some updates."""
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
        for update in updates:
            self._texts.append(request_text(update))
            self.tabs.addTab(self._page(update, self._texts[-1]), widgets.button_text(update.connection.name))
        self._copy = widgets.button(text("button.copy"))
        self._copy.setObjectName("copy")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._copy.setEnabled(bool(updates))
        self.tabs.currentChanged.connect(self._on_tab_changed)
        close = widgets.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._copy)
        hint = widgets.label(text("requests.hint"), "secondary")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(10))
        column.addWidget(widgets.label(text("requests.title"), "number"))
        column.addWidget(hint)
        column.addWidget(self.tabs, 1)
        column.addLayout(buttons)
        self.resize(limited(self, px(680), px(520)))

    def _page(self, update: PlannedUpdate, request: str) -> QWidget:
        px = self._theme.tokens.px
        page = QWidget()
        summary = (update.connection.name, update.request.call, str(update.request.summary))
        heading = widgets.label(" · ".join(part for part in summary if part), "strong")
        heading.setWordWrap(True)
        heading.setObjectName("summary")
        warnings = widgets.label("\n".join(str(warning.sentence) for warning in update.request.warnings), "", "wait")
        warnings.setObjectName("warnings")
        warnings.setWordWrap(True)
        warnings.setVisible(bool(update.request.warnings))
        email = wrapped(str(update.customer_email or ""), "secondary", name="customer_email")
        email.setVisible(update.customer_email is not None)
        body = QPlainTextEdit()
        body.setObjectName("request")
        body.setAccessibleName(text("requests.title"))
        body.setReadOnly(True)
        body.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        body.setTabChangesFocus(True)
        typeface = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        typeface.setPixelSize(px(13))
        typeface.setStyleHint(QFont.StyleHint.Monospace)
        body.setFont(typeface)
        body.setPlainText(plain(request, lines=True))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, px(10), 0, 0)
        column.setSpacing(px(8))
        column.addWidget(heading)
        column.addWidget(warnings)
        column.addWidget(email)
        column.addWidget(body, 1)
        return page

    def _on_copy_clicked(self) -> None:
        widgets.copy(self._texts[self.tabs.currentIndex()])
        self._copy.setText(text("button.copied"))

    def _on_tab_changed(self, _: int) -> None:
        self._copy.setText(text("button.copy"))


def request_text(update: PlannedUpdate) -> str:
    """Return a request's method, address, and body as the platform will receive them, without the API key."""
    request = update.request
    query = f"?{urlencode(request.query)}" if request.query else ""
    base = urlsplit(update.connection.base_url)
    head = f"{request.method} {base.path.rstrip('/')}{request.path}{query}\nHost: {base.netloc}"
    if not request.body_text:
        return head
    # Escaped as JSON allows: control characters that are pasted into a terminal do nothing there.
    return f"{head}\n\n{escaped_json(json.dumps(json.loads(request.body_text), indent=2, ensure_ascii=False))}"
