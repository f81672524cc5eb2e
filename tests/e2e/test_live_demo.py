"""The demo without help: shipped packages move, and SwiftPOD's shipments are forwarded after review."""

import json
from typing import Any

import pytest

from shipconsole.messages import text
from tests.operations.forwarding import printed
from tests.receiver.senders import status_of
from tests.support import local_http
from tests.support.walk import MAIN_WINDOW, Screen, Walk

DELIVERIES = ("webhook_events_dialog", "^Webhook events$")
MAIN = ("MainWindow", MAIN_WINDOW)
EACH = sorted(printed.PARTS.items())


def test_tracking_changes_while_the_window_is_open(walk: Walk) -> None:
    walk.open_order("10001", "MOBILE-CASE-BLK")
    for scan in ("MOBILE-CASE-BLK", "9400100109361129278357"):
        walk.keyboard.scan(scan)
    walk.until_shown("USPS")
    walk.keyboard.press("ctrl+Return")
    walk.until_effects(3)
    walk.show_tab("tracking")
    walk.until_shown("Accepted at post office")
    walk.read_screen(pictures="demo-tracking")


def webhook_url(walk: Walk) -> tuple[str, str]:
    """Return the origin and path of the webhook URL that the demo registered at SwiftPOD."""
    state = local_http.get(f"{walk.url}/_simulator/state").json()
    (webhook,) = state["swiftpod"]["webhooks"]
    host, _, path = webhook["url"].removeprefix("http://").partition("/")
    return f"http://{host}", f"/{path}"


def post_webhook(walk: Walk, body: dict[str, Any]) -> None:
    assert status_of(*webhook_url(walk), json.dumps(body).encode()) == 200


def packages(walk: Walk, number: str = printed.NUMBER) -> dict[str, list[tuple[str, dict[str, int]]]]:
    return printed.held(walk.url, number)


def go_to_page(walk: Walk, number: int, shown: str) -> Screen:
    """Choose a page of the dialog with the keyboard."""
    walk.tab_to("qt_tabwidget_tabbar")
    walk.keyboard.press("Home", *["Right"] * number)
    return walk.until_shown(shown)


@pytest.mark.timeout(300)
def test_a_published_shipment_is_forwarded_after_review_and_then_automatically(walk: Walk) -> None:
    printed.put_order(walk.url)
    printed.put_order(walk.url, "-2")
    walk.keyboard.press("F5")
    walk.until_shown(text("order_list.count", count=26))
    # Each event arrives twice, as from real platforms; until the review, no platform is notified.
    for _ in range(2):
        post_webhook(walk, json.loads(printed.BODY))
    walk.until_shown(text("top_bar.review", count=2))
    walk.keyboard.press("F10")
    walk.until(lambda screen: screen.window.endswith("menu_button_entries"), "menu")
    walk.choose(text("menu.webhook_events"))
    walk.enter(*DELIVERIES)
    go_to_page(walk, 1, "3 × SHIRT")
    walk.until_shown("1 × MUG, 2 × POSTER")
    assert packages(walk) == {"shipengine": [], "starshipit": [], "shipup": []}
    walk.read_screen(pictures="demo-review")
    for proposal in (1, 2):
        walk.tab_to(f"forward_{proposal}")
        walk.keyboard.press("space")
        walk.until(lambda _, proposal=proposal: len(packages(walk)["shipup"]) == proposal, "no platform was notified")
    expected = {"shipengine": EACH, "starshipit": [(number, {}) for number, _ in EACH], "shipup": EACH}
    walk.until(lambda _: packages(walk) == expected, "the three platforms do not have the packages")
    walk.read_screen(pictures="demo-forwarded")

    # From now on automatically: the next shipment needs no review.
    go_to_page(walk, 2, text("webhook_events.mode_review"))
    walk.tab_to("rule_mode_4")
    walk.keyboard.press("Down")
    walk.until_shown(text("webhook_events.mode_auto"))
    walk.tab_to("save_rules")
    walk.keyboard.press("space")
    walk.until_shown(text("webhook_events.rules_saved"))
    for uuid in ("a", "b", "a"):
        post_webhook(walk, printed.webhook("-2", uuid=uuid))
    number = f"{printed.NUMBER}-2"
    walk.until(lambda _: len(packages(walk, number)["starshipit"]) == 2, "it is not forwarded automatically")
    walk.until(lambda _: len(packages(walk, number)["shipengine"]) == 2, "it is not forwarded automatically")
    walk.leave_to(*MAIN)
    post_webhook(walk, printed.webhook(uuid="once more"))
    walk.open_order(printed.NUMBER, "POSTER")
    walk.show_tab("tracking")
    walk.until_shown("The check digit is wrong.")
    walk.read_screen(pictures="demo-forwarded-order")
    assert packages(walk) == expected
