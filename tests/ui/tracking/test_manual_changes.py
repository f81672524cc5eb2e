"""Manual changes of an order are listed with who, when and why, newest first."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.tracking.panel import TrackingPanel
from shipconsole.ui.tracking.timeline import Timeline

AT = {"order_id": 1, "station": "Bench 1"}
ENTERED = ManualChange(**AT, at_ms=1_790_000_000_000, operator="", what=Message("audit.order_created"), reason="")
WITH = Message("audit.linked", number="W-77", connections=("Bench",))
LINKED = ManualChange(**AT, at_ms=1_790_000_060_000, operator="John Smith", what=WITH, reason="<b>twice</b>")


def sheet(*changes: ManualChange) -> OrderSheet:
    order = Order(id=1, number="10001", lines=(OrderLine(id=1, sku="MOBILE", ordered=1),))
    return OrderSheet(order, (), (), (), (), (), None, changes)


def steps(panel: TrackingPanel) -> list[str]:
    shown = [history for history in panel.findChildren(QWidget, "manual_changes") if not history.isHidden()]
    return [step.full_text for history in shown for step in history.findChild(Timeline).steps]


def test_the_newest_change_is_first_with_who_and_why(qtbot: QtBot) -> None:
    panel = TrackingPanel(Theme())
    qtbot.addWidget(panel)
    panel.show_sheet(sheet(ENTERED))
    panel.show_sheet(sheet(ENTERED, LINKED))
    linked, entered = steps(panel)
    assert linked.startswith(f"{LINKED.what!s}\nJohn Smith · ")
    assert linked.endswith(" · <b>twice</b>")
    assert entered.startswith(f"{ENTERED.what!s}\nBench 1 · ")


def test_an_order_without_manual_changes_has_no_such_part(qtbot: QtBot) -> None:
    panel = TrackingPanel(Theme())
    qtbot.addWidget(panel)
    panel.show_sheet(sheet(ENTERED))
    panel.show_sheet(sheet())
    assert steps(panel) == []
    panel.show_sheet(sheet(ENTERED))
    panel.show_sheet(None)
    assert steps(panel) == []
