"""The frame: a message or a locked scanner moves nothing; text scale, theme and bench mode change at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QSplitterHandle,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shipconsole.station.settings import Settings
from shipconsole.store.database import Store
from shipconsole.ui.kit.theme import Theme, chosen_tokens
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, scaled
from shipconsole.ui.window.appearance import LEAST_BENCH
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.bar_button import BarButton
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.strip_text import KeyHint, StripText
from tests.support.many_orders import store_with_orders


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = store_with_orders(tmp_path, 30)
    yield store
    store.close()


def opened(qtbot: QtBot, store: Store, size: tuple[int, int] = (1280, 800), **settings: object) -> MainWindow:
    theme = Theme()
    chosen = Settings(station_name="Bench 3").changed(**settings)
    app = QApplication.instance()
    theme.use(app, chosen_tokens(app, chosen.theme, chosen.text_scale, still=chosen.reduced_motion == "on"))
    window = MainWindow(store, theme, chosen)
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitSignals([window.order_list.first_page_loaded, window.painted]):
        window.show()
    window.feed.stop()
    return window


def places(window: MainWindow) -> dict[int, QRect]:
    """Return where everything is that the frame arranges; the splitter makes its handles anew."""
    parts = (window.top_bar, window.strip, window.columns, *window.columns.findChildren(QWidget))
    seen = [part for part in parts if part.isVisible() and not isinstance(part, QSplitterHandle)]
    return {id(part): part.rect().translated(part.mapTo(window, part.rect().topLeft())) for part in seen}


def test_a_message_lies_over_the_items_and_moves_nothing(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store)
    before = places(window)
    window.banner.show_message(BannerMessage("Something happened.", "It means this. " * 12, details="details"))
    qtbot.waitUntil(window.banner.isVisible)
    assert places(window) == before
    place = window.banner.geometry()
    strip, middle = window.strip.mapTo(window.frame, window.strip.rect().bottomLeft()), window.columns.middle_area()
    assert place.top() > strip.y()
    assert place.bottom() <= window.frame.height()
    assert window.columns.mapTo(window.frame, middle.topLeft()).x() <= place.left()
    assert place.width() <= middle.width()
    window.resize(1500, 900)
    assert window.banner.geometry().bottom() > place.bottom(), "it stays at the bottom of the items"
    window.banner.dismiss()
    assert not window.banner.isVisible()


def whole(banner: QWidget) -> bool:
    """Return whether the banner's texts have the height that they need."""
    labels = [banner.findChild(QLabel, name) for name in ("message_what", "message_means")]
    return all(label.height() >= label.heightForWidth(label.width()) for label in labels)


def test_a_longer_message_in_place_of_another_is_whole(qtbot: QtBot, store: Store) -> None:
    banner = opened(qtbot, store).banner
    banner.show_message(BannerMessage("Something happened.", "It means this.", topic="store"))
    qtbot.waitUntil(banner.isVisible)
    qtbot.waitUntil(lambda: whole(banner))
    banner.show_message(BannerMessage("Something happened. " * 12, "It means this. " * 8, topic="store"))
    assert whole(banner)


@pytest.mark.parametrize("still", [False, True])
def test_the_red_edge_is_laid_over_takes_no_mouse_and_fades_in_only_without_reduced_motion(
    qtbot: QtBot, store: Store, still: bool
) -> None:
    window = opened(qtbot, store, reduced_motion="on" if still else "off")
    before, edge = places(window), window.frame.edge
    window.frame.show_locked(True)
    assert edge.is_fading is not still
    edge.finish()
    assert (edge.isVisible(), edge.geometry()) == (True, window.frame.rect())
    moved = {part: place for part, place in places(window).items() if part in before}
    assert moved == before
    assert edge.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    image = window.grab().toImage()
    for at in ((2, 400), (640, 2), (1277, 400), (640, 797)):
        assert image.pixelColor(*at).name() == LIGHT.bad_solid
    assert image.pixelColor(8, 400).name() != LIGHT.bad_solid
    window.resize(1300, 820)
    assert edge.geometry() == window.frame.rect()
    window.frame.show_locked(False)
    assert not edge.isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (3840, 2160)])
def test_the_frame_fits_at_every_size(qtbot: QtBot, store: Store, size: tuple[int, int], scale: float) -> None:
    window = opened(qtbot, store, size, text_scale=scale)
    window.resize(*size)
    assert (window.width(), window.height()) == size
    bar, strip, columns = window.top_bar, window.strip, window.columns
    strip_place = strip.rect().translated(strip.mapTo(window.frame, strip.rect().topLeft()))
    assert bar.geometry().bottom() < strip_place.top() <= strip_place.bottom() < columns.y()
    assert columns.geometry().bottom() <= window.frame.rect().bottom()
    assert columns.middle_area().height() >= 150
    for part in (bar, strip, columns):
        assert window.frame.rect().contains(part.rect().translated(part.mapTo(window.frame, part.rect().topLeft())))
    for button in bar.findChildren(BarButton):
        if button.isVisible():
            assert bar.rect().contains(button.geometry()), button.objectName()
            assert button.width() >= button.sizeHint().width()


