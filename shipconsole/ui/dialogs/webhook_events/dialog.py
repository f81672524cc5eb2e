"""What platforms told by themselves: what came and what it did, what waits for a yes, and which rules there are."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive, webhook_log
from shipconsole.ui.dialogs.webhook_events.came_page import CamePage
from shipconsole.ui.dialogs.webhook_events.event_texts import STATES
from shipconsole.ui.dialogs.webhook_events.proposals_page import ProposalsPage
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.dialogs.webhook_events.rules_page import RulesPage
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme

SIZE_PX = (1_040, 700)
SHOWN = 200
LOOK_EVERY_MS = 2_000


class DeliveriesDialog(QDialog):
    """Three pages under the receiver's state. Opened with `open()`; looks again by itself while it is open."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, receiver: ReceiverState
    ) -> None:
        """Show what came as soon as it was read."""
        super().__init__(parent)
        self.setObjectName("deliveries_dialog")
        self.setWindowTitle(text("webhook_events.title"))
        self._ctx = ctx
        self._tasks = tasks
        self._theme = theme
        self._receiver = receiver
        self._closed = False
        """Its parts may be gone: what comes to an end later shows nothing here any more."""
        self._looking = False
        self._wanted = set[tuple[object, ...]]()
        self._told: list[tuple[str, kit.Tone]] = []
        """What came of all that was wanted since nothing was."""
        self._turn = asyncio.Lock()
        self._connections: dict[int, str] = {}
        self.came = CamePage(theme)
        self.proposals = ProposalsPage(theme)
        self.rules = RulesPage(theme)
        self._lay_out()
        self._connect()
        self._show_receiver()
        px = theme.tokens.px
        room = (parent.window() if parent is not None else self).screen().availableSize()
        self.resize(min(px(SIZE_PX[0]), room.width() - px(60)), min(px(SIZE_PX[1]), room.height() - px(60)))
        self._again = QTimer(self)
        self._again.setInterval(LOOK_EVERY_MS)
        self._again.timeout.connect(self.refresh)
        self._again.start()
        tasks.spawn("read the rules of passing on", self._read_rules())
        self.refresh()
        self.came.list.setFocus()

    def show_to_pass_on(self) -> None:
        """Show the page of packages that wait for a yes."""
        self._pages.setCurrentIndex(1)

    def refresh(self) -> None:
        """Look again at what came; not twice at once."""
        if not self._looking and not self._closed:
            self._looking = True
            self._tasks.spawn("look at what came in", self._read())

    async def _read(self) -> None:
        try:
            came = await receive.latest(self._ctx, SHOWN)
            proposed = await forward.proposals(self._ctx, most=SHOWN)
            waiting = await forward.waiting(self._ctx)
            contents = await webhook_log.contents(self._ctx, proposed)
        finally:
            self._looking = False
        if self._closed:
            return
        self.came.show_came(came)
        self.proposals.show_proposals(proposed, contents)
        review = text("webhook_events.review_count", count=waiting) if waiting else text("webhook_events.review")
        self._pages.setTabText(1, review)

    async def _read_rules(self) -> None:
        senders = await webhook_log.senders(self._ctx)
        rules = await forward.rules(self._ctx)
        if self._closed:
            return
        self._connections = {one.connection.id: one.connection.name for one in senders}
        self.came.show_senders(senders)
        self.rules.show_rules(senders, rules)
        unchecked = [one.connection.name for one in senders if one.is_unchecked]
        warning = text("webhook_events.unchecked", connections=tuple(unchecked)) if unchecked else ""
        self._unchecked.setText(kit.plain(warning))
        self._unchecked.setVisible(bool(unchecked))

    async def _show_whole(self, webhook_event_id: int) -> None:
        delivery = await webhook_log.whole(self._ctx, webhook_event_id)
        if delivery is not None and not self._closed:
            self.came.show_whole(delivery, self._connections.get(delivery.connection_id, ""))

    async def _replay(self, webhook_event_id: int) -> str:
        done = await process.process_one(self._ctx, webhook_event_id)
        state = Message(STATES[done.state][0]) if done.state in STATES else verbatim(done.state)
        return str(sentences(Message("webhook_events.reprocessed", state=state), done.message))

    async def _bring_in(self, connection: Connection, bodies: list[bytes]) -> str:
        new, known = await webhook_log.bring_in(self._ctx, connection, bodies)
        before = Message("webhook_events.imported_known", count=known) if known else NO_MESSAGE
        return str(sentences(Message("webhook_events.imported", count=new), before))

    async def _accept(self, proposal_id: int) -> str:
        return str((await forward.accept(self._ctx, proposal_id)).message)

    async def _decline(self, proposal_id: int) -> str:
        return str((await forward.decline(self._ctx, proposal_id)).message)

    async def _save_rules(self, changed: Sequence[tuple[str, tuple[str, ...], str]]) -> str:
        try:
            for from_name, to_names, mode in changed:
                await forward.set_rule(self._ctx, from_name, to_names, mode)
        finally:
            await self._read_rules()
        return text("webhook_events.rules_saved")

    def _on_chosen(self, webhook_event_id: int) -> None:
        self._tasks.spawn("read a webhook", self._show_whole(webhook_event_id))

    def _on_reprocess_requested(self, webhook_event_id: int) -> None:
        self._do("work a webhook off again", (webhook_event_id,), lambda: self._replay(webhook_event_id))

    def _on_files_chosen(self, connection: Connection, bodies: list[bytes]) -> None:
        self._do("import saved webhooks", (connection.id, *bodies), lambda: self._bring_in(connection, bodies))

    def _on_accepted(self, proposal_id: int) -> None:
        self._do("pass a package on", (proposal_id,), lambda: self._accept(proposal_id))

    def _on_declined(self, proposal_id: int) -> None:
        self._do("decline a package", (proposal_id,), lambda: self._decline(proposal_id))

    def _on_save_requested(self) -> None:
        # As they are now: by its turn the page may show others, or be gone.
        changed = tuple((from_name, tuple(to_names), mode) for from_name, to_names, mode in self.rules.changed())
        self._do("save the rules of passing on", changed, lambda: self._save_rules(changed))

    def _do(self, name: str, of: tuple[object, ...], act: Callable[[], Awaitable[str]]) -> None:
        """Do one thing after the other; what is wanted `of` the same again before it is done is done once."""
        wanted = (name, *of)
        if wanted in self._wanted:
            return
        if not self._wanted:
            self._told.clear()
            self._say("")
        self._wanted.add(wanted)
        self._tasks.spawn(name, self._done(wanted, act))

    async def _done(self, wanted: tuple[object, ...], act: Callable[[], Awaitable[str]]) -> None:
        tone: kit.Tone = "good"
        try:
            async with self._turn:
                said = await act()
        except (ValidationFailed, EnvironmentFailure) as trouble:
            if self._closed:
                raise EnvironmentFailure(trouble.message) from None
            said, tone = str(trouble), "bad"
        finally:
            self._wanted.discard(wanted)
        if not self._closed:
            self._told.append((said, tone))
            lines = "\n".join(dict.fromkeys(line for line, _ in self._told))
            self._say(lines, "bad" if any(one == "bad" for _, one in self._told) else tone)
            self.refresh()

    def _say(self, said: str, tone: kit.Tone = "") -> None:
        self._said.setText(kit.plain(said, lines=True))
        kit.set_tone(self._said, tone)

    def _show_receiver(self) -> None:
        self._state.setText(kit.plain(self._receiver.message))
        kit.set_tone(self._state, self._receiver.tone)
        self._why.setText(kit.plain(self._receiver.why))
        self._why.setVisible(bool(self._receiver.why))
        if self._receiver.is_on:
            self._switch.setText(text("webhook_events.switch_off"))
            self._switch.setAccessibleName(text("webhook_events.accessible_switch_off"))
        else:
            self._switch.setText(text("webhook_events.switch_on"))
            self._switch.setAccessibleName(text("webhook_events.accessible_switch_on"))

    def _on_switched(self) -> None:
        self._receiver.wanted.emit(not self._receiver.is_on)

    def _on_failed(self, said: str) -> None:
        self._say(said, "bad")

    def _on_finished(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._again.stop()
        self._receiver.changed.disconnect(self._show_receiver)

    def _connect(self) -> None:
        self.came.chosen.connect(self._on_chosen)
        self.came.reprocess_requested.connect(self._on_reprocess_requested)
        self.came.files_chosen.connect(self._on_files_chosen)
        self.came.failed.connect(self._on_failed)
        self.proposals.accepted.connect(self._on_accepted)
        self.proposals.declined.connect(self._on_declined)
        self.rules.save_requested.connect(self._on_save_requested)
        self._receiver.changed.connect(self._show_receiver)
        self.finished.connect(self._on_finished)

    def _lay_out(self) -> None:
        px = self._theme.tokens.px
        self._state = kit.badge("", "quiet", dot=True)
        self._state.setObjectName("receiver_state")
        self._switch = kit.button("")
        self._switch.setObjectName("receiver_switch")
        self._switch.setAutoDefault(False)
        kit.set_tooltip(self._switch, text("webhook_events.switch_means"))
        self._switch.clicked.connect(self._on_switched)
        head = QHBoxLayout()
        head.setSpacing(px(10))
        head.addWidget(kit.label(text("webhook_events.title"), "number"))
        head.addStretch(1)
        head.addWidget(self._state)
        head.addWidget(self._switch)
        self._why = kit.label("", "secondary", "bad")
        self._why.setObjectName("receiver_why")
        self._why.setWordWrap(True)
        self._unchecked = kit.label("", "strong", "bad")
        self._unchecked.setObjectName("not_checked")
        self._unchecked.setWordWrap(True)
        self._unchecked.hide()
        self._pages = QTabWidget()
        self._pages.setObjectName("delivery_pages")
        self._pages.setDocumentMode(True)
        self._pages.tabBar().setDrawBase(False)
        for page, title in (
            (self.came, text("webhook_events.received")),
            (self.proposals, text("webhook_events.review")),
            (self.rules, text("webhook_events.rules")),
        ):
            framed = QWidget()
            inside = QVBoxLayout(framed)
            inside.setContentsMargins(0, px(10), 0, 0)
            inside.addWidget(page)
            self._pages.addTab(framed, title)
        self._said = kit.label("", "secondary")
        self._said.setObjectName("deliveries_said")
        self._said.setWordWrap(True)
        close = kit.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(10))
        buttons.addWidget(self._said, 1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(16))
        column.setSpacing(px(10))
        column.addLayout(head)
        column.addWidget(self._why)
        column.addWidget(self._unchecked)
        column.addWidget(self._pages, 1)
        column.addLayout(buttons)
