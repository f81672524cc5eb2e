"""One page of settings: a heading, a row for each setting, and parts of the page's own around them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain import code
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.station import settings
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.settings.controls import Control, control_for
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.layout import line, wrapped
from shipconsole.ui.kit.live_settings import LiveSettings, problem_of
from shipconsole.ui.kit.theme import Theme

STACKED_FROM = 1.4
"""From this text scale on, the control of a row stands below its title."""
SCROLL_BAR_PX = 10
"""The room beside the rows of a page for a scroll bar."""
_TITLE_PX = 110


class SettingRow(QFrame):
    """A setting: its title and help at the left, its control at the right, and what is wrong below."""

    def __init__(self, key: str, live: LiveSettings, theme: Theme, *, beside: Sequence[QWidget] = ()) -> None:
        """Show one setting; widgets `beside` stand at the right of its control."""
        super().__init__()
        self.key = key
        self._live = live
        info = Settings.model_fields[key]
        title, help_ = text(info.title or ""), text(info.description or "").replace("`", "")
        self._found = code.search_key(f"{title} {help_} {key}")
        self.control: Control = control_for(key, title, theme)
        px = theme.tokens.px
        self._title = widgets.label(title, "strong")
        self._title.setWordWrap(True)
        self._title.setBuddy(self.control.part)
        self._help = wrapped(help_, "secondary", name=f"{key}_help")
        self._note = wrapped("", "secondary", "wait", name=f"{key}_note")
        self._note.hide()
        texts = QVBoxLayout()
        texts.setSpacing(px(1))
        for label in (self._title, self._help, self._note):
            texts.addWidget(label)
        is_stacked = self.control.is_wide or theme.tokens.scale >= STACKED_FROM
        row = QVBoxLayout() if is_stacked else QHBoxLayout()
        row.setContentsMargins(0, px(9), 0, px(9))
        row.setSpacing(px(8 if is_stacked else 16))
        right = QHBoxLayout()
        right.setSpacing(px(12))
        for widget in (*beside, self.control):
            right.addWidget(widget)
        if self.control.is_wide:
            right.setStretchFactor(self.control, 1)
        elif is_stacked:
            right.addStretch(1)
        if not is_stacked:
            # Beside a tall control the texts stay together.
            texts.insertStretch(0, 1)
            texts.addStretch(1)
        row.addLayout(texts, 1)
        row.addLayout(right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(line())
        self.control.edited.connect(self._on_edited)
        self._shown: object = None
        self.show_settings(live.settings)

    def show_settings(self, chosen: Settings) -> None:
        """Show the setting's value; what is being typed into another one stays."""
        value = getattr(chosen, self.key)
        if self._shown != value:
            self._shown = value
            self.refresh()

    def refresh(self) -> None:
        """Show the setting's value in place of what was typed."""
        self.control.show_value(getattr(self._live.settings, self.key))
        self._mark("")

    def is_found(self, searched: str) -> bool:
        """Return whether all words of a search are in the title or the help."""
        return all(word in self._found for word in code.search_key(searched).split())

    def _on_edited(self, value: object) -> None:
        self._mark(problem_of(self._live, self.key, value))

    def _mark(self, problem: str) -> None:
        self.control.mark(problem)
        waits = not problem and self._live.waits_for_restart(self.key)
        shown = problem or (text("settings_dialog.after_restart") if waits else "")
        self._note.setText(plain(shown, lines=True))
        widgets.set_severity(self._note, "bad" if problem else "wait")
        self._note.setVisible(bool(shown))


class SettingsPage(QWidget):
    """The settings of one page; subclasses add parts of their own."""

    page: settings.Page = "appearance"

    def __init__(self, live: LiveSettings, theme: Theme, page: settings.Page | None = None) -> None:
        """Show the settings of a page, by default the class's own."""
        super().__init__()
        if page is not None:
            self.page = page
        self.setObjectName(f"settings_{self.page}")
        self._live = live
        self._theme = theme
        px = theme.tokens.px
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, px(SCROLL_BAR_PX), 0)
        self.column.setSpacing(0)
        self.heading = widgets.label(text(f"settings_page.{self.page}"), "title")
        self.intro = wrapped(text(f"settings_page.{self.page}.help"), "secondary", selectable=True)
        self.column.addWidget(self.heading)
        self.column.addSpacing(px(3))
        self.column.addWidget(self.intro)
        self.column.addSpacing(px(10))
        self.add_line()
        self.add_before()
        self.rows = [SettingRow(key, live, theme, beside=self.beside(key)) for key in settings.keys_of(self.page)]
        for row in self.rows:
            self.column.addWidget(row)
        self.add_after()
        self.column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        live.settings_changed.connect(self._on_changed)

    def add_before(self) -> None:
        """Add parts above the settings."""

    def add_after(self) -> None:
        """Add parts below the settings."""

    def beside(self, _key: str) -> Sequence[QWidget]:
        """Return the widgets beside a setting's control."""
        return ()

    def opened(self) -> None:
        """Refresh what is read from outside, since the page is shown now."""

    def search(self, searched: str) -> bool:
        """Show only the settings that a search finds, all for ""; return whether there is one, or the page is meant."""
        is_page = not searched or code.search_key(searched) in code.search_key(self.heading.text())
        found = [row for row in self.rows if is_page or row.is_found(searched)]
        for row in self.rows:
            row.setVisible(row in found)
        return is_page or bool(found)

    def add_line(self) -> None:
        """Add a thin line."""
        self.column.addWidget(line())

    def fact(self, title: str, *parts: QWidget) -> None:
        """Add a row of the page's own, as the settings have them."""
        px = self._theme.tokens.px
        label = widgets.label(title, "strong")
        is_stacked = self._theme.tokens.scale >= STACKED_FROM
        row = QVBoxLayout() if is_stacked else QHBoxLayout()
        row.setContentsMargins(0, px(9), 0, px(9))
        row.setSpacing(px(12))
        row.addWidget(label)
        if not is_stacked:
            label.ensurePolished()
            label.setMinimumWidth(max(px(_TITLE_PX), label.sizeHint().width()))
        for part in parts:
            is_text = isinstance(part, QLabel)
            row.addWidget(part, int(is_text and not is_stacked))
            if is_stacked and not is_text:
                row.setAlignment(part, Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(row)
        self.add_line()

    def _on_changed(self, chosen: Settings) -> None:
        for row in self.rows:
            row.show_settings(chosen)
