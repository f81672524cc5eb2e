"""The page of what came in: the list, the chosen one whole, working it off again, and files brought in."""

from codecs import getincrementaldecoder
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from PySide6.QtCore import QItemSelection, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.json_limits import BODY_BYTES
from shipconsole.domain.problem import ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.inbound.webhook_log import ReceivedWebhook, Sender, WebhookEvent
from shipconsole.operations.maintenance import text_files
from shipconsole.ui.dialogs.webhook_events.came_list import CAME_ROLE, CameList, CameModel
from shipconsole.ui.dialogs.webhook_events.event_texts import STATES, received_times, verified
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.choice import Choice
from shipconsole.ui.kit.strings import when
from shipconsole.ui.kit.theme import Theme

SHOWN_BYTES = 65_536
"""So much of a body is laid out at once; a whole long one would hold the window up."""


class CamePage(QWidget):
    """What came in.

    Signals: chosen(int delivery id); reprocess_requested(int delivery id); files_chosen(object Connection, object
    bodies); failed(str words).
    """

    chosen = Signal(int)
    reprocess_requested = Signal(int)
    files_chosen = Signal(object, object)
    failed = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Begin with nothing."""
        super().__init__()
        self._theme = theme
        self._senders: tuple[Connection, ...] = ()
        self._shown_id = 0
        self._begun = False
        self.model = CameModel(self)
        self.list = CameList(theme, self.model)
        self.list.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._nothing())
        self._pages.addWidget(self._both())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.px(10))
        column.addLayout(self._pages, 1)
        column.addLayout(self._buttons())

    def show_came(self, came: Sequence[ReceivedWebhook]) -> None:
        """Show what came; what is chosen stays so, at first it is the newest."""
        self.model.show(came)
        self._pages.setCurrentIndex(1 if came else 0)
        row = max(0, self.model.row_of(self._shown_id))
        if came and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(row))
        elif came:
            # The same one, which may read differently now.
            self.chosen.emit(self._shown_id)
        self.replay.setEnabled(bool(came))
        if not self._begun:
            # Once only: what comes later finds the keyboard wherever the packer has it.
            self._begun = True
            self.list.setFocus()

    def show_senders(self, senders: Sequence[Sender]) -> None:
        """Offer the connections whose webhooks can be brought in."""
        self._senders = tuple(one.connection for one in senders if one.sends)
        self.whose.clear()
        self.whose.addItems([kit.plain(one.name) for one in self._senders])
        for widget in (self.whose, self.bring_in):
            widget.setEnabled(bool(self._senders))
        means = "webhook_events.import_means" if self._senders else "webhook_events.no_sender"
        kit.set_tooltip(self.bring_in, text(means))

    def show_whole(self, delivery: WebhookEvent, connection: str) -> None:
        """Show one webhook, its body just as it came, of a long one its beginning."""
        today = date.today()  # noqa: DTZ011 - the day at this bench
        size = text("webhook_events.bytes", count=len(delivery.body))
        self._title.set_text(" · ".join((connection, when(delivery.received_at_ms, today), size)))
        state, tone = STATES[delivery.state]
        self._state.setText(text(state))
        kit.set_tone(self._state, tone)
        signature, tone = verified(delivery.verified, delivery.verify_message)
        told = " · ".join(part for part in (signature, received_times(delivery.duplicates)) if part)
        self._verified.setText(kit.plain(told))
        kit.set_tone(self._verified, tone)
        self._did.setText(kit.plain(str(delivery.message), lines=True))
        self._did.setVisible(bool(delivery.message))
        self._cut.setVisible(len(delivery.body) > SHOWN_BYTES)
        # What the cut went through is left out.
        shown = getincrementaldecoder("utf-8")("replace").decode(
            delivery.body[:SHOWN_BYTES], final=len(delivery.body) <= SHOWN_BYTES
        )
        body = kit.plain(shown, lines=True)
        if body != self.body.toPlainText():
            self.body.setPlainText(body)

    def choose_files(self) -> None:
        """Ask which files are to be brought in."""
        dialog = QFileDialog(self, text("webhook_events.files_title"))
        dialog.setObjectName("delivery_files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.take_files)
        dialog.open()

    def take_files(self, names: list[str]) -> None:
        """Take webhooks from files, one in each."""
        bodies: list[bytes] = []
        for name in names:
            try:
                bodies.append(text_files.read(Path(name), BODY_BYTES))
            except OSError as error:
                reason = error.strerror or str(error)
                self.failed.emit(text("webhook_events.unreadable", file=Path(name).name, reason=reason))
                return
            except ValidationFailed as refused:
                self.failed.emit(str(refused))
                return
        place = self.whose.currentIndex()
        if bodies and 0 <= place < len(self._senders):
            self.files_chosen.emit(self._senders[place], bodies)

    def _on_selection_changed(self, _new: QItemSelection, _old: QItemSelection) -> None:
        came = self.list.currentIndex().data(CAME_ROLE)
        if came is not None:
            self._shown_id = came.id
            self.chosen.emit(came.id)

    def _on_replay_clicked(self) -> None:
        if self._shown_id:
            self.reprocess_requested.emit(self._shown_id)

    def _nothing(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setSpacing(self._theme.tokens.px(4))
        column.addStretch(1)
        for shown, theme in (
            (text("webhook_events.nothing"), "heading"),
            (text("webhook_events.nothing_hint"), "secondary"),
        ):
            said = kit.label(shown, theme)
            said.setWordWrap(True)
            said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(said)
        column.addStretch(2)
        return made

    def _both(self) -> QWidget:
        px = self._theme.tokens.px
        inside = QVBoxLayout()
        inside.setContentsMargins(px(4), px(4), px(4), px(4))
        inside.addWidget(self.list)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(px(10))
        both.addWidget(kit.card(inside))
        both.addWidget(self._detail())
        both.setStretchFactor(0, 5)
        both.setStretchFactor(1, 6)
        return both

    def _detail(self) -> QWidget:
        px = self._theme.tokens.px
        self._title = kit.Elided("", "heading")
        self._title.setObjectName("delivery_title")
        self._state = kit.badge("", "quiet")
        self._state.setObjectName("delivery_state")
        self._verified = kit.label("", "secondary")
        self._verified.setObjectName("delivery_verified")
        self._verified.setWordWrap(True)
        self._did = kit.label()
        self._did.setObjectName("delivery_did")
        self._did.setWordWrap(True)
        self._did.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body = QPlainTextEdit()
        self.body.setObjectName("delivery_body")
        self.body.setAccessibleName(text("webhook_events.body"))
        self.body.setReadOnly(True)
        self.body.setTabChangesFocus(True)
        self._cut = kit.label(text("webhook_events.cut", size=SHOWN_BYTES // 1_024), "secondary")
        self._cut.setObjectName("delivery_cut")
        self._cut.setVisible(False)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._state)
        column = QVBoxLayout()
        column.setContentsMargins(px(16), px(13), px(14), px(14))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addWidget(self._verified)
        column.addWidget(self._did)
        column.addWidget(kit.label(text("webhook_events.body"), "field"))
        column.addWidget(self.body, 1)
        column.addWidget(self._cut)
        return kit.card(column)

    def _buttons(self) -> QHBoxLayout:
        px = self._theme.tokens.px
        self.replay = kit.button(text("webhook_events.reprocess"))
        self.replay.setObjectName("replay")
        self.replay.setAutoDefault(False)
        self.replay.setEnabled(False)
        kit.set_tooltip(self.replay, text("webhook_events.reprocess_means"))
        self.replay.clicked.connect(self._on_replay_clicked)
        self.whose = Choice()
        self.whose.setObjectName("files_of")
        self.whose.setAccessibleName(text("webhook_events.import_for"))
        self.whose.setMinimumWidth(px(160))
        self.bring_in = kit.button(text("webhook_events.import"))
        self.bring_in.setObjectName("bring_in")
        self.bring_in.setAutoDefault(False)
        self.bring_in.clicked.connect(self.choose_files)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.whose)
        row.addWidget(self.bring_in)
        row.addStretch(1)
        row.addWidget(self.replay)
        return row
