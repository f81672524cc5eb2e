"""The window follows its settings at once: colors, text, station, scans, receiver; by dialog, key, and command."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.connections import senders
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, orders, scan
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.settings.dialog import SettingsDialog
from shipconsole.ui.kit.live_settings import problem_of
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, scaled
from shipconsole.ui.window.follow_settings import SettingsFollower
from shipconsole.ui.window.main_window import MainWindow
from tests.ui.waiting import until, until_stored


class Followed:
    """A window that follows its settings."""

    def __init__(self, qapp: QApplication, ctx: Context, tasks: Tasks) -> None:
        self.theme = Theme()
        chosen = Settings(station_name=ctx.station, theme="light", reduced_motion="off")
        self.theme.use(qapp, LIGHT)
        self.window = MainWindow(ctx.store, self.theme, chosen)
        self.window.show()
        self.window.start(ctx, tasks)
        self.live = self.window.menus.live
        self.live.start(tasks)
        self.follower = SettingsFollower(qapp, self.window, self.live, chosen)


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    yield made
    await made.stop()


@pytest.fixture
async def followed(qtbot: QtBot, qapp: QApplication, bench: Context, tasks: Tasks) -> AsyncGenerator[Followed]:
    made = Followed(qapp, bench, tasks)
    qtbot.addWidget(made.window)
    await until(lambda: made.window.scan_input.keys is not None)
    yield made
    made.live.stop()
    await made.window.shutdown()


async def test_colors_and_text_change_at_once(followed: Followed, qapp: QApplication) -> None:
    followed.live.change(theme="dark")
    assert followed.theme.tokens == DARK
    followed.live.change(theme="high_contrast", text_scale=1.5)
    assert followed.theme.tokens == scaled(HIGH_CONTRAST, 1.5)
    assert qapp.font().pixelSize() == followed.theme.tokens.px(13)
    followed.live.change(reduced_motion="on")
    assert followed.theme.tokens.still
    followed.live.change(reduced_motion="off")
    assert not followed.theme.tokens.still


async def test_operations_use_the_new_values(followed: Followed, bench: Context) -> None:
    followed.live.change(station_name="Dock 7", undo_window_s=30, number_reuse_days=9, carriers_used=("evri",))
    assert (bench.station, bench.undo_window_s) == ("Dock 7", 30)
    assert (bench.label_rules.number_reuse_days, bench.label_rules.carriers_used) == (9, ("evri",))
    followed.window.set_packer("Mira")
    followed.live.change(station_name="Dock 8")
    shown = followed.window.findChild(QLabel, "station")
    assert shown is not None
    assert shown.accessibleName() == "Dock 8 · Mira"


async def test_a_renamed_station_keeps_its_claims(followed: Followed, bench: Context) -> None:
    order_id = await orders.find(bench, "10001")
    await scan.save_open_order(bench, order_id)
    followed.live.change(station_name="Dock 7")

    async def is_renamed() -> bool:
        claim = (await orders.sheet(bench, order_id)).claim
        return claim is not None and claim.station == "Dock 7"

    await until_stored(is_renamed)


async def test_scans_use_the_new_prefix_and_pause(followed: Followed) -> None:
    followed.live.change(command_prefix="~~", scanner_pause_ms=90)
    followed.window.scans.take("~~BADGE Mira")
    await until(lambda: followed.window.ctx is not None and followed.window.ctx.operator == "Mira")
    keys = followed.window.scan_input.keys
    assert keys is not None
    assert keys.pause_ms == 90


async def test_the_receiver_is_switched_both_ways(followed: Followed) -> None:
    asked: list[bool] = []
    receiver = followed.window.receiver
    receiver.switch_requested.connect(asked.append)
    followed.live.change(receiver=True)
    assert asked == [True]
    receiver.show_listening(("http://127.0.0.1:8787",))
    # Switched off in another dialog.
    receiver.switch_requested.emit(False)
    assert not followed.live.settings.receiver


async def test_text_is_made_larger_and_smaller_by_key(followed: Followed, qtbot: QtBot) -> None:
    window = followed.window
    window.activateWindow()
    await until(window.isActiveWindow)
    for key, expected in (
        (Qt.Key.Key_Plus, 1.1),
        (Qt.Key.Key_Equal, 1.25),
        (Qt.Key.Key_Minus, 1.1),
        (Qt.Key.Key_0, 1.0),
    ):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert followed.theme.tokens.scale == expected
        assert followed.live.settings.text_scale == expected


async def test_the_settings_open_by_key_with_what_is_set_now(followed: Followed) -> None:
    followed.live.change(station_name="Dock 9")
    window = followed.window
    window.activateWindow()
    await until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    assert dialog.windowTitle() == text("settings_dialog.title")
    dialog.close()


@pytest.mark.parametrize("other_id", ["!", "~"], ids=["its id is less", "its id is greater"])
async def test_the_name_of_another_station_is_refused_at_its_field_and_taken_by_no_race(
    followed: Followed, bench: Context, other_id: str
) -> None:
    other = replace(bench, station="Dock 7", profile_id=other_id, host="there")
    await bench.write(senders.beat, other)
    order_id = await orders.find(bench, "10001")
    await claims.claim(other, [order_id])
    # The names that the window knows are older than the other station.
    assert not followed.live.names_in_use
    followed.live.change(station_name="Dock 7")
    await until(lambda: followed.live.settings.station_name == "Bench 1")
    assert bench.station == "Bench 1"
    refused = text("settings.station_name_in_use", name="Dock 7")
    assert [message.what for message in followed.window.banner.messages()] == [refused]
    claim = (await orders.sheet(bench, order_id)).claim
    assert claims.is_others(bench, claim), "the other station keeps what it claimed"
    followed.window.menus.open("settings")
    dialog = followed.window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.show_page("station")
    await until(lambda: bool(followed.live.names_in_use))
    assert problem_of(followed.live, "station_name", "dock 7") == text("settings.station_name_in_use", name="dock 7")
    assert followed.live.settings.station_name == "Bench 1"
    dialog.close()
