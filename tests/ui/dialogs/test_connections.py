"""The connections: added, edited and tested, with keys that only the keyring stores."""

from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.messages import text
from shipconsole.operations.connections import connections, senders
from shipconsole.operations.context import Context
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.keys import LOCKED, KeyringUnavailable, MemoryKeys
from shipconsole.store import senders as stored
from shipconsole.ui.dialogs.connections import ConnectionsDialog
from shipconsole.ui.kit.strings import paused_by
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import SECRETS
from tests.ui.waiting import until, until_idle

KEY = SECRETS["shipengine"]["api_key"]


class LockedKeys(MemoryKeys):
    """A locked keyring."""

    def put(self, _connection: str, _field: str, _value: str) -> "Future[None]":
        future: Future[None] = Future()
        future.set_exception(KeyringUnavailable(LOCKED))
        return future


@pytest.fixture
def tasks() -> Tasks:
    return Tasks()


@pytest.fixture
async def opened(qtbot: QtBot, tasks: Tasks) -> AsyncGenerator[Callable[[Context], ConnectionsDialog]]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    def open_on(ctx: Context) -> ConnectionsDialog:
        dialog = ConnectionsDialog(window, ctx, tasks, Theme())
        dialog.open()
        return dialog

    failures: list[str] = []
    tasks.failed.connect(failures.append)
    yield open_on
    await until_idle(tasks)
    assert failures == []


def field(dialog: ConnectionsDialog, name: str) -> QLineEdit:
    found = [line for line in dialog.findChildren(QLineEdit, name) if line.isVisible()]
    return found[-1]


def message(dialog: ConnectionsDialog) -> str:
    return dialog.findChild(QLabel, "connections_message").text()


def press(dialog: ConnectionsDialog, name: str) -> None:
    QTest.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def type_in(dialog: ConnectionsDialog, name: str, text: str) -> None:
    line = field(dialog, name)
    line.selectAll()
    QTest.keyClicks(line, text)


