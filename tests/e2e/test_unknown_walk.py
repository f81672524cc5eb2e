"""A call whose answer is lost, and a shipment that is taken back: nobody is told twice, and nobody too early."""

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.ui.order_editor.items import items_headline
from tests.support.bench import NAMES, USPS_NUMBERS
from tests.support.walk import MAIN_WINDOW, Walk

DETAILS = ("call_details", "^Details$")
WHY = ("reason", "^Retry$")
REASON = "the shop shows no package"
SETTLE_DELAY_S = 5


def ship_one_case(walk: Walk) -> None:
    """Pack one unit of 10001 and ship it."""
    walk.open_order("10001", "20 George Street")
    walk.keyboard.scan("MOBILE-CASE-BLK")
    walk.keyboard.scan(USPS_NUMBERS[0])
    walk.until_says(text("ship_button.units_notify", units=1, left=5, count=3))
    walk.keyboard.press("ctrl+Return")


def test_an_answer_that_is_lost_is_looked_into_and_decided_by_a_person(walk: Walk) -> None:
    options = ("--option", "undo_window_s=0", "--option", f"settle_delay_s={SETTLE_DELAY_S}")
    walk.command("connect", "shipengine", "--name", "ShipEngine", *options)
    walk.fault(vendor="shipengine", call="notify_shipped", kind="drop_before", times=1)
    walk.keyboard.press("F2")
    walk.keyboard.scan("%BADGE John Smith")
    walk.until_says("John Smith")
    ship_one_case(walk)
    walk.until_says(text("update_of.unknown", connection="ShipEngine"))
    walk.look(pictures="not-known")
    walk.until_says(
        f"{text('update_of.needs_attention', connection='ShipEngine')} · Before, the shop had the order as unfulfilled"
    )
    walk.look(pictures="needs-person")
    assert walk.effects("shipengine") == []

    walk.tab_to("activity_list", most=60)
    walk.keyboard.press("Home", "Return")
    decide = walk.enter(*DETAILS)
    # Another update may have changed since, and stand above it.
    for _ in range(2):
        if not decide.says("ShipEngine: "):
            walk.leave_to("MainWindow", MAIN_WINDOW)
            walk.keyboard.press("Down", "Return")
            decide = walk.enter(*DETAILS)
    decide = walk.look(pictures="needs-person-details")
    assert decide.says('"sales_order_item_id"'), "what was sent, to the letter"
    before = text("call_details.before", connection="ShipEngine", status="unfulfilled")
    assert decide.says(before), "what was seen, before"
    now = text("call_details.now", connection="ShipEngine", time="", status="unfulfilled")
    assert decide.says(now.partition(": ")[2]), "and after"
    assert {"Mark as confirmed", "Retry", "Discard"} <= set(decide.said)
    walk.tab_to("retry")
    walk.keyboard.press("space")
    walk.enter(*WHY)
    walk.until_in("reason_field")
    walk.keyboard.write(REASON)
    walk.until_says(REASON)
    walk.look(pictures="needs-person-why")
    walk.keyboard.press("Return")
    walk.enter("MainWindow", MAIN_WINDOW)
    walk.until_says(text("update_of.confirmed", connection="ShipEngine"))
    walk.until(lambda screen: not screen.says("Order 10001, ShipEngine: "), "the banner stays")
    walk.look(pictures="needs-person-settled")

    (told,) = walk.effects("shipengine")
    assert told["body"]["tracking_number"] == USPS_NUMBERS[0], "one, after all that"
    record = [
        one for one in walk.command("audit-log", "--order", "10001", "--json") if one["connection"] == "ShipEngine"
    ]
    assert [one["what"] for one in record] == ["sending", "lost", "read_back", "person", "sending", "answered"]
    assert record[2]["at_ms"] - record[1]["at_ms"] >= SETTLE_DELAY_S * 1_000
    said = Message("resolve.retried", packer="John Smith", reason=REASON)
    assert (record[3]["operator"], record[3]["code"]) == ("John Smith", said.id)
    assert record[3]["message"] == str(said)


def test_a_shipment_is_taken_back_before_anybody_is_told(walk: Walk) -> None:
    for vendor, name in NAMES.items():
        walk.command("connect", vendor, "--name", name, "--option", "undo_window_s=60")
    ship_one_case(walk)
    walk.until_says(text("order_editor.sends_in", time="").rstrip(" ."))
    walk.until_says(text("update_of.held", connection="ShipEngine"))
    walk.look(pictures="undo")
    walk.keyboard.press("ctrl+z")
    back = walk.until_says(items_headline(0, 1, 4, several_packages=False))
    assert back.says(USPS_NUMBERS[0]), "the package is as it was"
    walk.until_says(text("update_of.cancelled", connection="ShipEngine"))
    walk.until_says(text("order_editor.ready"))
    walk.look(pictures="undone")
    calls = walk.command("outbox", "--json")
    assert [call["state"] for call in calls] == ["cancelled"] * 3
    assert walk.effects() == []
