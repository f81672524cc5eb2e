"""Edit, create, and partially cancel orders with the keyboard alone; the platforms' log shows the effects."""

import json
from typing import Any

from shipconsole.messages import text
from shipconsole.ui.order_editor.items_pane import items_headline
from tests.support.walk import MAIN_WINDOW, Screen, Walk

MAIN = ("MainWindow", MAIN_WINDOW)
FIELDS = ("fields_dialog", "^All fields of order")
NEW_ORDER = ("new_order_dialog", "^New order$")
CANCEL_ITEMS = ("cancel_items_dialog", "^Cancel items of order")
PREVIEW = ("preview_dialog", f"^{text('requests.title')}$")
ADDRESS = {
    "name": "John Smith",
    "email": "customer10001@example.com",
    "phone": "0290988227",
    "street": "20 George Street",
    "suburb": "Sydney",
    "state": "NSW",
    "post_code": "2000",
    "country": "Australia",
    "delivery_instructions": "Leave at door",
}
"""The order's address at Starshipit, which accepts complete addresses only."""


def body_shown(screen: Screen) -> dict[str, Any]:
    """Return the request body that a preview shows."""
    request = next(shown for shown in screen.texts if "\n\n{" in shown)
    return json.loads(request.partition("\n\n")[2])


def without_date(body: dict[str, Any]) -> dict[str, Any]:
    """Return a new order's fields except its date, which is the time of sending."""
    return {name: value for name, value in body["order"].items() if name != "order_date"}


def go_to_field(walk: Walk, value: str, focus: str) -> None:
    """Go to a field by its value."""
    walk.keyboard.press("ctrl+f")
    walk.until_in("fields_filter")
    walk.replace(value)
    walk.keyboard.press("Return")
    walk.until_in(focus)


def test_a_field_at_starshipit_is_checked_previewed_sent_and_rejected_at_the_field(walk: Walk) -> None:
    walk.open_order("10001", "20 George Street")
    walk.keyboard.press("F4")
    walk.enter(*FIELDS)
    for position, label in (
        (1, text("fields.read_only_connection", connection="ShipEngine")),
        (3, text("fields.save", connection="Shipup")),
        (2, text("fields.save", connection="Starshipit")),
    ):
        walk.keyboard.press(f"alt+{position}")
        walk.until_shown(label)
        walk.read_screen(pictures=f"fields-{position}")
    go_to_field(walk, "2000", "destination.post_code")
    walk.replace("2000 and much more")
    walk.until_shown("Postal code has 18 characters. Starshipit accepts 10.")
    walk.keyboard.press("ctrl+Return")
    walk.until_shown(text("fields.fix_first", problem="Postal code has 18 characters"))
    walk.read_screen(pictures="fields-too-long")

    walk.replace("2001")
    walk.keyboard.press("alt+p")
    walk.enter(*PREVIEW)
    preview = body_shown(walk.read_screen(pictures="fields-preview"))
    assert preview == {"order": {"order_id": 1020304051, "destination": {**ADDRESS, "post_code": "2001"}}}
    walk.leave_to(*FIELDS)
    assert walk.effects() == [], "a preview sends nothing"
    walk.keyboard.press("ctrl+Return")
    (sent,) = walk.until_effects(1)
    assert (sent["vendor"], sent["call"], sent["body"]) == ("starshipit", "update_order", preview)
    values = tuple(
        text("fields.differs_value", connection=name, value=value)
        for name, value in (("ShipEngine", "2000"), ("Starshipit", "2001"))
    )
    walk.until_shown(text("fields.differs", field="Postal code", values=values))

    walk.fault(vendor="starshipit", call="update_order", kind="refuse_field", field="destination.street")
    go_to_field(walk, "20 George Street", "destination.street")
    walk.replace("21 George Street")
    walk.keyboard.press("ctrl+Return")
    walk.until(lambda screen: any(shown.startswith("The street field was refused") for shown in screen.texts))
    refused = walk.read_screen(pictures="fields-refused")
    assert refused.focus == "destination.street"
    assert refused.shows("Street | 21 George Street"), "the typed value stays, to be fixed"
    assert len(walk.effects()) == 1


def test_a_new_order_is_typed_and_created_in_starshipit(walk: Walk) -> None:
    walk.keyboard.press("ctrl+shift+n")
    walk.enter(*NEW_ORDER)
    walk.until_shown(text("new_order.create_in"))
    for focus, value in (
        ("number", "B-1"),
        ("name", "John Smith"),
        ("street", "20 George Street"),
        ("city", "Sydney"),
        ("country", "Australia"),
        ("item_sku", "CABLE"),
        ("item_quantity", "3"),
    ):
        walk.tab_to(focus)
        walk.replace(value)
    walk.tab_to("create_in_2")
    walk.keyboard.press("space")
    walk.until_shown(text("new_order.create_in_count", count=1))
    walk.keyboard.press("alt+p")
    walk.enter(*PREVIEW)
    preview = body_shown(walk.read_screen())
    walk.leave_to(*NEW_ORDER)
    walk.read_screen(pictures="new-order")
    walk.keyboard.press("ctrl+Return")
    (sent,) = walk.until_effects(1)
    assert (sent["vendor"], sent["call"]) == ("starshipit", "create_order")
    assert without_date(sent["body"]) == without_date(preview)
    assert sent["body"]["order"]["items"] == [{"sku": "CABLE", "quantity": 3}]
    walk.enter(*MAIN)
    walk.until_shown(items_headline(0, 0, 3))
    walk.show_tab("activity")
    walk.until_shown("Starshipit: confirmed · new order")
    walk.read_screen(pictures="new-order-created")


def test_a_unit_is_cancelled_with_a_reason_and_the_platforms_are_notified(walk: Walk) -> None:
    walk.open_order("10001", "20 George Street")
    walk.keyboard.press("F9")
    walk.until(lambda screen: screen.window == "order_menu_button_entries", "menu")
    walk.read_screen(pictures="order-menu")
    walk.choose(text("menu.cancel_items"))
    walk.enter(*CANCEL_ITEMS)
    walk.until_shown(text("cancel_items.notified"))
    walk.keyboard.press("Up")
    walk.until_shown(text("cancel_items.cancel_count", count=1))
    walk.tab_to("reason")
    walk.replace("out of stock")
    walk.read_screen(pictures="cancel-items")
    walk.keyboard.press("ctrl+Return")
    sent = {effect["vendor"]: effect["body"] for effect in walk.until_effects(2)}
    walk.enter(*MAIN)
    walk.until_shown(items_headline(0, 0, 4, cancelled=1))
    walk.read_screen(pictures="cancelled")
    assert sent["starshipit"]["order"]["items"] == [{"item_id": 1065580746, "delete": True}]
    cancelled = [line for line in sent["shipup"]["line_items"] if line.get("canceled_quantity")]
    assert [(line["sku"], line["canceled_quantity"]) for line in cancelled] == [("MOBILE", 1)]
    assert len(walk.effects()) == 2, "ShipEngine does not support this, and no platform is notified twice"