def test_the_design_at_1280_by_800(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store)
    field = window.top_bar.scan_field
    assert window.top_bar.height() == 64
    assert (field.x(), field.height()) == (292, 44)
    assert window.strip.mapTo(window, window.strip.rect().topLeft()).toTuple() == (16, 76)
    assert window.strip.height() == 80
    assert window.columns.mapTo(window, window.columns.middle_area().topLeft()).toTuple() == (292, 168)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget() or window
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def test_ctrl_plus_minus_and_zero_change_the_text_at_once_and_for_good(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    window = opened(qtbot, store)
    heights = []
    for name in ("text_larger", "text_larger", "text_smaller"):
        window.menus.trigger(name)
        heights.append((window.theme.tokens.scale, window.top_bar.menu_button.sizeHint().height()))
    assert [scale for scale, _ in heights] == [1.1, 1.25, 1.1]
    assert heights[1][1] > heights[0][1] == heights[2][1]
    assert window.menus.live.settings.text_scale == 1.1
    window.menus.trigger("text_usual")
    assert window.theme.tokens.scale == 1.0
    assert window.menus.live.settings.text_scale == 1.0
    assert window.top_bar.scan_field.sizeHint().height() == 44


def test_lengths_return_exactly_when_the_text_scale_does(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store)
    before = places(window)
    for scale in (1.1, 1.5, 0.9, 2.0, 1.25, 1.0):
        window.appearance.set_scale(scale)
    QApplication.sendPostedEvents()
    qtbot.waitUntil(lambda: places(window) == before)


def test_a_theme_is_used_at_once_and_saved(qtbot: QtBot, store: Store, tmp_path: Path) -> None:
    window = opened(qtbot, store, theme="light")
    for choice, tokens in (("high_contrast", HIGH_CONTRAST), ("dark", DARK)):
        window.appearance.set_theme(choice)
        assert window.theme.tokens == tokens
        assert window.grab().toImage().pixelColor(1, 790).name() == tokens.window
        assert window.menus.live.settings.theme == choice


def test_bench_mode_fills_the_screen_with_larger_text_and_folds_the_orders(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store)
    window.menus.trigger("bench_mode")
    assert window.isFullScreen()
    assert window.theme.tokens.scale == 1.5
    here = window.frame.arrangement
    assert (here.is_bench, here.is_folded, here.has_bar) == (True, True, True)
    assert not window.order_list.isVisible()
    exit_button = window.top_bar.findChild(BarButton, "leave_bench_mode")
    assert exit_button.isVisible()
    window.menus.trigger("text_larger")
    assert window.theme.tokens.scale == 1.75
    saved = window.menus.live.settings
    assert (saved.bench_text_scale, saved.text_scale) == (1.75, 1.0)
    qtbot.mouseClick(exit_button, Qt.MouseButton.LeftButton)
    assert not window.isFullScreen()
    assert window.theme.tokens.scale == 1.0
    assert window.order_list.isVisible()
    window.menus.trigger("bench_mode")
    assert window.theme.tokens.scale == 1.75, "its own text scale"
    window.menus.trigger("bench_mode")
    assert not window.isFullScreen()


def test_esc_closes_what_lies_over_the_items_then_leaves_bench_mode(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store)
    window.activateWindow()
    window.menus.trigger("bench_mode")
    window.menus.trigger("search")
    assert window.order_list.search.isVisible()
    assert window.focusWidget() is window.order_list.search
    window.top_bar.scan_field.focus()
    press(window, Qt.Key.Key_Escape)
    assert not window.order_list.isVisible()
    assert window.bench_mode.is_on
    press(window, Qt.Key.Key_Escape)
    assert not window.bench_mode.is_on
    press(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


@pytest.mark.parametrize("scale", [LEAST_BENCH, 1.5, 2.0])
def test_targets_in_bench_mode_are_44_pixels_at_least(qtbot: QtBot, store: Store, scale: float) -> None:
    window = opened(qtbot, store, bench_text_scale=scale)
    window.menus.trigger("bench_mode")
    window.top_bar.show_counts(needs_attention=2)
    window.columns.open_sheet("packages")
    targets = [
        target
        for target in (*window.frame.findChildren(QAbstractButton), *window.frame.findChildren(QLineEdit))
        if target.isVisible() and target.window() is window and not window.order_list.isAncestorOf(target)
    ]
    small = [(target.objectName(), target.height()) for target in targets if target.height() < 44]
    hints = {button.objectName() for button in window.strip.buttons()}
    assert [entry for entry in small if entry[0] not in hints] == []


def test_the_count_of_folded_orders_opens_them(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store, text_scale=1.25)
    button = window.top_bar.findChild(BarButton, "show_orders")
    assert button.isVisible()
    qtbot.waitUntil(lambda: button.label() == "26")
    assert not window.order_list.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.order_list.isVisible()
    window.open_order(1)
    assert not window.order_list.isVisible()


def test_a_text_scale_from_the_settings_is_used(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store, text_scale=1.5, theme="dark")
    assert window.theme.tokens == scaled(DARK, 1.5)


def test_tab_goes_through_the_window_in_reading_order(qtbot: QtBot, store: Store) -> None:
    window = opened(qtbot, store)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.top_bar.show_counts(needs_attention=2)
    hints = (KeyHint("Continue", "Enter", "Enter"),)
    window.strip.show_text(StripText("Wrong item", "x", "locked", "octagon cross", hints=hints))
    window.top_bar.scan_field.setFocus()
    areas = [window.top_bar, window.strip, *window.columns.areas()]
    reached: list[QWidget] = []
    while (focused := window.focusWidget()) not in reached:
        reached.append(focused)
        assert focused.accessibleName() or isinstance(focused, QAbstractItemView), focused.objectName()
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    positions = [max(place for place, area in enumerate(areas) if area.isAncestorOf(widget)) for widget in reached]
    assert positions == sorted(positions)
    names = [widget.objectName() for widget in reached]
    assert names[:4] == ["scan_field", "connections_button", "needs_attention_count", "menu_button"]
    assert {"verdict_enter", "refresh_button", "order_search", "tab_packages"} <= set(names)
    assert names.index("verdict_enter") < names.index("order_search") < names.index("tab_packages")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Backtab)
    assert window.focusWidget() is reached[-1]
