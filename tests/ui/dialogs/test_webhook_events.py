"""The webhook events in the window: shown, reprocessed, imported from files, forwarded, and by which rules."""

import asyncio
import errno
import json
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QFileDialog, QFrame, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive
from shipconsole.operations.inbound.webhook_log import ForwardReview
from shipconsole.operations.orders import orders
from shipconsole.store import forwarding, platform_notices
from shipconsole.store.database import Db
from shipconsole.store.forwarding import ForwardReviewState
from shipconsole.ui.dialogs.webhook_events.dialog import WebhookEventsDialog
from shipconsole.ui.dialogs.webhook_events.events_page import SHOWN_BYTES, EventsModel
from shipconsole.ui.dialogs.webhook_events.forwarding_pages import ReviewsPage
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until_idle


def review(id_: int, state: ForwardReviewState) -> ForwardReview:
    return ForwardReview(id_, 1, "SwiftPOD", f"N{id_}", 1, "10001", "usps", (), True, state, "", None, 0)


def test_shipments_that_cannot_be_forwarded_are_listed_with_those_to_review(qtbot: QtBot) -> None:
    page = ReviewsPage(Theme())
    qtbot.addWidget(page)
    states: tuple[ForwardReviewState, ...] = ("shipped", "refused", "declined", "proposed")
    page.show_reviews([review(id_, state) for id_, state in enumerate(states, 1)], {})
    page.show()
    # The column lays its cards out once the window is shown.
    cards = [card for card in page.findChildren(QFrame) if card.objectName().startswith("review_")]
    assert len(cards) == 4
    qtbot.waitUntil(lambda: len({card.y() for card in cards}) == len(cards))
    assert [card.objectName() for card in sorted(cards, key=lambda card: card.y())] == [
        f"review_{id_}" for id_ in (2, 4, 1, 3)
    ]


NUMBER = "9400100109361129278357"
TRACK = {
    "resource_type": "API_TRACK",
    "data": {
        "tracking_number": NUMBER,
        "status_code": "IT",
        "carrier_code": "stamps_com",
        "events": [{"occurred_at": "2026-11-20T08:00:00Z", "description": "Arrived", "status_code": "IT"}],
    },
}
REFUSED = "SwiftPOD doesn't have order 10001, so nothing of it shipped there."
OTHER = {"resource_type": "API_REPORT_COMPLETE", "resource_url": "https://api.shipengine.com/v1/x"}


def body(what: object) -> bytes:
    return json.dumps(what, indent=1).encode()


