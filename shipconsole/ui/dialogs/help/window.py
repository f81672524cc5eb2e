"""Shows the pages of help: links between them work, other pages of the web are asked about, nothing is loaded."""

from PySide6.QtCore import QByteArray, QSize, Qt, QUrl
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTextBrowser, QWidget

from shipconsole import messages
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.dialogs.help.pages import FIRST, PAGES, Address, address_of, slug, text_of, title_of
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.layout import action, column, row
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.links import checked_link, open_link

SIZE_PX = (1_000, 680)
SIDE_PX = 226
BACK_KEY = "Alt+Left"
_PAGE = Qt.ItemDataRole.UserRole


class Browser(QTextBrowser):
    """Shows one page; neither a picture nor a style is loaded from anywhere."""

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        """Load nothing; for no content at all, Qt would read the file itself."""
        return QByteArray(b" ")


class HelpWindow(Dialog):
    """The pages of docs/, from the first or another one. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, theme: Theme, address: Address = Address(FIRST)) -> None:  # noqa: B008
        """Begin at a page and a heading in it."""
        super().__init__(parent, theme, "help_window", text("help_window.title"))
        self.address = address
        """The page and the heading that are shown."""
        self._earlier: list[Address] = []
        self._documents: dict[str, QTextDocument] = {}
        self._list = QListWidget()
        self._list.setObjectName("help_pages")
        self._list.setAccessibleName(text("help_window.pages"))
        self._list.setProperty("variant", "pages")
        self._list.setFixedWidth(theme.tokens.px(SIDE_PX))
        for page in PAGES:
            item = QListWidgetItem(plain(title_of(page)))
            item.setData(_PAGE, page)
            item.setSizeHint(QSize(0, theme.tokens.px(34)))
            self._list.addItem(item)
        self._browser = Browser()
        self._browser.setObjectName("help_page")
        self._browser.setAccessibleName(text("help_window.page"))
        self._browser.setOpenLinks(False)
        self._browser.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._browser.anchorClicked.connect(lambda url: self.follow(url.toString()))
        self._message = widgets.label("", "secondary")
        self._message.setObjectName("help_message")
        self._message.setWordWrap(True)
        self._back_button = action("help_back", text("help_window.back"), self.back, key=BACK_KEY)
        close = action("close", text("button.close"), self.reject, key="Esc")
        body = row(theme, self._list, (self._browser, 1), spacing=14)
        foot = row(theme, (self._message, 1), close, self._back_button)
        heading = widgets.label(text("help_window.title"), "number")
        column(theme, heading, (body, 1), foot, spacing=12, margins=(18, 14, 18, 16), parent=self)
        self._make_keys({BACK_KEY: self.back})
        self._fit(SIZE_PX)
        self._list.currentItemChanged.connect(self._on_chosen)
        self._show(address)
        self._browser.setFocus()

    def follow(self, link: str) -> None:
        """Go where a link leads; a page of the web is opened only if a person agrees."""
        address = address_of(link, self.address.page)
        if address is not None:
            self.go_to(address)
            return
        checked = checked_link(link) if link.startswith("https://") else None
        if checked is not None:
            open_link(self, self._theme, checked)
        self._message.setText(plain(link if checked else text("help_window.not_here", link=link)))

    def go_to(self, address: Address) -> None:
        """Show a page, and remember the one before."""
        if address != self.address:
            self._earlier.append(self.address)
            self._show(address)

    def back(self) -> None:
        """Show the page before."""
        if self._earlier:
            self._show(self._earlier.pop())

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_PAGE) != self.address.page:
            self.go_to(Address(item.data(_PAGE)))

    def _show(self, address: Address) -> None:
        self.address = address
        self._list.setCurrentRow(PAGES.index(address.page))
        document = self._document(address.page)
        self._browser.setDocument(document)
        is_english = messages.language() in (messages.ENGLISH, messages.PSEUDO)
        self._message.setText("" if is_english else text("help_window.in_english"))
        self._back_button.setEnabled(bool(self._earlier))
        self._browser.setTextCursor(_at(document, address.heading))
        bar = self._browser.verticalScrollBar()
        bar.setValue(0 if not address.heading else bar.value() + self._browser.cursorRect().top())

    def _document(self, page: str) -> QTextDocument:
        """Return a page, made when it is first shown; while nothing shows it, its changes cost no layout."""
        if page not in self._documents:
            self._documents[page] = made = QTextDocument(self._browser)
            made.setDefaultFont(self._browser.font())
            made.setMarkdown(text_of(page), QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
            self._dress(made)
        return self._documents[page]

    def _dress(self, document: QTextDocument) -> None:
        """Give the page margins, and its tables lines and room."""
        tokens = self._theme.tokens
        edit = QTextCursor(document)
        edit.beginEditBlock()
        document.setDocumentMargin(tokens.px(16))
        for table in (frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)):
            form = QTextTableFormat(table.format().toTableFormat())
            form.setBorder(0)
            form.setCellSpacing(0)
            form.setCellPadding(tokens.px(6))
            form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            table.setFormat(form)
            # Every second row has another background, which leads the eye as lines would.
            for number in range(0, table.rows(), 2):
                for cell in (table.cellAt(number, position) for position in range(table.columns())):
                    shaded = cell.format()
                    shaded.setBackground(tokens.color("quiet_soft"))
                    cell.setFormat(shaded)
        cursor = QTextCursor(document)
        while True:
            form = QTextBlockFormat(cursor.blockFormat())
            level = form.headingLevel()
            form.setNonBreakableLines(False)
            if cursor.currentTable():
                cursor.setBlockFormat(form)
            else:
                form.setTopMargin(tokens.px({1: 0, 2: 18, 3: 12}.get(level, 4)))
                form.setBottomMargin(tokens.px(6))
                form.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
                cursor.setBlockFormat(form)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                break
        edit.endEditBlock()


def _at(document: QTextDocument, heading: str) -> QTextCursor:
    """Return the cursor at a heading, at the beginning without one."""
    block = document.begin()
    while heading and block.isValid():
        level = block.blockFormat().intProperty(QTextFormat.Property.HeadingLevel.value)
        if level and slug(block.text()) == heading:
            return QTextCursor(block)
        block = block.next()
    return QTextCursor(document)
