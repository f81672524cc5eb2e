"""An update without a response, and an undone shipment: no platform is notified twice, and none too early."""

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.ui.order_editor.items_pane import items_headline
from tests.support.bench import NAMES, USPS_NUMBERS
from tests.support.walk import MAIN_WINDOW, Walk

DETAILS = ("call_details", "^Details$")
REASON_DIALOG = ("reason", "^Retry$")
REASON = "the store shows no package"
SETTLE_DELAY_S = 5


def ship_one_case(walk: Walk) -> None:
    """Pack one unit of 10001 and ship it."""
    walk.open_order("10001", "20 George Street")
    walk.keyboard.scan("MOBILE-CASE-BLK")
    walk.keyboard.scan(USPS_NUMBERS[0])
    walk.until_shown(text("ship_button.units_notify", units=1, left=5, count=3))
    walk.keyboard.press("ctrl+Return")
    # Once it is stored, the scan field has the focus again, whatever was pressed meanwhile.
    walk.until_shown(text("package_tab.number", number=2))


def test_an_update_without_a_response_is_checked_and_resolved_by_the_packer(walk: Walk) -> None:
    options = ("--option", "undo_window_s=0", "--option", f"settle_delay_s={SETTLE_DELAY_S}")
    walk.command("connect", "shipengine", "--name", "ShipEngine", *options)
    walk.fault(vendor="shipengine", call="notify_shipped", kind="drop_before", times=1)
    walk.keyboard.press("F2")
    walk.keyboard.scan("%BADGE John Smith")
    walk.until_shown("John Smith")
    ship_one_case(walk)
    walk.show_tab("activity")
    walk.until_shown(text("update_of.unknown", connection="ShipEngine"))
    walk.read_screen(pictures="no-response")
    undecided = text("shipengine.read_back_undecided", before="unfulfilled", after="unfulfilled")
    walk.until_shown(f"{text('update_of.needs_attention', connection='ShipEngine')} · {undecided.partition('. ')[0]}")
    walk.read_screen(pictures="needs-attention")
    assert walk.effects("shipengine") == []

    # Another update may have changed since and be listed above it.
    for position in range(3):
        walk.tab_to("activity_list", most=60)
        walk.keyboard.press("Home", *["Down"] * position, "Return")
        details = walk.enter(*DETAILS)
        if details.shows("ShipEngine: "):
            break
        walk.leave_to("MainWindow", MAIN_WINDOW)
    details = walk.read_screen(pictures="needs-attention-details")
    assert details.shows('"sales_order_item_id"'), "the request as it was sent"
    before = text("call_details.before", connection="ShipEngine", status="unfulfilled")
    assert details.shows(before), "the status before"
    now = text("call_details.now", connection="ShipEngine", time="", status="unfulfilled")
    assert details.shows(now.partition(": ")[2]), "and after"
    assert {"Mark as confirmed", "Retry", "Discard"} <= set(details.texts)
    walk.tab_to("retry")
    walk.keyboard.press("space")
    walk.enter(*REASON_DIALOG)
    walk.until_in("reason_field")
    walk.keyboard.write(REASON)
    walk.until_shown(REASON)
    walk.read_screen(pictures="needs-attention-reason")
    walk.keyboard.press("Return")
    walk.enter("MainWindow", MAIN_WINDOW)
    walk.until_shown(text("update_of.confirmed", connection="ShipEngine"))
    walk.until(lambda screen: not screen.shows("Order 10001, ShipEngine: "), "the banner stays")
    walk.read_screen(pictures="needs-attention-resolved")

    (sent,) = walk.effects("shipengine")
    assert sent["body"]["tracking_number"] == USPS_NUMBERS[0], "notified once, after all"
    entries = [
        entry
        for entry in walk.command("audit-log", "--order", "10001", "--json")
        if entry["connection"] == "ShipEngine"
    ]
    assert [entry["what"] for entry in entries] == ["sending", "lost", "read_back", "person", "sending", "answered"]
    assert entries[2]["at_ms"] - entries[1]["at_ms"] >= SETTLE_DELAY_S * 1_000
    message = Message("resolve.retried", packer="John Smith", reason=REASON)
    assert (entries[3]["operator"], entries[3]["code"]) == ("John Smith", message.id)
    assert entries[3]["message"] == str(message)


def test_a_shipment_is_undone_before_any_platform_is_notified(walk: Walk) -> None:
    for vendor, name in NAMES.items():
        walk.command("connect", vendor, "--name", name, "--option", "undo_window_s=60")
    ship_one_case(walk)
    walk.until_shown(text("order_editor.sends_in", time="").rstrip(" ."))
    walk.show_tab("activity")
    walk.until_shown(text("update_of.held", connection="ShipEngine"))
    walk.read_screen(pictures="undo")
    walk.keyboard.press("ctrl+z")
    walk.until_shown(items_headline(0, 1, 4))
    walk.show_tab("packages")
    walk.until_shown(f" | {USPS_NUMBERS[0]}")
    walk.show_tab("activity")
    walk.until_shown(text("update_of.cancelled", connection="ShipEngine"))
    walk.until_shown(text("notified.notifies", connections=("ShipEngine", "Starshipit", "Shipup")))
    walk.read_screen(pictures="undone")
    updates = walk.command("outbox", "--json")
    assert [update["state"] for update in updates] == ["cancelled"] * 3
    assert walk.effects() == []
