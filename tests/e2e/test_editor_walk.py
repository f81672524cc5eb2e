"""Orders changed, made and cancelled in part with the keyboard alone; the platforms' log says what came of it."""

import json
from typing import Any

from shipconsole.messages import text
from shipconsole.ui.order_editor.items import items_headline
from tests.support.walk import MAIN_WINDOW, Screen, Walk

MAIN = ("MainWindow", MAIN_WINDOW)
FIELDS = ("fields_dialog", "^All fields of order")
NEW_ORDER = ("new_order_dialog", "^New order$")
CANCEL_ITEMS = ("cancel_items_dialog", "^Cancel items of order")
PREVIEW = ("preview_dialog", "^What will be sent$")
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
"""As Starshipit has it; it takes an address as a whole."""


def body_shown(screen: Screen) -> dict[str, Any]:
    """The body of the message that a preview shows."""
    letter = next(said for said in screen.texts if "\n\n{" in said)
    return json.loads(letter.partition("\n\n")[2])


def without_date(body: dict[str, Any]) -> dict[str, Any]:
    """A new order but for its time, which is that of the telling."""
    return {name: value for name, value in body["order"].items() if name != "order_date"}


def go_to_field(walk: Walk, value: str, focus: str) -> None:
    """Find a field by what stands in it."""
    walk.keyboard.press("ctrl+f")
    walk.until_in("fields_filter")
    walk.replace(value)
    walk.keyboard.press("Return")
    walk.until_in(focus)


def test_a_field_at_starshipit_is_checked_previewed_told_and_refused_where_it_stands(walk: Walk) -> None:
    walk.open_order("10001", "20 George Street")
    walk.keyboard.press("F4")
    walk.enter(*FIELDS)
    for place, words in (
        (1, text("fields.read_only_connection", connection="ShipEngine")),
        (3, text("fields.save", connection="Shipup")),
        (2, text("fields.save", connection="Starshipit")),
    ):
        walk.keyboard.press(f"alt+{place}")
        walk.until_shown(words)
        walk.read_screen(pictures=f"fields-{place}")
    go_to_field(walk, "2000", "destination.post_code")
    walk.replace("2000 and much more")
    walk.until_shown("Postal code has 18 characters. Starshipit accepts 10.")
    walk.keyboard.press("ctrl+Return")
    walk.until_shown(text("fields.fix_first", problem="Postal code has 18 characters"))
    walk.read_screen(pictures="fields-too-long")

    walk.replace("2001")
    walk.keyboard.press("alt+p")
    walk.enter(*PREVIEW)
    promised = body_shown(walk.read_screen(pictures="fields-preview"))
    assert promised == {"order": {"order_id": 1020304051, "destination": {**ADDRESS, "post_code": "2001"}}}
    walk.leave_to(*FIELDS)
    assert walk.effects() == [], "nothing was told by looking at it"
    walk.keyboard.press("ctrl+Return")
    (told,) = walk.until_effects(1)
    assert (told["vendor"], told["call"], told["body"]) == ("starshipit", "update_order", promised)
    values = tuple(
        text("fields.differs_value", connection=name, value=value)
        for name, value in (("ShipEngine", "2000"), ("Starshipit", "2001"))
    )
    walk.until_shown(text("fields.differs", field="Postal code", values=values))

    walk.fault(vendor="starshipit", call="update_order", kind="refuse_field", field="destination.street")
    go_to_field(walk, "20 George Street", "destination.street")
    walk.replace("21 George Street")
    walk.keyboard.press("ctrl+Return")
    walk.until(lambda screen: any(said.startswith("The street field was refused") for said in screen.texts))
    refused = walk.read_screen(pictures="fields-refused")
    assert refused.focus == "destination.street"
    assert refused.shows("Street | 21 George Street"), "what was typed stays, to be mended"
    assert len(walk.effects()) == 1


def test_a_new_order_is_typed_and_told_to_starshipit(walk: Walk) -> None:
    walk.keyboard.press("ctrl+shift+n")
    walk.enter(*NEW_ORDER)
    walk.until_shown(text("new_order.create_in"))
    for focus, typed in (
        ("number", "B-1"),
        ("name", "John Smith"),
        ("street", "20 George Street"),
        ("city", "Sydney"),
        ("country", "Australia"),
        ("item_sku", "CABLE"),
        ("item_quantity", "3"),
    ):
        walk.tab_to(focus)
        walk.replace(typed)
    walk.tab_to("create_in_2")
    walk.keyboard.press("space")
    walk.until_shown(text("new_order.create_in_count", count=1))
    walk.keyboard.press("alt+p")
    walk.enter(*PREVIEW)
    promised = body_shown(walk.read_screen())
    walk.leave_to(*NEW_ORDER)
    walk.read_screen(pictures="new-order")
    walk.keyboard.press("ctrl+Return")
    (told,) = walk.until_effects(1)
    assert (told["vendor"], told["call"]) == ("starshipit", "create_order")
    assert without_date(told["body"]) == without_date(promised)
    assert told["body"]["order"]["items"] == [{"sku": "CABLE", "quantity": 3}]
    walk.enter(*MAIN)
    walk.until_shown(items_headline(0, 0, 3, several_packages=False))
    walk.until_shown("Starshipit: confirmed · new order")
    walk.read_screen(pictures="new-order-told")


def test_a_piece_is_cancelled_with_who_is_told_and_why(walk: Walk) -> None:
    walk.open_order("10001", "20 George Street")
    walk.keyboard.press("F9")
    walk.until(lambda screen: screen.window == "order_menu_button_entries", "menu")
    walk.read_screen(pictures="order-menu")
    walk.keyboard.press("Down", "Return")
    walk.enter(*CANCEL_ITEMS)
    walk.until_shown(text("cancel_items.notified"))
    walk.keyboard.press("Up")
    walk.until_shown(text("cancel_items.cancel_count", count=1))
    walk.tab_to("why")
    walk.replace("out of stock")
    walk.read_screen(pictures="cancel-items")
    walk.keyboard.press("ctrl+Return")
    told = {one["vendor"]: one["body"] for one in walk.until_effects(2)}
    walk.enter(*MAIN)
    walk.until_shown(items_headline(0, 0, 4, several_packages=False, cancelled=1))
    walk.read_screen(pictures="cancelled")
    assert told["starshipit"]["order"]["items"] == [{"item_id": 1065580746, "delete": True}]
    cancelled = [line for line in told["shipup"]["line_items"] if line.get("canceled_quantity")]
    assert [(line["sku"], line["canceled_quantity"]) for line in cancelled] == [("MOBILE", 1)]
    assert len(walk.effects()) == 2, "ShipEngine cannot be told, and nobody is told twice"