class WebhookEvents:
    """The open dialog, and what a test does with it."""

    def __init__(
        self,
        ctx: Context,
        tasks: Tasks,
        dialog: WebhookEventsDialog,
        known: dict[str, Connection],
        receiver: ReceiverState,
    ) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog
        self.known = known
        self.receiver = receiver

    def shown(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()

    def press(self, name: str) -> None:
        button = self.dialog.findChild(QPushButton, name)
        assert button is not None
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def rows(self) -> list[str]:
        model = self.dialog.events.model
        return [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]

    async def settled(self) -> None:
        await until_idle(self.tasks)
        # What was shown is laid out a moment later.
        await asyncio.sleep(0.01)

    async def refresh(self) -> None:
        self.dialog.refresh()
        await self.settled()


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[WebhookEvents]:
    await connections.connect(bench, "swiftpod", "SwiftPOD", url="http://127.0.0.1:1", secrets={})
    known = {connection.name: connection for connection in await connections.every(bench)}
    tasks = Tasks()
    failed: list[str] = []
    tasks.failed.connect(failed.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    receiver = ReceiverState(window)
    dialog = WebhookEventsDialog(window, bench, tasks, Theme(), receiver)
    dialog.open()
    made = WebhookEvents(bench, tasks, dialog, known, receiver)
    await made.settled()
    yield made
    dialog.reject()
    await tasks.stop()
    assert failed == []


async def bring(opened: WebhookEvents, what: object, name: str = "ShipEngine") -> int:
    added = await receive.import_event(opened.ctx, opened.known[name], body(what))
    return added.id


async def add_review(opened: WebhookEvents, *, confirmed: bool = True, sku: str = "", number: str = NUMBER) -> int:
    order_id = await orders.find(opened.ctx, "10001")
    await forward.set_rule(opened.ctx, "SwiftPOD", ["Shipup"], "review")
    await opened.ctx.write(
        forwarding.put_review,
        connection_id=opened.known["SwiftPOD"].id,
        tracking_number=number,
        order_id=order_id,
        carrier="usps",
        items=[RemotePacked(remote_id=sku or "X9", quantity=3)],
        confirmed=confirmed,
        message=NO_MESSAGE,
        now_ms=1_790_000_000_000,
        remote_changed_at_ms=0,
    )
    proposals = await forward.reviews(opened.ctx)
    return next(proposal.id for proposal in proposals if proposal.tracking_number == number)


async def test_an_event_is_shown_with_its_result_and_its_body_as_received(opened: WebhookEvents) -> None:
    assert opened.rows() == []
    await bring(opened, OTHER)
    await bring(opened, TRACK)
    await process.run_due(opened.ctx)
    await bring(opened, TRACK)
    await opened.refresh()
    newest, oldest = opened.rows()
    assert newest.startswith(f"ShipEngine · {text('time.today')}")
    states = (text("webhook_events.state_processed"), text("webhook.imported"), NUMBER)
    assert " · ".join(states) in newest
    assert "Report" in oldest
    assert opened.dialog.events.body.toPlainText() == body(TRACK).decode()
    assert opened.shown("webhook_event_verified") == " · ".join(
        (text("webhook.imported"), text("webhook_events.received_times", count=2))
    )
    assert opened.dialog.findChild(QLabel, "webhook_event_verified").property("severity") == "quiet"


async def test_another_row_shows_another_body(opened: WebhookEvents) -> None:
    await bring(opened, OTHER)
    await bring(opened, TRACK)
    await opened.refresh()
    QTest.keyClick(opened.dialog.events.list, Qt.Key.Key_Down)
    await opened.settled()
    assert opened.dialog.events.body.toPlainText() == body(OTHER).decode()


async def test_only_the_beginning_of_a_long_body_is_shown(opened: WebhookEvents) -> None:
    cut = opened.dialog.findChild(QLabel, "webhook_event_cut")
    await bring(opened, TRACK)
    await opened.refresh()
    assert cut.isHidden()
    texts = '","'.join(["é" * 5_000] * 20)
    long = f'{{"resource_type": "API_TRACK", "of": ["{texts}"]}}'.encode()
    with pytest.raises(UnicodeDecodeError, match="unexpected end"):
        # The cut goes through a letter.
        long[:SHOWN_BYTES].decode()
    await receive.import_event(opened.ctx, opened.known["ShipEngine"], long)
    await opened.refresh()
    opened.dialog.events.list.setCurrentIndex(opened.dialog.events.model.index(0))
    await opened.settled()
    shown = opened.dialog.events.body.toPlainText()
    assert len(shown.encode()) == SHOWN_BYTES - 1
    assert shown.endswith("éé")
    assert (cut.isHidden(), cut.text()) == (False, text("webhook_events.cut", size=64))


async def test_markup_and_hidden_signs_in_a_body_are_only_text(opened: WebhookEvents) -> None:
    await bring(opened, {"resource_type": "<img src='file:///x'>\u202egpj"})
    await opened.refresh()
    assert "<img src" in opened.dialog.events.body.toPlainText()
    assert "\u202e" not in opened.dialog.events.body.toPlainText()


async def test_reprocessing_changes_nothing(opened: WebhookEvents) -> None:
    event_id = await bring(opened, TRACK)
    await process.run_due(opened.ctx)
    await opened.refresh()
    before = await opened.ctx.read(everything_stored)
    opened.press("reprocess")
    await opened.settled()
    assert opened.shown("webhook_event_message").startswith(
        text("webhook_events.reprocessed", state=text("webhook_events.state_processed"))
    )
    assert await opened.ctx.read(everything_stored) == before
    assert [event.id for event in await receive.latest(opened.ctx, None)] == [event_id]


def everything_stored(db: Db) -> object:
    """All that a webhook may have changed."""
    return db.rows("tracks.events", track_id=1), platform_notices.latest(db, most=10), forwarding.every(db, most=10)


async def test_files_are_imported_once_each(opened: WebhookEvents, tmp_path: Path) -> None:
    for name, what in (("a.json", TRACK), ("b.json", OTHER)):
        (tmp_path / name).write_bytes(body(what))
    (tmp_path / "c.json").write_bytes(body(TRACK).decode().encode("utf-16"))
    opened.press("import_files")
    asked = opened.dialog.findChild(QFileDialog, "webhook_event_files")
    assert asked is not None
    assert asked.fileMode() == QFileDialog.FileMode.ExistingFiles
    asked.filesSelected.emit([str(tmp_path / name) for name in ("a.json", "b.json", "c.json")])
    asked.reject()
    await opened.settled()
    assert opened.shown("webhook_event_message") == " ".join(
        (text("webhook_events.imported", count=2), text("webhook_events.imported_known", count=1))
    )
    assert len(opened.rows()) == 2


async def test_a_file_that_is_no_webhook_event_or_unreadable_is_reported(opened: WebhookEvents, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{")
    opened.dialog.events.take_files([str(tmp_path / "a.json")])
    await opened.settled()
    assert opened.shown("webhook_event_message").startswith("File 1 of 1: This is not a webhook event")
    (tmp_path / "b.json").write_bytes("Ström".encode("cp1252"))
    opened.dialog.events.take_files([str(tmp_path / "b.json")])
    assert opened.shown("webhook_event_message").startswith("b.json can't be read as text: ")
    opened.dialog.events.take_files([str(tmp_path / "none.json")])
    assert opened.shown("webhook_event_message") == text(
        "webhook_events.unreadable", file="none.json", reason=os.strerror(errno.ENOENT)
    )


async def test_every_connection_that_sends_webhook_events_is_offered(opened: WebhookEvents) -> None:
    choice = opened.dialog.findChild(QComboBox, "files_of")
    offered = {choice.itemText(index) for index in range(choice.count())}
    assert offered == {"ShipEngine", "Starshipit", "Shipup", "SwiftPOD"}


async def test_unchecked_signatures_show_a_warning(opened: WebhookEvents) -> None:
    warned = opened.dialog.findChild(QLabel, "not_checked")
    assert warned.isHidden()
    options = {"webhook_signature": "off"}
    await connections.connect(opened.ctx, "shipengine", "ShipEngine", url="http://127.0.0.1:1", options=options)
    opened.dialog.refresh_rules()
    await opened.settled()
    assert warned.text() == text("webhook_events.unchecked", connections=("ShipEngine",))
    assert warned.property("severity") == "bad"


async def test_a_shipment_is_forwarded_after_review_and_a_refusal_has_a_reason(opened: WebhookEvents) -> None:
    review_id = await add_review(opened)
    await opened.refresh()
    assert opened.dialog.pages.tabText(1) == text("webhook_events.review_count", count=1)
    opened.dialog.pages.setCurrentIndex(1)
    opened.press(f"forward_{review_id}")
    await opened.settled()
    assert opened.shown("webhook_event_message") == REFUSED
    await opened.settled()
    (refused,) = await forward.reviews(opened.ctx)
    assert refused.state == "refused"
    await opened.refresh()
    assert opened.dialog.pages.tabText(1) == text("webhook_events.review_count", count=1)


async def test_a_declined_shipment_is_never_offered_again(opened: WebhookEvents) -> None:
    review_id = await add_review(opened)
    await opened.refresh()
    opened.dialog.pages.setCurrentIndex(1)
    opened.press(f"decline_{review_id}")
    await opened.settled()
    assert opened.shown("webhook_event_message") == "Declined by Bench 1."
    await opened.refresh()
    visible = [
        button for button in opened.dialog.findChildren(QPushButton, f"forward_{review_id}") if button.isVisible()
    ]
    assert visible == []


async def test_rules_are_off_until_another_mode_is_saved(opened: WebhookEvents) -> None:
    shown = opened.dialog
    shown.pages.setCurrentIndex(2)
    swiftpod, shipup = opened.known["SwiftPOD"].id, opened.known["Shipup"].id
    mode = shown.findChild(QComboBox, f"rule_mode_{swiftpod}")
    assert mode.currentText() == text("webhook_events.mode_off")
    assert not shown.rules.save.isEnabled()
    mode.setCurrentIndex(1)
    opened.press("save_rules")
    await opened.settled()
    assert opened.shown("webhook_event_message") == "Choose the connections that are notified about the packages."
    assert await forward.rules(opened.ctx) == ()
    mode = shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1]
    mode.setCurrentIndex(1)
    shown.findChildren(QCheckBox, f"rule_{swiftpod}_to_{shipup}")[-1].click()
    opened.press("save_rules")
    await opened.settled()
    assert opened.shown("webhook_event_message") == text("webhook_events.rules_saved")
    (rule,) = await forward.rules(opened.ctx)
    assert rule == (swiftpod, (shipup,), "review")
    assert not shown.rules.save.isEnabled()


async def test_actions_are_queued_once_behind_each_other(opened: WebhookEvents) -> None:
    review_id = await add_review(opened)
    opened.dialog.refresh_rules()
    await opened.refresh()
    shown, shipup = opened.dialog, opened.known["Shipup"].id
    swiftpod = opened.known["SwiftPOD"].id
    shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1].setCurrentIndex(2)
    shown.pages.setCurrentIndex(1)
    opened.press(f"decline_{review_id}")
    shown.pages.setCurrentIndex(2)
    for _ in range(2):
        opened.press("save_rules")
    assert len(opened.tasks.running) == 2
    await opened.settled()
    (declined,) = await forward.reviews(opened.ctx)
    assert declined.state == "declined"
    assert await forward.rules(opened.ctx) == ((swiftpod, (shipup,), "auto"),)


async def test_a_refusal_stays_visible_beside_later_results(opened: WebhookEvents) -> None:
    review_id = await add_review(opened)
    other_id = await add_review(opened, sku="OTHER", number="1Z12345E1512345676")
    await opened.refresh()
    opened.dialog.pages.setCurrentIndex(1)
    opened.press(f"forward_{review_id}")
    opened.press(f"decline_{other_id}")
    await opened.settled()
    refused, declined = opened.shown("webhook_event_message").splitlines()
    assert refused == REFUSED
    assert declined == "Declined by Bench 1."


async def test_files_for_two_connections_are_both_imported(opened: WebhookEvents) -> None:
    for name in ("SwiftPOD", "ShipEngine"):
        opened.dialog.events.files_chosen.emit(opened.known[name], [b'{"of": 1}'])
    await opened.settled()
    assert len(await receive.latest(opened.ctx, 10)) == 2


async def test_queued_rules_are_saved_after_the_dialog_was_closed(opened: WebhookEvents) -> None:
    review_id = await add_review(opened)
    opened.dialog.refresh_rules()
    await opened.refresh()
    shown, swiftpod = opened.dialog, opened.known["SwiftPOD"].id
    shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1].setCurrentIndex(2)
    opened.dialog.reviews.declined.emit(review_id)
    opened.dialog.rules.save_requested.emit()
    shown.reject()
    shiboken6.delete(shown.rules)
    await opened.settled()
    (rule,) = await forward.rules(opened.ctx)
    assert rule.mode == "auto"


async def test_a_new_event_does_not_take_the_focus(opened: WebhookEvents) -> None:
    await bring(opened, TRACK)
    opened.dialog.refresh_rules()
    await opened.refresh()
    shown, swiftpod = opened.dialog, opened.known["SwiftPOD"].id
    shown.pages.setCurrentIndex(2)
    mode = shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1]
    mode.setFocus()
    chosen = opened.rows()[shown.events.list.currentIndex().row()]
    await bring(opened, OTHER)
    await opened.refresh()
    assert len(opened.rows()) == 2
    assert opened.rows()[shown.events.list.currentIndex().row()] == chosen
    assert shown.focusWidget() is mode


