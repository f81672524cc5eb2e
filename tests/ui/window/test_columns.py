"""The columns by the window's size: four, three, orders folded, packages in a bar; and what opens over the items."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT, scaled
from shipconsole.ui.window.arrangement import Arrangement, arrangement
from shipconsole.ui.window.columns import Columns

PARTS = ("list", "order", "packages", "footer", "bar", "tracking", "activity")


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Callable[..., Columns]:
    """Return a function that makes columns with panels in a window of a size."""

    def made(width: int, height: int = 800, scale: float = 1.0, *, is_bench: bool = False) -> Columns:
        theme = Theme()
        theme.use(qapp, scaled(LIGHT, scale))
        columns = Columns(QLabel("list"), theme)
        qtbot.addWidget(columns)
        columns.set_panels(**{name: QLabel(name) for name in PARTS[1:]})
        columns.resize(width, height - 160)
        columns.arrange(arrangement(width, height, scale, is_bench=is_bench))
        columns.show()
        return columns

    return made


def shown(columns: Columns) -> set[str]:
    return {label.text() for label in columns.findChildren(QLabel) if label.isVisible() and label.text() in PARTS}


def part(columns: Columns, name: str) -> QWidget:
    return next(label for label in columns.findChildren(QLabel) if label.text() == name)


def tab(columns: Columns, name: str) -> QPushButton:
    found = columns.findChild(QPushButton, f"tab_{name}")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("width", "height", "scale", "expected"),
    [
        (1280, 800, 1.0, "three"),
        (1280, 800, 1.25, "two"),
        (1280, 800, 1.5, "bar"),
        (1280, 800, 2.0, "bar"),
        (1699, 900, 1.0, "three"),
        (1700, 900, 1.0, "four"),
        (1920, 1080, 1.0, "four"),
        (1920, 1080, 1.5, "three"),
        (1920, 1080, 2.0, "two"),
        (2560, 1440, 1.5, "four"),
        (3840, 2160, 2.0, "four"),
        (1099, 800, 1.0, "two"),
        (899, 800, 1.0, "bar"),
    ],
)
def test_the_arrangement_follows_the_logical_width(width: int, height: int, scale: float, expected: str) -> None:
    here = arrangement(width, height, scale)
    assert (here.has_fourth, here.is_folded, here.has_bar) == {
        "four": (True, False, False),
        "three": (False, False, False),
        "two": (False, True, False),
        "bar": (False, True, True),
    }[expected]
    assert 1.0 <= here.chrome <= scale
    bench = arrangement(width, height, scale, is_bench=True)
    assert (bench.has_fourth, bench.is_folded, bench.has_bar, bench.has_brand) == (False, True, True, False)


def test_bar_and_strip_take_the_whole_text_scale_where_there_is_room() -> None:
    assert arrangement(1280, 800, 1.5).chrome == 1.5
    assert arrangement(1920, 1080, 2.0).chrome == 2.0
    assert arrangement(1280, 800, 2.0).chrome == 1.6
    assert arrangement(1280, 800, 0.9).chrome == 0.9


def test_three_columns_have_tabs_in_the_right_one_and_the_footer_below_each(
    qtbot: QtBot, make: Callable[..., Columns]
) -> None:
    columns = make(1280)
    assert shown(columns) == {"list", "order", "packages", "footer"}
    assert columns.sizes()[:3] == [264, 616, 344]
    for name in ("tracking", "activity", "packages"):
        qtbot.mouseClick(tab(columns, name), Qt.MouseButton.LeftButton)
        assert shown(columns) == {"list", "order", name, "footer"}
    columns.show_panel("activity")
    assert tab(columns, "activity").isChecked()


def test_four_columns_have_tracking_over_activity_and_no_tabs(make: Callable[..., Columns]) -> None:
    columns = make(1920, 1080)
    assert shown(columns) == {"list", "order", "packages", "footer", "tracking", "activity"}
    assert columns.sizes() == [344, 788, 384, 336]
    assert not any(tab(columns, name).isVisible() for name in ("packages", "tracking", "activity"))
    tracking, activity = (
        part(columns, name).mapTo(columns, part(columns, name).rect().topLeft()) for name in PARTS[5:]
    )
    assert (tracking.x(), tracking.y() < activity.y()) == (activity.x(), True)


def test_folded_orders_open_over_the_items_and_nothing_moves(make: Callable[..., Columns]) -> None:
    columns = make(1000)
    assert shown(columns) == {"order", "packages", "footer"}
    area = columns.middle_area()
    assert columns.open_sheet("orders")
    assert "list" in shown(columns)
    assert columns.middle_area() == area
    columns.show_panel("order")
    assert "list" not in shown(columns), "an order was chosen"
    columns.toggle("orders")
    assert "list" in shown(columns)
    assert columns.close_sheets()
    assert not columns.close_sheets()


def test_packages_are_a_bar_and_open_as_a_sheet(qtbot: QtBot, make: Callable[..., Columns]) -> None:
    columns = make(1280, scale=1.5)
    assert shown(columns) == {"order", "bar"}
    button = columns.findChild(QPushButton, "show_packages")
    assert button.accessibleName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(columns) == {"order", "bar", "packages"}
    qtbot.mouseClick(tab(columns, "tracking"), Qt.MouseButton.LeftButton)
    assert shown(columns) == {"order", "bar", "tracking"}
    assert not columns.open_sheet("orders") or "list" in shown(columns)
    assert "tracking" not in shown(columns), "one sheet at a time"


def test_where_there_is_room_nothing_opens_over_the_items(make: Callable[..., Columns]) -> None:
    columns = make(1280)
    before = shown(columns)
    assert not columns.open_sheet("orders")
    assert not columns.open_sheet("packages")
    assert shown(columns) == before


def test_a_window_that_changes_its_size_keeps_its_panels(make: Callable[..., Columns]) -> None:
    columns = make(1280)
    for width, scale, expected in (
        (1920, 1.0, {"list", "order", "packages", "footer", "tracking", "activity"}),
        (1000, 1.0, {"order", "packages", "footer"}),
        (800, 1.0, {"order", "bar"}),
        (1280, 1.0, {"list", "order", "packages", "footer"}),
        (1280, 1.5, {"order", "bar"}),
        (1920, 1.0, {"list", "order", "packages", "footer", "tracking", "activity"}),
    ):
        columns.resize(width, 640)
        columns.arrange(arrangement(width, 800, scale))
        assert shown(columns) == expected, width


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1440, 900), (1920, 1080), (2560, 1440), (3840, 2160)])
@pytest.mark.parametrize("is_bench", [False, True])
def test_no_column_is_clipped_or_covers_another(
    make: Callable[..., Columns], width: int, height: int, scale: float, is_bench: bool
) -> None:
    columns = make(width, height, scale, is_bench=is_bench)
    places = []
    for name in ("list", "order", "packages", "bar"):
        panel = part(columns, name)
        if panel.isVisible():
            place = panel.rect().translated(panel.mapTo(columns, panel.rect().topLeft()))
            assert columns.rect().contains(place), name
            assert place.width() >= 100, name
            places.append(place)
    for position, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[position + 1 :])


def test_while_locked_all_but_the_items_dim_and_can_be_used(qtbot: QtBot, make: Callable[..., Columns]) -> None:
    columns = make(1280)
    before = columns.grab().toImage()
    columns.show_locked(True)
    after = columns.grab().toImage()

    def pixel(name: str) -> tuple[str, str]:
        panel = part(columns, name)
        at = (
            panel.mapTo(columns, panel.rect().center())
            if name == "order"
            else panel.mapTo(columns, panel.rect().topLeft())
        )
        return before.pixelColor(at).name(), after.pixelColor(at).name()

    assert pixel("order")[0] == pixel("order")[1]
    assert before != after
    qtbot.mouseClick(tab(columns, "activity"), Qt.MouseButton.LeftButton)
    assert tab(columns, "activity").isChecked()
    columns.show_locked(False)
    assert columns.grab().toImage() != after


def test_widths_that_a_person_chose_are_restored_for_each_arrangement(make: Callable[..., Columns]) -> None:
    columns = make(1280)
    assert columns.widths() == {}
    columns.restore_widths({"three": [300, 560, 364, 0]})
    assert columns.sizes()[:3] == [300, 560, 364]
    columns.resize(1920, 640)
    columns.arrange(Arrangement(1920, has_fourth=True))
    assert columns.sizes() == [344, 788, 384, 336], "another arrangement has its own"


@pytest.mark.parametrize(
    "widths", [{}, {"three": [1, 2]}, {"three": [0, 0, 0, 0]}, {"three": [-1, 5, 5, 5]}, {"no such": [1, 2, 3, 4]}]
)
def test_widths_that_are_not_valid_change_nothing(make: Callable[..., Columns], widths: dict[str, list[int]]) -> None:
    columns = make(1280)
    before = columns.sizes()
    columns.restore_widths(widths)
    assert (columns.sizes(), columns.widths()) == (before, {})
