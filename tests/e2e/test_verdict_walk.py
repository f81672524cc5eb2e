"""Scan at full speed on a real screen: each error waits for the packer, and nothing is sent meanwhile."""

from time import sleep
from typing import Any

import pytest

from shipconsole.messages import text
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.order_editor.items_pane import items_headline
from tests.support.bench import USPS_NUMBERS
from tests.support.walk import MAIN_WINDOW, Walk
from tests.support.x_keys import GS

USED, LABEL, SECOND = USPS_NUMBERS
ELSEWHERE = f"42078701{LABEL}"
ENTER, TWO_ENTERS, TAB, NO_END = "\n", "\n\n", "\t", ""
SCANS = (
    (f"{LABEL}{GS}", ENTER, f" | {LABEL}"),
    (f"{GS}420902459261290336128704042634", ENTER, "Label: 90245."),
    (f"4209024512345{GS}9261290336128704042634", ENTER, "Label: 90245"),
    ("NO-SUCH-CODE", TAB, "“NO-SUCH-CODE” is not an item"),
    ("OTHER-CODE", TWO_ENTERS, "“OTHER-CODE” is not an item"),
    ("THIRD-CODE", NO_END, "“THIRD-CODE” is not an item"),
)
CONTINUE = f"{text('verdict_choice.continue')} {key_name('Enter')}"
"""The key cap of a verdict that is only acknowledged."""
PAUSE_S = 0.3
"""Before a key of the packer: one without a pause could be the scanner's."""
NOTHING_PACKED = items_headline(0, 0, 5)


def scan_is_ignored(walk: Walk, scan: str, still_shown: str, packed: str) -> None:
    """Scan something that must not count, and check that the message still waits."""
    walk.keyboard.scan(scan)
    walk.keyboard.press("F1")
    walk.enter("keys_sheet", f"^{text('keys.title')}$")
    walk.leave_to("MainWindow", MAIN_WINDOW)
    screen = walk.until_shown(still_shown)
    assert screen.shows(packed), screen.texts


def effects_of(walk: Walk, tracking_number: str) -> list[dict[str, Any]]:
    """Return what the platforms did with a tracking number."""
    return [effect for effect in walk.effects() if tracking_number in str(effect["body"])]


def acknowledge(walk: Walk, key: str, message: str) -> None:
    """Press a key to acknowledge a message, as late as a person does, and wait until it is gone."""
    sleep(PAUSE_S)
    walk.keyboard.press(key)
    walk.until(lambda screen: not screen.shows(message), f"“{message}” stays")


def test_each_error_is_acknowledged_before_the_next_scan_counts(walk: Walk) -> None:
    walk.command("ship", "10002", "--all-left", "--tracking", USED)
    walk.open_order("10001", "20 George Street")
    walk.until_shown(NOTHING_PACKED)

    walk.keyboard.scan("STAND-ALU")
    walk.until_shown(text("verdict_title.wrong_item"))
    walk.read_screen(pictures="verdict-wrong-item")
    scan_is_ignored(
        walk,
        "TABLET-10",
        text("verdict.wrong_item", item="Phone Stand, Aluminium (STAND-ALU)", order="10001"),
        NOTHING_PACKED,
    )
    acknowledge(walk, "Return", text("verdict_title.wrong_item"))

    walk.keyboard.scan("NO-SUCH-CODE")
    walk.until_shown(text("verdict_title.unknown_code"))
    walk.read_screen(pictures="verdict-unknown-code")
    scan_is_ignored(
        walk, "OTHER-NONSENSE", text("verdict.unknown_in_order", code="“NO-SUCH-CODE”", order="10001"), NOTHING_PACKED
    )
    acknowledge(walk, "Return", text("verdict_title.unknown_code"))

    walk.keyboard.scan(USED)
    walk.until_shown(text("verdict_title.label_taken"))
    walk.read_screen(pictures="verdict-label-taken")
    scan_is_ignored(walk, "MOBILE", "order 10002", NOTHING_PACKED)
    acknowledge(walk, "Return", text("verdict_title.label_taken"))

    walk.keyboard.scan(ELSEWHERE)
    walk.until_shown(text("verdict_title.postal_code"))
    walk.read_screen(pictures="verdict-postal-code")
    scan_is_ignored(
        walk, "MOBILE", text("verdict.postal_code", theirs="78701", order="10001", ours="2000"), NOTHING_PACKED
    )
    walk.keyboard.press("ctrl+Return")
    scan_is_ignored(walk, "%SHIP", text("verdict_title.postal_code"), NOTHING_PACKED)
    acknowledge(walk, "Return", text("verdict_title.postal_code"))

    walk.keyboard.scan(LABEL)
    walk.until_shown(f" | {LABEL}")
    walk.keyboard.scan(SECOND)
    walk.until_shown(text("verdict_title.second_label"))
    walk.read_screen(pictures="verdict-second-label")
    scan_is_ignored(walk, "MOBILE", text("verdict_title.second_label"), NOTHING_PACKED)
    acknowledge(walk, "Escape", text("verdict_title.second_label"))
    walk.until_shown(f" | {LABEL}")

    walk.keyboard.scan("MOBILE")
    packed = items_headline(0, 1, 4)
    walk.until_shown(packed)
    walk.keyboard.scan("MOBILE")
    walk.until_shown(text("verdict_title.one_too_many"))
    walk.read_screen(pictures="verdict-one-too-many")
    scan_is_ignored(walk, "MOBILE", text("verdict_title.one_too_many"), packed)
    walk.keyboard.scan("%OK")
    walk.until(lambda screen: not screen.shows(text("verdict_title.one_too_many")))

    assert effects_of(walk, LABEL) == []
    walk.keyboard.scan("%SHIP")
    walk.until(lambda _: len(effects_of(walk, LABEL)) == 3)
    logged = walk.command("audit-log", "--order", "10001", "--json")
    verdicts = [entry["verdict"] for entry in logged if entry["what"] == "scanned"]
    for kind in ("wrong_item", "unknown_code", "label_taken", "postal_code", "second_label", "one_too_many"):
        assert kind in verdicts
        assert f"{kind}:repeated" in verdicts


@pytest.mark.parametrize("every_ms", [3, 12])
def test_scans_are_read_completely_whichever_part_has_the_focus(walk: Walk, every_ms: int) -> None:
    walk.open_order("10001", "20 George Street")
    for part in ("order_list", "service"):
        for scan, end, shown in SCANS:
            sleep(PAUSE_S)
            walk.tab_to(part, most=60)
            walk.keyboard.scan(scan, end, every_ms)
            screen = walk.until_shown(shown)
            assert not screen.shows("Service | "), "no part of the scan is in the field"
            if screen.shows(CONTINUE):
                acknowledge(walk, "Return", CONTINUE)


def test_the_scan_field_has_the_focus_after_any_dialog_even_without_a_window_manager(walk: Walk) -> None:
    for key, dialog in (("F1", "keys_sheet"), ("ctrl+shift+n", "new_order_dialog")):
        walk.keyboard.press(key)
        walk.until(lambda screen, dialog=dialog: screen.window == dialog, f"{dialog} does not open")
        sleep(PAUSE_S)
        walk.keyboard.press("Escape")
        walk.until(
            lambda screen: screen.window == "MainWindow" and screen.focus == "scan_field",
            "the focus is not in the scan field",
        )
        sleep(PAUSE_S)
    walk.keyboard.scan("10001")
    walk.until_shown("20 George Street")
