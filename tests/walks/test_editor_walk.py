"""Every field of an order at each vendor, changed with the keyboard alone; the vendors' log says what came of it."""

import json
from typing import Any

from tests.kit.walk import MAIN_WINDOW, Walk

FIELDS = ("fields_dialog", "All fields of order")
PREVIEW = ("preview_dialog", "What will be sent")


def body_shown(walk: Walk) -> dict[str, Any]:
    """The body of the message that the preview shows."""
    letter = next(said for said in walk.look().said if '\n\n{' in said)
    return json.loads(letter.partition("\n\n")[2])


def go_to_field(walk: Walk, find: str, focus: str) -> None:
    walk.keyboard.press("ctrl+f")
    walk.until_in("fields_filter")
    walk.replace(find)
    walk.keyboard.press("Return")
    walk.until_in(focus)


def test_a_field_of_starshipit_is_changed_and_told_by_keyboard_alone(walk: Walk) -> None:
    keyboard = walk.keyboard
    walk.open_order("10001", "20 George Street")
    keyboard.press("F4")
    walk.enter(*FIELDS)
    walk.until_says("Save, tell Starshipit")
    for place, words in ((1, "takes no changes"), (3, "Save, tell Shipup"), (2, "Save, tell Starshipit")):
        keyboard.press(f"alt+{place}")
        walk.until_says(words)
        walk.look(pictures=f"fields-page-{place}")
    go_to_field(walk, "post code", "destination.post_code")
    walk.replace("2000 and much more")
    print(*walk.look(pictures="fields-too-long").said, sep="\n")
    keyboard.press("ctrl+Return")
    walk.until_says("Nothing was sent.")
    walk.replace("2001")
    keyboard.press("alt+p")
    walk.enter(*PREVIEW)
    walk.look(pictures="fields-preview")
    promised = body_shown(walk)
    print(json.dumps(promised, indent=1))
    walk.leave_to(*FIELDS)
    assert walk.effects() == []
    keyboard.press("ctrl+Return")
    (told,) = walk.until_effects(1)
    print(told)
    walk.until_says("told ")
    print(*walk.look(pictures="fields-told").said, sep="\n")
    walk.fault(vendor="starshipit", call="update_order", kind="refuse_field", field="destination.street")
    go_to_field(walk, "street", "destination.street")
    walk.replace("21 George Street")
    keyboard.press("ctrl+Return")
    walk.until_says("refused")
    print(*walk.look(pictures="fields-refused").said, sep="\n")
    assert 0
