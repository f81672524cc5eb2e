"""The webhook events that platforms sent, the shipments to review, and the forwarding rules, on three pages."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive, webhook_log
from shipconsole.ui.dialogs.webhook_events.events_page import STATES, EventsPage
from shipconsole.ui.dialogs.webhook_events.forwarding_pages import ReviewsPage, RulesPage
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.dialog import ContextDialog
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.layout import action, column, row, wrapped
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Severity, Theme

SIZE_PX = (1_040, 700)
MOST_SHOWN = 200
REFRESH_EVERY_MS = 2_000
REVIEWS = 1
"""The page of shipments to review."""


class WebhookEventsDialog(ContextDialog):
    """Three pages below the receiver's state. Opened with `open()`; refreshes by itself while it is open."""

    def __init__(
        self, parent: QWidget | None, ctx: Context, tasks: Tasks, theme: Theme, receiver: ReceiverState
    ) -> None:
        """Show the events once they have been read."""
        super().__init__(
            parent,
            ctx,
            tasks,
            theme,
            name="webhook_events_dialog",
            message_name="webhook_event_message",
            title=text("webhook_events.title"),
        )
        self._receiver = receiver
        self._is_reading = False
        self._queued = set[tuple[object, ...]]()
        """The actions that have not ended, each with what it acts on."""
        self._results: list[tuple[str, Severity]] = []
        """The results of the actions since none was queued."""
        self._lock = asyncio.Lock()
        self._names: dict[int, str] = {}
        self.events = EventsPage(theme)
        self.reviews = ReviewsPage(theme)
        self.rules = RulesPage(theme)
        self._lay_out()
        self._connect()
        self._show_receiver()
        self._fit(SIZE_PX)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh_rules()
        self.refresh()
        self.events.list.setFocus()

    def show_forward_review(self) -> None:
        """Show the page of shipments to review."""
        self.pages.setCurrentIndex(REVIEWS)

    def refresh(self) -> None:
        """Read the events and reviews again, unless they are being read."""
        if not self._is_reading and not self._closed:
            self._is_reading = True
            self._tasks.spawn("read the webhook events", self._read())

    def refresh_rules(self) -> None:
        """Read the connections and rules again."""
        self._tasks.spawn("read the forwarding rules", self._read_rules())

    async def _read(self) -> None:
        try:
            events = await receive.latest(self._ctx, MOST_SHOWN)
            reviews = await forward.reviews(self._ctx, most=MOST_SHOWN)
            count = await forward.count_waiting(self._ctx)
            contents = await webhook_log.package_contents(self._ctx, reviews)
        finally:
            self._is_reading = False
        if self._closed:
            return
        self.events.show_events(events)
        self.reviews.show_reviews(reviews, contents)
        title = text("webhook_events.review_count", count=count) if count else text("webhook_events.review")
        self.pages.setTabText(REVIEWS, title)

    async def _read_rules(self) -> None:
        senders = await webhook_log.webhook_connections(self._ctx)
        rules = await forward.rules(self._ctx)
        if self._closed:
            return
        self._names = {sender.connection.id: sender.connection.name for sender in senders}
        self.events.show_senders(senders)
        self.rules.show_rules(senders, rules)
        unchecked = tuple(sender.connection.name for sender in senders if sender.is_unchecked)
        warning = text("webhook_events.unchecked", connections=unchecked) if unchecked else ""
        self._unchecked.setText(plain(warning))
        self._unchecked.setVisible(bool(unchecked))

    async def _show_event(self, event_id: int) -> None:
        event = await webhook_log.event(self._ctx, event_id)
        if event is not None and not self._closed:
            self.events.show_event(event, self._names.get(event.connection_id, ""))

    async def _reprocess(self, event_id: int) -> str:
        event = await process.process_one(self._ctx, event_id)
        state = Message(STATES[event.state][0]) if event.state in STATES else verbatim(event.state)
        return str(sentences(Message("webhook_events.reprocessed", state=state), event.message))

    async def _import(self, connection: Connection, bodies: list[bytes]) -> str:
        new, known = await webhook_log.import_events(self._ctx, connection, bodies)
        received_before = Message("webhook_events.imported_known", count=known) if known else NO_MESSAGE
        return str(sentences(Message("webhook_events.imported", count=new), received_before))

    async def _copy_path(self, connection: Connection) -> str:
        """Copy the secret path of a connection's webhook URL; nothing shows or logs it."""
        path = await receive.webhook_path(self._ctx, connection)
        QGuiApplication.clipboard().setText(path)
        return text("webhook_events.path_copied", connection=connection.name, key=key_name("F1"))

    async def _accept(self, review_id: int) -> str:
        return str((await forward.accept(self._ctx, review_id)).message)

    async def _decline(self, review_id: int) -> str:
        return str((await forward.decline(self._ctx, review_id)).message)

    async def _save_rules(self, changed: Sequence[tuple[str, tuple[str, ...], str]]) -> str:
        try:
            for from_name, to_names, mode in changed:
                await forward.set_rule(self._ctx, from_name, to_names, mode)
        finally:
            await self._read_rules()
        return text("webhook_events.rules_saved")

    def _on_event_chosen(self, event_id: int) -> None:
        self._tasks.spawn("read a webhook event", self._show_event(event_id))

    def _on_reprocess_requested(self, event_id: int) -> None:
        self._queue("reprocess a webhook event", (event_id,), lambda: self._reprocess(event_id))

    def _on_files_chosen(self, connection: Connection, bodies: list[bytes]) -> None:
        self._queue("import webhook events", (connection.id, *bodies), lambda: self._import(connection, bodies))

    def _on_path_requested(self, connection: Connection) -> None:
        self._queue("copy a webhook path", (connection.id,), lambda: self._copy_path(connection))

    def _on_accepted(self, review_id: int) -> None:
        self._queue("forward a shipment", (review_id,), lambda: self._accept(review_id))

    def _on_declined(self, review_id: int) -> None:
        self._queue("decline a shipment", (review_id,), lambda: self._decline(review_id))

    def _on_save_requested(self) -> None:
        # As they are now: when they are saved the page may show others, or be closed.
        changed = tuple((from_name, tuple(to_names), mode) for from_name, to_names, mode in self.rules.changed())
        self._queue("save the forwarding rules", changed, lambda: self._save_rules(changed))

    def _queue(self, name: str, target: tuple[object, ...], act: Callable[[], Awaitable[str]]) -> None:
        """Act after the actions before; the same action on the same target is queued once."""
        key = (name, *target)
        if key in self._queued:
            return
        if not self._queued:
            self._results.clear()
            self._show_message("")
        self._queued.add(key)
        self._tasks.spawn(name, self._act(key, act))

    async def _act(self, key: tuple[object, ...], act: Callable[[], Awaitable[str]]) -> None:
        severity: Severity = "good"
        try:
            async with self._lock:
                message = await act()
        except (ValidationFailed, EnvironmentFailure) as failed:
            if self._closed:
                raise EnvironmentFailure(failed.message) from None
            message, severity = str(failed), "bad"
        finally:
            self._queued.discard(key)
        if not self._closed:
            self._results.append((message, severity))
            has_failed = any(severity == "bad" for _, severity in self._results)
            messages = dict.fromkeys(message for message, _ in self._results)
            self._show_message("\n".join(messages), "bad" if has_failed else "good")
            self.refresh()

    def _show_receiver(self) -> None:
        self._state.setText(plain(self._receiver.message))
        widgets.set_severity(self._state, self._receiver.severity)
        self._reason.setText(plain(self._receiver.reason))
        self._reason.setVisible(bool(self._receiver.reason))
        if self._receiver.is_on:
            self._switch.setText(text("webhook_events.switch_off"))
            self._switch.setAccessibleName(text("webhook_events.accessible_switch_off"))
        else:
            self._switch.setText(text("webhook_events.switch_on"))
            self._switch.setAccessibleName(text("webhook_events.accessible_switch_on"))

    def _show_page_buttons(self) -> None:
        """Show beside Close what the page does."""
        framed = self.pages.currentWidget()
        self.events.reprocess.setVisible(framed.isAncestorOf(self.events))
        self.rules.save.setVisible(framed.isAncestorOf(self.rules))

    def _on_switched(self) -> None:
        self._receiver.switch_requested.emit(not self._receiver.is_on)

    def _on_failed(self, message: str) -> None:
        self._show_message(message, "bad")

    def _on_finished(self) -> None:
        if not self._closed:
            self._timer.stop()
            self._receiver.changed.disconnect(self._show_receiver)
        super()._on_finished()

    def _connect(self) -> None:
        self.events.chosen.connect(self._on_event_chosen)
        self.events.reprocess_requested.connect(self._on_reprocess_requested)
        self.events.files_chosen.connect(self._on_files_chosen)
        self.events.path_requested.connect(self._on_path_requested)
        self.events.failed.connect(self._on_failed)
        self.reviews.accepted.connect(self._on_accepted)
        self.reviews.declined.connect(self._on_declined)
        self.rules.save_requested.connect(self._on_save_requested)
        self._receiver.changed.connect(self._show_receiver)

    def _lay_out(self) -> None:
        theme = self._theme
        self._state = widgets.badge("", "quiet", dot=True)
        self._state.setObjectName("receiver_state")
        self._switch = action("receiver_switch", "", self._on_switched)
        widgets.set_tooltip(self._switch, text("webhook_events.switch_means"))
        self._reason = wrapped("", "secondary", "bad", name="receiver_reason")
        self._unchecked = wrapped("", "strong", "bad", name="not_checked")
        self._unchecked.hide()
        self.pages = QTabWidget()
        self.pages.setObjectName("webhook_event_pages")
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        for page, title in (
            (self.events, text("webhook_events.received")),
            (self.reviews, text("webhook_events.review")),
            (self.rules, text("webhook_events.rules")),
        ):
            framed = QWidget()
            column(theme, page, margins=(0, 10, 0, 0), parent=framed)
            self.pages.addTab(framed, title)
        for button in (self.events.reprocess, self.rules.save):
            button.setProperty("place", "row")
            self._button_row.addWidget(button)
        self.pages.currentChanged.connect(self._show_page_buttons)
        self._show_page_buttons()
        title = widgets.label(text("webhook_events.title"), "number")
        main = self._column(10)
        main.addLayout(row(theme, title, 1, self._state, self._switch))
        main.addWidget(self._reason)
        main.addWidget(self._unchecked)
        main.addWidget(self.pages, 1)
        main.addLayout(self._button_row)
