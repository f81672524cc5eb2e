"""About the program: its version, the checkup in words, a new version where one was announced, and diagnostics."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shipconsole import __version__
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import diagnostics, health
from shipconsole.operations.maintenance.health import Finding
from shipconsole.operations.maintenance.updates import News
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit import strings as said_everywhere
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.links import judged

SIZE_PX = (800, 690)


class AboutDialog(ContextDialog):
    """Looks by itself when it is opened, with `open()`. `news` is of a new version, None where there is none."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        profile: Profile,
        settings: Settings,
        news: News | None = None,
        receiver: ReceiverState | None = None,
    ) -> None:
        """Show what is known at once, and the checkup when it is through."""
        super().__init__(parent, ctx, tasks, theme, name="about_dialog", said="about_said")
        self.setWindowTitle(text("about.title"))
        self._profile = profile
        self._settings = settings
        self._receiver = receiver
        self._again = self._button_row.add("look_again", text("about.check_again"), self.look_again)
        self._save = self._button_row.add("save_diagnostics", text("about.save"), self._on_save_clicked)
        self._lay_out(news)
        self._fit(SIZE_PX)
        self.look_again()

    def look_again(self) -> None:
        """Look at everything once more."""
        self._begin("look at the program", health.examine(self._ctx, self._profile, self._settings), self._show)
        self._say(text("about.checking"))

    def save_to(self, path: str) -> None:
        """Write diagnostics to a file."""
        if path:
            save = diagnostics.save(self._ctx, self._profile, self._settings, Path(path))
            self._begin("write diagnostics", save, lambda _: self._say(text("about.saved", path=path)))
            self._say(text("about.saving"))

    def _show_buttons(self) -> None:
        for button in (self._again, self._save):
            button.setEnabled(not self._busy)

    def _show(self, found: Sequence[Finding]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.deleteLater()
        for row, one in enumerate(map(self._as_known_here, found)):
            mark = kit.badge(text("about.ok") if one.ok else text("about.check"), "good" if one.ok else "bad")
            what, said = kit.label(kit.plain(str(one.what)), "strong"), self._wrapped(str(one.message))
            said.setObjectName(f"finding_{row}")
            for part in (what, said):
                # As far down as the word in the mark.
                part.setContentsMargins(0, self._theme.tokens.px(2), 0, 0)
            self._list.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            self._list.addWidget(what, row, 1, Qt.AlignmentFlag.AlignTop)
            self._list.addWidget(said, row, 2, Qt.AlignmentFlag.AlignTop)
        self._list.setRowStretch(len(found), 1)
        self._say("")

    def _as_known_here(self, one: Finding) -> Finding:
        """The receiver is this window's own: it is said as everywhere else in it."""
        if one.what != health.RECEIVER or self._receiver is None:
            return one
        said = self._receiver.why or self._receiver.message
        return one._replace(ok=self._receiver.tone != "bad", message=said)

    def _wrapped(self, shown: str, theme: str = "") -> QLabel:
        """A label whose text wraps and can be selected, which is how a path is copied."""
        made = kit.label(kit.plain(shown), theme)
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _on_save_clicked(self) -> None:
        ask = QFileDialog(self, text("about.save_title"), QDir.homePath(), text("about.text_files"))
        ask.setObjectName("diagnostics_file")
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        ask.setDefaultSuffix("txt")
        ask.selectFile(diagnostics.usual_file(self._ctx, self._profile).name)
        ask.fileSelected.connect(self.save_to)
        ask.open()

    def _news(self, news: News) -> QWidget:
        """A new version in words, and its page, which is opened only by a click."""
        px = self._theme.tokens.px
        inside = QHBoxLayout()
        inside.setContentsMargins(px(14), px(10), px(14), px(10))
        inside.setSpacing(px(12))
        said = self._wrapped(str(news.message), "strong")
        said.setObjectName("new_version")
        inside.addWidget(said, 1)
        link = judged(news.page)
        if link is not None:
            opens = kit.button(said_everywhere.open_at(link.host))
            opens.setObjectName("open_new_version")
            opens.setAutoDefault(False)
            opens.clicked.connect(lambda: QDesktopServices.openUrl(link.url))
            inside.addWidget(opens, 0, Qt.AlignmentFlag.AlignTop)
        return kit.card(inside)

    def _lay_out(self, news: News | None) -> None:
        px = self._theme.tokens.px
        rows = QWidget()
        self._list = QGridLayout(rows)
        self._list.setContentsMargins(px(14), px(12), px(14), px(12))
        self._list.setHorizontalSpacing(px(12))
        self._list.setVerticalSpacing(px(8))
        self._list.setColumnStretch(2, 1)
        scroll = FittingScrollArea(rows, least_px=px(160))
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # Where the screen is small the arrow keys move it.
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName(text("about.checkup"))
        scroll.setObjectName("checkup")
        inside = QVBoxLayout()
        inside.setContentsMargins(px(2), px(2), px(2), px(2))
        inside.addWidget(scroll)

        column = self._column(10)
        column.addWidget(kit.label(text("about.program", version=__version__), "number"))
        column.addWidget(self._wrapped(text("about.license"), "secondary"))
        if news is not None and news.kind == "new":
            column.addWidget(self._news(news))
        column.addWidget(kit.label(text("about.checkup"), "heading"))
        column.addWidget(kit.card(inside), 1)
        column.addWidget(self._wrapped(text("about.means"), "secondary"))
        column.addLayout(self._button_row)
        # Not on a button: a scan would press it.
        scroll.setFocus()