async def test_a_connection_is_added_and_its_key_is_only_in_the_keyring(
    ctx: Context, simulated_platforms: SimulatorServer, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    dialog = opened(ctx)
    await until(lambda: message(dialog) == text("connections.none"))
    type_in(dialog, "name", "Our shop")
    type_in(dialog, "url", f"{simulated_platforms.url}/shipengine")
    type_in(dialog, "secret_api_key", KEY)
    assert field(dialog, "secret_api_key").echoMode() is QLineEdit.EchoMode.Password
    press(dialog, "save")
    await until(lambda: message(dialog) == text("connections.saved_works", name="Our shop", key="F5"))
    assert field(dialog, "secret_api_key").text() == ""
    (stored,) = await connections.every(ctx)
    assert (stored.name, stored.vendor, stored.options) == ("Our shop", "shipengine", {})
    assert ctx.keys.get("Our shop", "api_key").result().reveal() == KEY
    press(dialog, "test")
    await until(lambda: message(dialog).startswith(text("connections.verdict_ok")))


async def test_a_wrong_key_is_reported_and_shown_in_the_list(
    ctx: Context, simulated_platforms: SimulatorServer, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    url = f"{simulated_platforms.url}/shipengine"
    await connections.connect(ctx, "shipengine", "ShipEngine", url=url, secrets={"api_key": "TEST_wrong"})
    dialog = opened(ctx)
    await until(lambda: dialog.list.count() == 1)
    press(dialog, "test")
    await until(lambda: message(dialog).startswith(text("connections.verdict_wrong_key")))
    assert dialog.list.item(0).text() == f"ShipEngine · {text('connection_state.blocked')}"


async def test_the_first_connection_is_entered_at_once_and_a_wrong_key_is_found_when_it_is_saved(
    ctx: Context, simulated_platforms: SimulatorServer, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    dialog = opened(ctx)
    await until(lambda: message(dialog) == text("connections.none"))
    assert QApplication.focusWidget() is dialog.findChild(QComboBox, "vendor")
    type_in(dialog, "url", f"{simulated_platforms.url}/shipengine")
    type_in(dialog, "secret_api_key", "TEST_wrong")
    press(dialog, "save")
    await until(lambda: message(dialog).startswith(text("connections.verdict_wrong_key")))
    assert len(await connections.every(ctx)) == 1, "it is stored; the key is entered again"
    assert QApplication.focusWidget() is field(dialog, "secret_api_key")


async def test_invalid_input_is_marked_at_its_field(
    ctx: Context, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    dialog = opened(ctx)
    await until(lambda: message(dialog))
    type_in(dialog, "name", "a/b")
    type_in(dialog, "url", "http://example.com")
    press(dialog, "save")
    await until(lambda: field(dialog, "url").property("wrong"))
    assert field(dialog, "name").property("wrong") is True
    assert await connections.every(ctx) == ()


async def test_a_locked_keyring_is_reported_and_nothing_is_stored(
    ctx: Context, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    dialog = opened(replace(ctx, keys=LockedKeys()))
    await until(lambda: message(dialog))
    type_in(dialog, "secret_api_key", KEY)
    press(dialog, "save")
    await until(lambda: message(dialog) == str(LOCKED))
    assert await connections.every(ctx) == ()
    assert field(dialog, "secret_api_key").text() == KEY, "the key need not be typed again"


async def test_each_platform_has_its_own_keys(ctx: Context, opened: Callable[[Context], ConnectionsDialog]) -> None:
    dialog = opened(ctx)
    await until(lambda: message(dialog))
    vendors = dialog.findChild(QComboBox, "vendor")
    vendors.setCurrentIndex(1)
    vendors.activated.emit(1)
    await until(lambda: dialog.findChild(QLineEdit, "secret_subscription_key"))
    assert field(dialog, "name").text() == "Starshipit"


async def test_a_changed_option_is_stored_and_the_key_stays(
    bench: Context, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    dialog = opened(bench)
    await until(lambda: dialog.list.count() == 3)
    type_in(dialog, "options_page_size", "25")
    type_in(dialog, "options_carrier", "usps=endicia, ups=ups_walleted")
    press(dialog, "save")
    await until(lambda: message(dialog) == text("connections.saved_works", name="ShipEngine", key="F5"))
    stored = (await connections.every(bench))[0]
    assert stored.options == {"page_size": "25", "carrier.usps": "endicia", "carrier.ups": "ups_walleted"}
    assert bench.keys.get("ShipEngine", "api_key").result().reveal() == KEY
    assert field(dialog, "options_carrier").text() == "ups=ups_walleted, usps=endicia"


async def test_a_new_connection_does_not_replace_the_keys_of_an_existing_one(
    bench: Context, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    dialog = opened(bench)
    await until(lambda: dialog.list.count() == 3)
    press(dialog, "add_connection")
    await until(lambda: field(dialog, "name").isEnabled() and not field(dialog, "name").isReadOnly())
    type_in(dialog, "name", "shipengine ")
    type_in(dialog, "secret_api_key", "TEST_another")
    press(dialog, "save")
    await until(lambda: field(dialog, "name").property("wrong"))
    assert any(
        label.text() == text("connections.name_taken", name="shipengine") for label in dialog.findChildren(QLabel)
    )
    assert bench.keys.get("ShipEngine", "api_key").result().reveal() == KEY
    assert field(dialog, "secret_api_key").text() == "TEST_another"


@pytest.mark.parametrize("button", ["save", "test"])
async def test_it_can_be_closed_while_it_tests_or_stores(
    bench: Context, tasks: Tasks, opened: Callable[[Context], ConnectionsDialog], button: str
) -> None:
    dialog = opened(bench)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    await until(lambda: dialog.list.count() == 3)
    gone = list[bool]()
    dialog.destroyed.connect(lambda: gone.append(True))
    press(dialog, button)
    press(dialog, "close")
    await until(lambda: gone and not tasks.running)


async def test_an_unsafe_option_shows_a_warning(ctx: Context, opened: Callable[[Context], ConnectionsDialog]) -> None:
    await connections.connect(ctx, "shipengine", "ShipEngine", options={"webhook_signature": "off"})
    dialog = opened(ctx)
    await until(lambda: dialog.list.count() == 1)
    dialog.list.setCurrentRow(0)

    def warnings() -> list[str]:
        labels = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
        shown = [label.text() for label in labels if label.property("severity") == "bad"]
        return [warning for warning in shown if "processed" in warning]

    await until(lambda: warnings() == ["Anyone who knows the webhook URL can send events, and they are processed."])
    choice = next(box for box in dialog.findChildren(QComboBox, "options_webhook_signature") if box.isVisible())
    choice.setCurrentIndex(choice.findData("required"))
    assert warnings() == []
    choice.setCurrentIndex(choice.findData("off"))
    assert len(warnings()) == 1


@pytest.mark.parametrize("end", ["?api_key=geheim-4711", "#geheim-4711"])
async def test_an_address_with_a_key_in_it_is_marked_and_not_stored(
    ctx: Context, opened: Callable[[Context], ConnectionsDialog], end: str
) -> None:
    dialog = opened(ctx)
    await until(lambda: message(dialog))
    type_in(dialog, "name", "Our shop")
    type_in(dialog, "url", f"https://example.com/v1{end}")
    press(dialog, "save")
    await until(lambda: field(dialog, "url").property("wrong"))
    assert not [label.text() for label in dialog.findChildren(QLabel) if "geheim" in label.text()]
    assert await connections.every(ctx) == ()


async def test_sending_is_paused_and_resumed_and_who_did_is_shown(
    ctx: Context, simulated_platforms: SimulatorServer, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    ctx.current_packer.operator = "Mira"
    url = f"{simulated_platforms.url}/shipengine"
    await connections.connect(ctx, "shipengine", "ShipEngine", url=url, secrets={"api_key": KEY})
    dialog = opened(ctx)
    await until(lambda: dialog.list.count() == 1)
    button = dialog.findChild(QPushButton, "pause")
    assert button.accessibleName() == text("connections.pause")
    press(dialog, "pause")
    await until(lambda: message(dialog).endswith(text("connections.pause_means")))
    (stored,) = await connections.every(ctx)
    assert stored.pause is not None
    assert stored.pause.packer == "Mira"
    assert dialog.list.item(0).text() == f"ShipEngine · {text('connection_state.paused')}"
    assert button.accessibleName() == text("connections.resume")
    again = opened(ctx)
    await until(lambda: message(again).endswith(paused_by(stored.pause)))
    press(again, "pause")
    await until(lambda: message(again) == text("connections.resumed", name="ShipEngine"))
    assert [known.pause for known in await connections.every(ctx)] == [None]


async def test_the_dialog_shows_who_sends_and_what_is_missing_here(
    bench: Context, opened: Callable[[Context], ConnectionsDialog]
) -> None:
    alone = opened(bench)
    await until(lambda: alone.list.count() == 3)
    senders_line = alone.findChild(QLabel, "connection_senders")
    assert senders_line.isHidden(), "a lone station sends"
    alone.reject()
    known = await connections.every(bench)
    here = replace(bench, station="Station 1")
    other = replace(bench, station="Station 2")
    server = replace(bench, station="Station 3", host="pack-server", is_serve=True)
    await bench.write(senders.beat, other)
    await bench.write(senders.beat, server)
    for station in (other, server):
        await bench.write(stored.put, station.station_id, known[0].id, "sends", NO_MESSAGE, now_ms=1)
    await bench.write(senders.give_up, here, known[0], Message("connection.no_key", connection="ShipEngine", key="k"))
    dialog = opened(here)
    await until(lambda: dialog.list.count() == 3)
    line = dialog.findChild(QLabel, "connection_senders")
    assert line.text() == (
        "Updates are sent by Station 2 and shipconsole serve on pack-server. This station has no API key for it."
    )
    assert "Station 1: no API key" in line.toolTip()
    assert field(dialog, "secret_api_key").placeholderText().startswith("Stored"), "where a new one is stored"
    # What another station says is shown while the dialog is open.
    await bench.write(stored.put, other.station_id, known[0].id, "no_key", NO_MESSAGE, now_ms=2)
    dialog.apply_changes(Changes(1, (Change("connection", known[0].id),), too_many=False))
    await until(lambda: line.text().startswith("Updates are sent by shipconsole serve on pack-server."))
    dialog.reject()
