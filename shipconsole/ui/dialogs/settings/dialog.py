"""Settings: pages at the left, the settings of one page at the right; what is changed acts at once and is saved."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.station import settings
from shipconsole.ui.dialogs.settings.icons import SIDE_PX, page_icon
from shipconsole.ui.dialogs.settings.page import SCROLL_BAR_PX, STACKED_FROM, SettingsPage
from shipconsole.ui.dialogs.settings.pages import ScannerPage, SettingsParts, make_page
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.layout import action, column, line, row
from shipconsole.ui.kit.screen_fit import FoldingScrollArea
from shipconsole.ui.kit.search_field import SearchField

SIZE_PX = (960, 640)
PAGES_PX = 262
_PAGE = Qt.ItemDataRole.UserRole


class PageList(QListWidget):
    """A list that keys of a scanner do not move."""

    def keyboardSearch(self, search: str) -> None:
        """Search nothing."""


class SettingsDialog(Dialog):
    """All settings of the station. Opened with `open()`."""

    def __init__(self, parent: QWidget | None, parts: SettingsParts, page: settings.Page = "appearance") -> None:
        """Begin at a page."""
        super().__init__(parent, parts.theme, "settings_dialog", text("settings_dialog.title"))
        self.setProperty("variant", "pages")
        self._parts = parts
        self._pages: dict[settings.Page, SettingsPage] = {}
        self._stack = QStackedWidget()
        self._list = self._made_list()
        self._choice = Choice()
        self._choice.setObjectName("settings_page_choice")
        self._choice.setAccessibleName(text("settings_dialog.pages"))
        self._choice.addItems([text(f"settings_page.{page}") for page in settings.PAGES])
        self._choice.activated.connect(self._list.setCurrentRow)
        hints = ("settings_dialog.search", "settings_dialog.search_short")
        self._search = SearchField("search_settings", text("settings_dialog.search"), hints)
        self._search.setMaximumWidth(parts.theme.tokens.px(260))
        self._search.textChanged.connect(self._on_search)
        self._footer = widgets.label("", "secondary")
        self._footer.setObjectName("settings_message")
        self._footer.setWordWrap(True)
        self._reset = action("reset_page", text("settings_dialog.reset_page"), self._on_reset, "link")
        self._nothing = widgets.label(text("settings_dialog.nothing_found"), "secondary")
        self._nothing.hide()
        parts.theme.changed.connect(self._show_icons)
        parts.live.saving_failed.connect(self._on_saving_failed)
        parts.live.saved.connect(self._show_footer)
        self._lay_out()
        self._fit(SIZE_PX)
        self.show_page(page)
        self._show_footer()
        (self._choice if parts.theme.tokens.scale >= STACKED_FROM else self._list).setFocus()

    @property
    def page(self) -> SettingsPage:
        """The page that is shown."""
        shown = self._stack.currentWidget()
        assert isinstance(shown, QScrollArea)
        inner = shown.widget()
        assert isinstance(inner, SettingsPage)
        return inner

    def show_page(self, page: settings.Page) -> None:
        """Show a page."""
        self._list.setCurrentRow(settings.PAGES.index(page))

    def take_scan(self, scan: str) -> bool:
        """Test the scanner with a scan while its page is shown; elsewhere a scan changes nothing."""
        if isinstance(self.page, ScannerPage):
            self.page.test.take_scan(scan)
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Show anew what another dialog may have changed, since this one is in front again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.page.opened()

    def _made_list(self) -> QListWidget:
        made = PageList()
        made.setObjectName("settings_pages")
        made.setAccessibleName(text("settings_dialog.pages"))
        made.setProperty("variant", "pages")
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setIconSize(QSize(self._theme.tokens.px(SIDE_PX), self._theme.tokens.px(SIDE_PX)))
        for page in settings.PAGES:
            item = QListWidgetItem(page_icon(page, self._theme), text(f"settings_page.{page}"))
            item.setData(_PAGE, page)
            item.setToolTip(widgets.tooltip(text(f"settings_page.{page}")))
            item.setSizeHint(QSize(0, self._theme.tokens.px(40)))
            made.addItem(item)
        made.currentItemChanged.connect(lambda item, _: self._on_page(item))
        return made

    def _lay_out(self) -> None:
        theme, px = self._theme, self._theme.tokens.px
        close = action("close", text("button.close"), self.reject, key="Esc")
        head = row(
            theme,
            widgets.label(text("settings_dialog.title"), "number"),
            1,
            (self._search, 1),
            close,
            margins=(24, 13, 16, 13),
        )
        title = text("settings_dialog.connections")
        connections = action(
            "open_connections", title, lambda: self._parts.open_entry("connections"), "quiet", icon="plug"
        )
        side = QFrame()
        side.setProperty("variant", "side")
        # All rows end where those of the pages do, which leave room for a scroll bar.
        beside_bar = (0, 0, SCROLL_BAR_PX, 0)
        foot = column(theme, line(), row(theme, (self._footer, 1), self._reset), spacing=10, margins=beside_bar)
        right = column(theme, self._nothing, (self._stack, 1), foot, spacing=10, margins=(24, 18, 14, 12))
        if theme.tokens.scale >= STACKED_FROM:
            # In large text the pages are one list above the settings, which take the whole width.
            side.hide()
            right.insertLayout(0, row(theme, (self._choice, 1), connections, margins=beside_bar))
        else:
            side.setFixedWidth(px(PAGES_PX))
            column(theme, (self._list, 1), row(theme, connections, 1), margins=(12, 12, 12, 14), parent=side)
        whole = column(theme, head, line(), spacing=0, parent=self)
        body = row(theme, side, (right, 1), spacing=0)
        whole.addLayout(body, 1)

    def _on_page(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        page: settings.Page = item.data(_PAGE)
        shown = self._made_page(page)
        for position in range(self._stack.count()):
            area = self._stack.widget(position)
            if isinstance(area, QScrollArea) and area.widget() is shown:
                self._stack.setCurrentIndex(position)
        self._choice.setCurrentIndex(settings.PAGES.index(page))
        shown.search(self._search.text())
        shown.opened()
        self._reset.setVisible(bool(shown.rows))
        self._show_footer()

    def _made_page(self, page: settings.Page) -> SettingsPage:
        """Return a page, made when it is first needed."""
        if page not in self._pages:
            self._pages[page] = made = make_page(page, self._parts)
            self._stack.addWidget(FoldingScrollArea(made))
        return self._pages[page]

    def _on_search(self, searched: str) -> None:
        found: list[settings.Page] = [page for page in settings.PAGES if self._made_page(page).search(searched)]
        for position, page in enumerate(settings.PAGES):
            self._list.item(position).setHidden(page not in found)
        current = self._list.currentItem()
        if found and (current is None or current.isHidden()):
            self.show_page(found[0])
        self._nothing.setVisible(not found)
        self._stack.setVisible(bool(found))

    def _on_reset(self) -> None:
        self._parts.live.reset(settings.keys_of(self.page.page))
        for setting in self.page.rows:
            setting.refresh()

    def _show_icons(self) -> None:
        for position, page in enumerate(settings.PAGES):
            self._list.item(position).setIcon(page_icon(page, self._theme))

    def _show_footer(self) -> None:
        self._footer.setText(text("settings_dialog.at_once"))
        widgets.set_severity(self._footer, "")

    def _on_saving_failed(self, message: str) -> None:
        self._footer.setText(plain(message, lines=True))
        widgets.set_severity(self._footer, "bad")
