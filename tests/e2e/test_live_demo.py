"""The demo by itself: what was shipped is seen moving, and what SwiftPOD ships goes on when somebody says yes."""

import json
from typing import Any

import pytest

from shipconsole.messages import text
from shipconsole.ui.window.menu import ENTRIES
from tests.operations.forwarding import printed
from tests.receiver.senders import status_of
from tests.support import local_http
from tests.support.walk import MAIN_WINDOW, Screen, Walk

DELIVERIES = ("webhook_events_dialog", "^Webhook events$")
MAIN = ("MainWindow", MAIN_WINDOW)
EACH = sorted(printed.PARTS.items())


def test_a_parcel_moves_while_somebody_looks(walk: Walk) -> None:
    walk.open_order("10001", "MOBILE-CASE-BLK")
    for scan in ("MOBILE-CASE-BLK", "9400100109361129278357"):
        walk.keyboard.scan(scan)
    walk.until_shown("USPS")
    walk.keyboard.press("ctrl+Return")
    walk.until_effects(3)
    walk.until_shown("Accepted at post office")
    walk.read_screen(pictures="demo-tracking")


def hooked(walk: Walk) -> tuple[str, str]:
    """Where the demo takes in what SwiftPOD tells, as SwiftPOD knows it."""
    state = local_http.get(f"{walk.url}/_simulator/state").json()
    (webhook,) = state["swiftpod"]["webhooks"]
    host, _, path = webhook["url"].removeprefix("http://").partition("/")
    return f"http://{host}", f"/{path}"


def tell(walk: Walk, body: dict[str, Any]) -> None:
    assert status_of(*hooked(walk), json.dumps(body).encode()) == 200


def parcels(walk: Walk, number: str = printed.NUMBER) -> dict[str, list[tuple[str, dict[str, int]]]]:
    return printed.held(walk.url, number)


def go_to_page(walk: Walk, number: int, says: str) -> Screen:
    """Choose a page of the dialog by its keys."""
    walk.tab_to("qt_tabwidget_tabbar")
    walk.keyboard.press("Home", *["Right"] * number)
    return walk.until_shown(says)


@pytest.mark.timeout(300)
def test_a_published_shipment_is_passed_on_with_a_yes_and_then_by_itself(walk: Walk) -> None:
    printed.put_order(walk.url)
    printed.put_order(walk.url, "-2")
    walk.keyboard.press("F5")
    walk.until_shown(text("order_list.count", count=26))
    # Twice, as vendors do; under review nobody hears of it.
    for _ in range(2):
        tell(walk, json.loads(printed.BODY))
    walk.until_shown(text("top_bar.review", count=2))
    walk.keyboard.press("F10")
    walk.until(lambda screen: screen.window.endswith("menu_button_entries"), "menu")
    above = [one.name for one in ENTRIES if not one.of_order].index("deliveries")
    walk.keyboard.press(*["Down"] * above, "Return")
    walk.enter(*DELIVERIES)
    go_to_page(walk, 1, "3 × SHIRT")
    walk.until_shown("1 × MUG, 2 × POSTER")
    assert parcels(walk) == {"shipengine": [], "starshipit": [], "shipup": []}
    walk.read_screen(pictures="demo-to-pass-on")
    for proposal in (1, 2):
        walk.tab_to(f"forward_{proposal}")
        walk.keyboard.press("space")
        walk.until(lambda _, proposal=proposal: len(parcels(walk)["shipup"]) == proposal, "no platform was notified")
    expected = {"shipengine": EACH, "starshipit": [(number, {}) for number, _ in EACH], "shipup": EACH}
    walk.until(lambda _: parcels(walk) == expected, "three platforms do not hold the parts")
    walk.read_screen(pictures="demo-passed-on")

    # From now on by themselves: the next one needs nobody.
    go_to_page(walk, 2, text("webhook_events.mode_review"))
    walk.tab_to("rule_mode_4")
    walk.keyboard.press("Down")
    walk.until_shown(text("webhook_events.mode_auto"))
    walk.tab_to("save_rules")
    walk.keyboard.press("space")
    walk.until_shown(text("webhook_events.rules_saved"))
    for uuid in ("a", "b", "a"):
        tell(walk, printed.webhook("-2", uuid=uuid))
    number = f"{printed.NUMBER}-2"
    walk.until(lambda _: len(parcels(walk, number)["starshipit"]) == 2, "it does not go on by itself")
    walk.until(lambda _: len(parcels(walk, number)["shipengine"]) == 2, "it does not go on by itself")
    walk.leave_to(*MAIN)
    tell(walk, printed.webhook(uuid="once more"))
    walk.open_order(printed.NUMBER, "POSTER")
    walk.until_shown("The check digit is wrong.")
    walk.read_screen(pictures="demo-passed-on-order")
    assert parcels(walk) == expected