async def test_the_receiver_shows_its_state_and_is_switched(opened: WebhookEvents) -> None:
    receiver = opened.receiver
    requests: list[bool] = []
    receiver.switch_requested.connect(requests.append)
    assert opened.shown("receiver_state") == text("webhook_events.receiver_off")
    opened.press("receiver_switch")
    receiver.show_listening(("http://127.0.0.1:8787", "http://[::1]:8787"))
    assert opened.shown("receiver_state") == text(
        "webhook_events.listening", addresses=("127.0.0.1:8787", "[::1]:8787")
    )
    opened.press("receiver_switch")
    receiver.show_failed("Address already in use")
    assert opened.shown("receiver_state") == text("webhook_events.cannot_listen")
    assert opened.shown("receiver_reason") == "Address already in use"
    assert requests == [True, False]


async def test_after_closing_nothing_more_is_shown(opened: WebhookEvents) -> None:
    opened.dialog.refresh()
    opened.dialog.reject()
    await opened.settled()
    opened.receiver.show_off()
    assert opened.rows() == []


def test_the_list_is_a_valid_model() -> None:
    QAbstractItemModelTester(EventsModel(), QAbstractItemModelTester.FailureReportingMode.Fatal)


async def test_the_path_of_the_webhook_url_is_copied_and_shown_nowhere(opened: WebhookEvents) -> None:
    opened.dialog.events.files_of.setCurrentText("Shipup")
    opened.press("copy_webhook_path")
    await opened.settled()
    path = await receive.webhook_path(opened.ctx, opened.known["Shipup"])
    assert QApplication.clipboard().text() == path
    assert opened.shown("webhook_event_message") == text("webhook_events.path_copied", connection="Shipup", key="F1")
    secret = path.rpartition("/")[2]
    assert not [label for label in opened.dialog.findChildren(QLabel) if secret in label.text() + label.toolTip()]


async def test_the_buttons_are_one_row_and_belong_to_the_page(opened: WebhookEvents) -> None:
    dialog = opened.dialog
    close = dialog.findChild(QPushButton, "close")
    assert close is not None
    for position, name in enumerate(("reprocess", "", "save_rules")):
        dialog.pages.setCurrentIndex(position)
        await opened.settled()
        others = (dialog.events.reprocess, dialog.rules.save)
        assert [button.objectName() for button in others if button.isVisible()] == [name] * bool(name)
        low = in_dialog(close) - 2 * close.height()
        below = [
            button for button in dialog.findChildren(QPushButton) if button.isVisible() and in_dialog(button) > low
        ]
        assert {in_dialog(button) for button in below} == {in_dialog(close)}


def in_dialog(button: QPushButton) -> int:
    """Return the top of a button in its window."""
    return button.mapTo(button.window(), button.rect().topLeft()).y()
