"""A packer with a screen reader: the tree over AT-SPI is in reading order, and each verdict is announced once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shipconsole.messages import text
from tests.support.bench import USPS_NUMBERS
from tests.support.screen_reader import Part, ScreenReader
from tests.support.walk import Walk
from tests.support.xvfb import Display

USED, LABEL, SECOND = USPS_NUMBERS
PROGRAM = "Shipconsole"
ACTING = {"push button", "check box", "radio button", "text", "combo box", "table", "list", "page tab", "spin button"}
"""Roles of what a person acts on."""


@pytest.fixture
def read_walk(
    display: Display, tmp_path: Path, screen_reader: tuple[ScreenReader, dict[str, str]]
) -> Iterator[tuple[Walk, ScreenReader]]:
    """A walk through the synced demo, and the screen reader that reads it."""
    reader, env = screen_reader
    walk = Walk(display, tmp_path, env=env)
    try:
        shown = text("order_list.count", count=24)
        walk.until(lambda screen: screen.shows(shown) and screen.shows("Synced"), "no orders are imported")
        yield walk, reader
    finally:
        ended = walk.stop()
    assert ended == (0, "")


def test_each_verdict_is_announced_once_and_errors_interrupt(read_walk: tuple[Walk, ScreenReader]) -> None:
    walk, reader = read_walk
    walk.command("ship", "10002", "--all-left", "--tracking", USED)
    walk.open_order("10001", "20 George Street")
    expected: list[tuple[str, bool]] = []

    def scan(code: str, headline: str, *, is_locked: bool) -> None:
        walk.keyboard.scan(code)
        if headline:
            expected.append((headline, is_locked))
            walk.until_shown(headline)
        reader.until_heard(len(expected))

    wrong, unknown = text("verdict_title.wrong_item"), text("verdict_title.unknown_code")
    scan("STAND-ALU", wrong, is_locked=True)
    # The same error again is not announced again, and acknowledging it says nothing.
    scan("STAND-ALU", "", is_locked=True)
    acknowledged(walk, wrong)
    scan("NO-SUCH-CODE", unknown, is_locked=True)
    acknowledged(walk, unknown)
    # After it was acknowledged, the same error is a new one.
    scan("NO-SUCH-CODE", unknown, is_locked=True)
    acknowledged(walk, unknown)
    scan(USED, text("verdict_title.label_taken"), is_locked=True)
    acknowledged(walk, text("verdict_title.label_taken"))
    scan(f"42078701{LABEL}", text("verdict_title.postal_code"), is_locked=True)
    acknowledged(walk, text("verdict_title.postal_code"))
    scan(LABEL, "9400 1112 0620 6406 2607 87", is_locked=False)
    scan(SECOND, text("verdict_title.second_label"), is_locked=False)
    acknowledged(walk, text("verdict_title.second_label"), "%UNDO")
    scan("MOBILE", "Mobile Phone", is_locked=False)
    scan("MOBILE", text("verdict_title.one_too_many"), is_locked=True)
    acknowledged(walk, text("verdict_title.one_too_many"))
    scan("10003", text("verdict_title.another_order"), is_locked=False)
    acknowledged(walk, text("verdict_title.another_order"), "%UNDO")
    scan("%ALL LEFT", text("verdict_title.complete"), is_locked=False)
    scan("%SHIP", text("verdict_title.package_shipped", number=1), is_locked=False)
    walk.until_effects(3)
    heard = reader.heard()
    assert [
        (one.text[: len(said)], one.is_assertive) for one, (said, _) in zip(heard, expected, strict=True)
    ] == expected
    assert all(len(one.text) > len(said) for one, (said, _) in zip(heard, expected, strict=True)), "what to do is said"


def acknowledged(walk: Walk, headline: str, code: str = "%OK") -> None:
    """Scan the command that ends a verdict, and wait until it is gone."""
    walk.keyboard.scan(code)
    walk.until(lambda screen: not screen.shows(headline), f"“{headline}” stays")


def test_the_tree_is_in_reading_order_and_whatever_acts_has_a_name(read_walk: tuple[Walk, ScreenReader]) -> None:
    walk, reader = read_walk
    walk.open_order("10001", "20 George Street")
    walk.keyboard.scan("MOBILE")
    walk.until_shown("Mobile Phone")
    parts = reader.tree(PROGRAM)
    order = [position_of(parts, name) for name in ("scan_field", "verdict", "order_list", "line_table", "package_tabs")]
    assert order == sorted(order)
    assert position_of(parts, "package_tabs") < position_of(parts, "ship_button")
    (focused,) = (part for part in parts if "focused" in part.states and part.role == "text")
    assert last_name(focused) == "scan_field"
    nameless = [part.identifier for part in parts if part.role in ACTING and not part.name.strip()]
    assert nameless == []
    # Names in words: no object names, placeholders, or signs alone.
    unreadable = [part for part in parts if part.role in ACTING and not any(map(str.isalnum, part.name))]
    assert unreadable == []
    cells = [part.name for part in parts if part.role == "cell"]
    assert {"10001", "MOBILE"} <= {word.strip(",.") for name in cells for word in name.split()}


def last_name(part: Part) -> str:
    """Return the object name of a part."""
    return part.identifier.rpartition(".")[2]


def position_of(parts: list[Part], name: str) -> int:
    """Return where a part is read."""
    return next(position for position, part in enumerate(parts) if last_name(part) == name)
