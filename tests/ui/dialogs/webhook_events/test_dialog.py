"""What platforms told by themselves: seen, worked off again, brought in from files, passed on, and by which rules."""

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
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, receive
from shipconsole.operations.orders import orders
from shipconsole.store import forwarding, platform_notices
from shipconsole.store.database import Db
from shipconsole.ui.dialogs.webhook_events.came_list import CameModel
from shipconsole.ui.dialogs.webhook_events.came_page import SHOWN_BYTES
from shipconsole.ui.dialogs.webhook_events.dialog import DeliveriesDialog
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until

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
OTHER = {"resource_type": "API_REPORT_COMPLETE", "resource_url": "https://api.shipengine.com/v1/x"}


def body(what: object) -> bytes:
    return json.dumps(what, indent=1).encode()


class Deliveries:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: DeliveriesDialog, known: dict[str, Connection]) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog
        self.known = known

    def said(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()

    def press(self, name: str) -> None:
        button = self.dialog.findChild(QPushButton, name)
        assert button is not None
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def rows(self) -> list[str]:
        model = self.dialog.came.model
        return [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]

    async def settled(self) -> None:
        await until(lambda: not self.tasks._running)
        # What was shown is laid out a moment later.
        await asyncio.sleep(0.01)

    async def look(self) -> None:
        self.dialog.refresh()
        await self.settled()


@pytest.fixture
async def deliveries(bench: Context, qtbot: QtBot) -> AsyncGenerator[Deliveries]:
    await connections.connect(bench, "swiftpod", "SwiftPOD", url="http://127.0.0.1:1", secrets={})
    known = {one.name: one for one in await connections.every(bench)}
    tasks = Tasks()
    failed: list[str] = []
    tasks.failed.connect(failed.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = DeliveriesDialog(window, bench, tasks, Theme(), ReceiverState(window))
    dialog.open()
    opened = Deliveries(bench, tasks, dialog, known)
    await opened.settled()
    yield opened
    dialog.reject()
    await tasks.stop()
    assert failed == []


async def bring(deliveries: Deliveries, what: object, name: str = "ShipEngine") -> int:
    added = await receive.bring_in(deliveries.ctx, deliveries.known[name], body(what))
    return added.id


async def propose(deliveries: Deliveries, *, confirmed: bool = True, sku: str = "", number: str = NUMBER) -> int:
    order_id = await orders.find(deliveries.ctx, "10001")
    await forward.set_rule(deliveries.ctx, "SwiftPOD", ["Shipup"], "review")
    await deliveries.ctx.write(
        forwarding.put_review,
        connection_id=deliveries.known["SwiftPOD"].id,
        tracking_number=number,
        order_id=order_id,
        carrier="usps",
        items=[RemotePacked(remote_id=sku or "X9", quantity=3)],
        confirmed=confirmed,
        message=NO_MESSAGE,
        now_ms=1_790_000_000_000,
        remote_changed_at_ms=0,
    )
    proposals = await forward.proposals(deliveries.ctx)
    return next(one.id for one in proposals if one.tracking_number == number)


async def test_what_came_stands_with_what_it_did_and_its_body_just_as_it_came(deliveries: Deliveries) -> None:
    assert deliveries.rows() == []
    await bring(deliveries, OTHER)
    await bring(deliveries, TRACK)
    await process.run_due(deliveries.ctx)
    await bring(deliveries, TRACK)
    await deliveries.look()
    newest, oldest = deliveries.rows()
    assert newest.startswith(f"ShipEngine · {text('time.today')}")
    states = (text("webhook_events.state_processed"), text("webhook.imported"), NUMBER)
    assert " · ".join(states) in newest
    assert "Report" in oldest
    assert deliveries.dialog.came.body.toPlainText() == body(TRACK).decode()
    assert deliveries.said("delivery_verified") == " · ".join(
        (text("webhook.imported"), text("webhook_events.received_times", count=2))
    )
    assert deliveries.dialog.findChild(QLabel, "delivery_verified").property("tone") == "quiet"


async def test_another_row_shows_another_body(deliveries: Deliveries) -> None:
    await bring(deliveries, OTHER)
    await bring(deliveries, TRACK)
    await deliveries.look()
    QTest.keyClick(deliveries.dialog.came.list, Qt.Key.Key_Down)
    await deliveries.settled()
    assert deliveries.dialog.came.body.toPlainText() == body(OTHER).decode()


async def test_a_long_body_is_shown_in_part_and_that_is_said(deliveries: Deliveries) -> None:
    cut = deliveries.dialog.findChild(QLabel, "delivery_cut")
    await bring(deliveries, TRACK)
    await deliveries.look()
    assert cut.isHidden()
    texts = '","'.join(["é" * 5_000] * 20)
    long = f'{{"resource_type": "API_TRACK", "of": ["{texts}"]}}'.encode()
    with pytest.raises(UnicodeDecodeError, match="unexpected end"):
        # The cut goes through a letter.
        long[:SHOWN_BYTES].decode()
    await receive.bring_in(deliveries.ctx, deliveries.known["ShipEngine"], long)
    await deliveries.look()
    deliveries.dialog.came.list.setCurrentIndex(deliveries.dialog.came.model.index(0))
    await deliveries.settled()
    shown = deliveries.dialog.came.body.toPlainText()
    assert len(shown.encode()) == SHOWN_BYTES - 1
    assert shown.endswith("éé")
    assert (cut.isHidden(), cut.text()) == (False, text("webhook_events.cut", size=64))


async def test_markup_and_hidden_signs_in_a_body_are_only_text(deliveries: Deliveries) -> None:
    await bring(deliveries, {"resource_type": "<img src='file:///x'>\u202egpj"})
    await deliveries.look()
    assert "<img src" in deliveries.dialog.came.body.toPlainText()
    assert "\u202e" not in deliveries.dialog.came.body.toPlainText()


async def test_working_off_again_changes_nothing(deliveries: Deliveries) -> None:
    webhook_event_id = await bring(deliveries, TRACK)
    await process.run_due(deliveries.ctx)
    await deliveries.look()
    before = await deliveries.ctx.read(everything_told)
    deliveries.press("replay")
    await deliveries.settled()
    assert deliveries.said("deliveries_said").startswith(
        text("webhook_events.reprocessed", state=text("webhook_events.state_processed"))
    )
    assert await deliveries.ctx.read(everything_told) == before
    assert [one.id for one in await receive.latest(deliveries.ctx, -1)] == [webhook_event_id]


def everything_told(db: Db) -> object:
    """All that a webhook may have changed."""
    return db.rows("tracks.events", track_id=1), platform_notices.latest(db, most=10), forwarding.every(db, most=10)


async def test_files_are_brought_in_each_once(deliveries: Deliveries, tmp_path: Path) -> None:
    for name, what in (("a.json", TRACK), ("b.json", OTHER)):
        (tmp_path / name).write_bytes(body(what))
    (tmp_path / "c.json").write_bytes(body(TRACK).decode().encode("utf-16"))
    deliveries.press("bring_in")
    asked = deliveries.dialog.findChild(QFileDialog, "delivery_files")
    assert asked is not None
    assert asked.fileMode() == QFileDialog.FileMode.ExistingFiles
    asked.filesSelected.emit([str(tmp_path / name) for name in ("a.json", "b.json", "c.json")])
    asked.reject()
    await deliveries.settled()
    assert deliveries.said("deliveries_said") == " ".join(
        (text("webhook_events.imported", count=2), text("webhook_events.imported_known", count=1))
    )
    assert len(deliveries.rows()) == 2


async def test_a_file_that_is_no_webhook_or_cannot_be_read_is_said(deliveries: Deliveries, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{")
    deliveries.dialog.came.take_files([str(tmp_path / "a.json")])
    await deliveries.settled()
    assert deliveries.said("deliveries_said").startswith("File 1 of 1: This is not a webhook event")
    (tmp_path / "b.json").write_bytes("Ström".encode("cp1252"))
    deliveries.dialog.came.take_files([str(tmp_path / "b.json")])
    assert deliveries.said("deliveries_said").startswith("b.json can't be read as text: ")
    deliveries.dialog.came.take_files([str(tmp_path / "none.json")])
    assert deliveries.said("deliveries_said") == text(
        "webhook_events.unreadable", file="none.json", reason=os.strerror(errno.ENOENT)
    )


async def test_every_connection_whose_vendor_sends_webhooks_is_offered(deliveries: Deliveries) -> None:
    whose = deliveries.dialog.findChild(QComboBox, "files_of")
    offered = {whose.itemText(place) for place in range(whose.count())}
    assert offered == {"ShipEngine", "Starshipit", "Shipup", "SwiftPOD"}


async def test_a_check_that_is_off_stands_in_red(deliveries: Deliveries) -> None:
    warned = deliveries.dialog.findChild(QLabel, "not_checked")
    assert warned.isHidden()
    options = {"webhook_signature": "off"}
    await connections.connect(deliveries.ctx, "shipengine", "ShipEngine", url="http://127.0.0.1:1", options=options)
    deliveries.tasks.spawn("read", deliveries.dialog._read_rules())
    await deliveries.settled()
    assert warned.text() == text("webhook_events.unchecked", connections=("ShipEngine",))
    assert warned.property("tone") == "bad"


async def test_a_parcel_waits_for_a_yes_and_a_refusal_says_why(deliveries: Deliveries) -> None:
    proposal_id = await propose(deliveries)
    await deliveries.look()
    assert deliveries.dialog._pages.tabText(1) == text("webhook_events.review_count", count=1)
    deliveries.dialog._pages.setCurrentIndex(1)
    deliveries.press(f"yes_{proposal_id}")
    await deliveries.settled()
    words = "SwiftPOD doesn't have order 10001, so nothing of it shipped there."
    assert deliveries.said("deliveries_said") == words
    await deliveries.settled()
    (refused,) = await forward.proposals(deliveries.ctx)
    assert refused.state == "refused"
    await deliveries.look()
    assert deliveries.dialog._pages.tabText(1) == text("webhook_events.review_count", count=1)


async def test_a_no_is_for_good(deliveries: Deliveries) -> None:
    proposal_id = await propose(deliveries)
    await deliveries.look()
    deliveries.dialog._pages.setCurrentIndex(1)
    deliveries.press(f"no_{proposal_id}")
    await deliveries.settled()
    assert deliveries.said("deliveries_said") == "Declined by Bench 1."
    await deliveries.look()
    visible = [one for one in deliveries.dialog.findChildren(QPushButton, f"yes_{proposal_id}") if one.isVisible()]
    assert visible == []


async def test_rules_are_off_until_somebody_saves_another(deliveries: Deliveries) -> None:
    shown = deliveries.dialog
    shown._pages.setCurrentIndex(2)
    swiftpod, shipup = deliveries.known["SwiftPOD"].id, deliveries.known["Shipup"].id
    mode = shown.findChild(QComboBox, f"rule_mode_{swiftpod}")
    assert mode.currentText() == text("webhook_events.mode_off")
    assert not shown.rules.save.isEnabled()
    mode.setCurrentIndex(1)
    deliveries.press("save_rules")
    await deliveries.settled()
    assert deliveries.said("deliveries_said") == "Choose the connections that are notified about the packages."
    assert await forward.rules(deliveries.ctx) == ()
    mode = shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1]
    mode.setCurrentIndex(1)
    shown.findChildren(QCheckBox, f"rule_{swiftpod}_to_{shipup}")[-1].click()
    deliveries.press("save_rules")
    await deliveries.settled()
    assert deliveries.said("deliveries_said") == text("webhook_events.rules_saved")
    (rule,) = await forward.rules(deliveries.ctx)
    assert rule == (swiftpod, (shipup,), "review")
    assert not shown.rules.save.isEnabled()


async def test_what_is_pressed_while_something_else_is_done_is_done_after_it_once(deliveries: Deliveries) -> None:
    proposal_id = await propose(deliveries)
    deliveries.tasks.spawn("read", deliveries.dialog._read_rules())
    await deliveries.look()
    shown, shipup = deliveries.dialog, deliveries.known["Shipup"].id
    swiftpod = deliveries.known["SwiftPOD"].id
    shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1].setCurrentIndex(2)
    shown._pages.setCurrentIndex(1)
    deliveries.press(f"no_{proposal_id}")
    shown._pages.setCurrentIndex(2)
    for _ in range(2):
        deliveries.press("save_rules")
    assert len(deliveries.tasks._running) == 2
    await deliveries.settled()
    (declined,) = await forward.proposals(deliveries.ctx)
    assert declined.state == "declined"
    assert await forward.rules(deliveries.ctx) == ((swiftpod, (shipup,), "auto"),)


async def test_a_refusal_stays_in_sight_beside_what_is_done_after_it(deliveries: Deliveries) -> None:
    proposal_id = await propose(deliveries)
    other_id = await propose(deliveries, sku="OTHER", number="1Z12345E1512345676")
    await deliveries.look()
    deliveries.dialog._pages.setCurrentIndex(1)
    deliveries.press(f"yes_{proposal_id}")
    deliveries.press(f"no_{other_id}")
    await deliveries.settled()
    refused, declined = deliveries.said("deliveries_said").splitlines()
    assert refused == "SwiftPOD doesn't have order 10001, so nothing of it shipped there."
    assert declined == "Declined by Bench 1."


async def test_files_for_two_connections_are_both_brought_in(deliveries: Deliveries) -> None:
    for name in ("SwiftPOD", "ShipEngine"):
        deliveries.dialog._on_files_chosen(deliveries.known[name], [b'{"of": 1}'])
    await deliveries.settled()
    assert len(await receive.latest(deliveries.ctx, 10)) == 2


async def test_rules_that_wait_for_their_turn_are_saved_though_the_dialog_is_closed(deliveries: Deliveries) -> None:
    proposal_id = await propose(deliveries)
    deliveries.tasks.spawn("read", deliveries.dialog._read_rules())
    await deliveries.look()
    shown, swiftpod = deliveries.dialog, deliveries.known["SwiftPOD"].id
    shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1].setCurrentIndex(2)
    deliveries.dialog._on_declined(proposal_id)
    deliveries.dialog._on_save_requested()
    shown.reject()
    shiboken6.delete(shown.rules)
    await deliveries.settled()
    (rule,) = await forward.rules(deliveries.ctx)
    assert rule.mode == "auto"


async def test_what_comes_in_takes_the_keyboard_from_nobody(deliveries: Deliveries) -> None:
    await bring(deliveries, TRACK)
    deliveries.tasks.spawn("read", deliveries.dialog._read_rules())
    await deliveries.look()
    shown, swiftpod = deliveries.dialog, deliveries.known["SwiftPOD"].id
    shown._pages.setCurrentIndex(2)
    mode = shown.findChildren(QComboBox, f"rule_mode_{swiftpod}")[-1]
    mode.setFocus()
    chosen = deliveries.rows()[shown.came.list.currentIndex().row()]
    await bring(deliveries, OTHER)
    await deliveries.look()
    assert len(deliveries.rows()) == 2
    assert deliveries.rows()[shown.came.list.currentIndex().row()] == chosen
    assert shown.focusWidget() is mode


async def test_the_receiver_says_how_it_is_and_is_switched(deliveries: Deliveries) -> None:
    receiver = deliveries.dialog._receiver
    wanted: list[bool] = []
    receiver.wanted.connect(wanted.append)
    assert deliveries.said("receiver_state") == text("webhook_events.receiver_off")
    deliveries.press("receiver_switch")
    receiver.show_listening(("http://127.0.0.1:8787", "http://[::1]:8787"))
    assert deliveries.said("receiver_state") == text(
        "webhook_events.listening", addresses=("127.0.0.1:8787", "[::1]:8787")
    )
    deliveries.press("receiver_switch")
    receiver.show_failed("Address already in use")
    assert deliveries.said("receiver_state") == text("webhook_events.cannot_listen")
    assert deliveries.said("receiver_why") == "Address already in use"
    assert wanted == [True, False]


async def test_closed_it_shows_nothing_more(deliveries: Deliveries) -> None:
    deliveries.dialog.refresh()
    deliveries.dialog.reject()
    await deliveries.settled()
    deliveries.dialog._receiver.show_off()
    assert deliveries.rows() == []


def test_the_list_is_a_proper_model() -> None:
    QAbstractItemModelTester(CameModel(), QAbstractItemModelTester.FailureReportingMode.Fatal)
