"""About the program: its version, the system check, a new version where there is one, and diagnostics for support."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QGridLayout, QSizePolicy, QWidget

from shipconsole import __version__
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import diagnostics, health
from shipconsole.operations.maintenance.health import Finding
from shipconsole.operations.maintenance.updates import VersionCheck
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea
from shipconsole.ui.kit.layout import TOP, action, column, row, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.links import checked_link

SIZE_PX = (820, 750)
NARROW_PX = 660
"""Below this width a finding stands below what it is about."""


class AboutDialog(ContextDialog):
    """Checks the system as soon as it is opened, with `open()`."""

    def __init__(
        self,
        parent: QWidget | None,
        ctx: Context,
        tasks: Tasks,
        theme: Theme,
        profile: Profile,
        settings: Settings,
        new_version: VersionCheck | None = None,
        receiver: ReceiverState | None = None,
    ) -> None:
        """Show what is known at once; `new_version` is about a new version, `receiver` is this window's own."""
        super().__init__(
            parent, ctx, tasks, theme, name="about_dialog", message_name="about_message", title=text("about.title")
        )
        self._profile = profile
        self._settings = settings
        self._receiver = receiver
        self._check_button = self._button_row.add("check_again", text("about.check_again"), self.check)
        self._save_button = self._button_row.add("save_diagnostics", text("about.save"), self._on_save_clicked)
        self._lay_out(new_version)
        self._fit(SIZE_PX)
        self.check()

    def check(self) -> None:
        """Check the program, its data and each connection."""
        self._begin("check the system", health.run_checks(self._ctx, self._profile, self._settings), self._show)
        self._show_message(text("about.checking"))

    def save_to(self, path: str) -> None:
        """Write diagnostics to a file."""
        if path:
            save = diagnostics.save(self._ctx, self._profile, self._settings, Path(path))
            self._begin("write diagnostics", save, lambda _: self._show_message(text("about.saved", path=path)))
            self._show_message(text("about.saving"))

    def _show_buttons(self) -> None:
        for button in (self._check_button, self._save_button):
            button.setEnabled(not self._busy)

    def _show(self, findings: Sequence[Finding]) -> None:
        clear(self._list)
        is_narrow = self.width() < self._theme.tokens.px(NARROW_PX)
        for position, finding in enumerate(map(self._with_own_receiver, findings)):
            mark = widgets.badge(
                text("about.ok") if finding.ok else text("about.check"), "good" if finding.ok else "bad"
            )
            subject = wrapped(plain(str(finding.what)), "strong")
            result = wrapped(str(finding.message), name=f"finding_{position}", selectable=True)
            for label in (subject, result):
                # On one line with the text in the badge.
                label.setContentsMargins(0, self._theme.tokens.px(2), 0, 0)
            self._list.addWidget(mark, 2 * position, 0, Qt.AlignmentFlag.AlignLeft | TOP)
            self._list.addWidget(subject, 2 * position, 1, 1, 2 if is_narrow else 1, TOP)
            self._list.addWidget(result, 2 * position + is_narrow, 1 if is_narrow else 2, 1, -1, TOP)
        self._list.setRowStretch(2 * len(findings), 1)
        self._show_message("")

    def _with_own_receiver(self, finding: Finding) -> Finding:
        """Return the finding about the receiver as the other parts of this window show it, others unchanged."""
        if finding.what != health.RECEIVER or self._receiver is None:
            return finding
        message = self._receiver.reason or self._receiver.message
        return finding._replace(ok=self._receiver.severity != "bad", message=message)

    def _on_save_clicked(self) -> None:
        dialog = QFileDialog(self, text("about.save_title"), QDir.homePath(), text("about.text_files"))
        dialog.setObjectName("diagnostics_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(diagnostics.default_file(self._ctx, self._profile).name)
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def _new_version(self, new_version: VersionCheck) -> QWidget:
        """Return the message of a new version beside a button that opens its page."""
        message = wrapped(str(new_version.message), "strong", name="new_version", selectable=True)
        inside = row(self._theme, (message, 1), spacing=12, margins=(14, 10, 14, 10))
        link = checked_link(new_version.page)
        if link is not None:
            label = strings.open_at(link.host)
            inside.addWidget(action("open_new_version", label, lambda: QDesktopServices.openUrl(link.url)), 0, TOP)
        return widgets.card(inside)

    def _lay_out(self, new_version: VersionCheck | None) -> None:
        px = self._theme.tokens.px
        rows = QWidget()
        self._list = QGridLayout(rows)
        self._list.setContentsMargins(px(14), px(12), px(14), px(12))
        self._list.setHorizontalSpacing(px(12))
        self._list.setVerticalSpacing(px(8))
        self._list.setColumnStretch(2, 1)
        scroll = FittingScrollArea(rows, min_px=px(160))
        scroll.setProperty("variant", "read")
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        # On a small screen the arrow keys scroll it.
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName(text("about.checkup"))
        scroll.setObjectName("checkup")
        main = self._column(10)
        main.addWidget(widgets.label(text("about.program", version=__version__), "number"))
        main.addWidget(wrapped(text("about.license"), "secondary", selectable=True))
        if new_version is not None and new_version.kind == "new":
            main.addWidget(self._new_version(new_version))
        main.addWidget(widgets.label(text("about.checkup"), "heading"))
        main.addWidget(widgets.card(column(self._theme, scroll, margins=(2, 2, 2, 2))), 1)
        main.addWidget(wrapped(text("about.means"), "secondary", selectable=True))
        main.addLayout(self._button_row)
        # Not on a button, which a scan would press.
        scroll.setFocus()
