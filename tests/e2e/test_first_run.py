"""A new profile opens the assistant in the real program; a scanner is tested in it, and it is not shown again."""

from pathlib import Path

from shipconsole.domain.scanner_check import TEST_CODE
from shipconsole.messages import text
from shipconsole.station import settings_file
from shipconsole.ui.dialogs.first_run.practice import LABEL, ORDER
from shipconsole.ui.window.demo_process import PRACTICE
from tests.support.walk import Walk
from tests.support.xvfb import Display


def test_a_newcomer_tests_the_scanner_and_leaves(display: Display, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    first = Walk(display, tmp_path, profile=profile, first_run=True)
    try:
        first.until(lambda screen: screen.window == "first_run_dialog", "the assistant does not open")
        first.enter("first_run_dialog", f"^{text('first_run.title')}$")
        first.keyboard.press("ctrl+Return")
        first.until_shown(text("scanner_test.waits"))
        first.read_screen(pictures="first-run-scanner")
        first.keyboard.scan(TEST_CODE)
        first.until_shown(text("scanner_test.result_works"))
        screen = first.read_screen(pictures="first-run-works")
        assert screen.shows(text("scanner_test.ending_enter"))
        assert screen.shows(text("first_run.scanner"))
        first.leave_to("MainWindow", "^Shipconsole$")
    finally:
        ended = first.stop()
    assert ended == (0, "")
    assert settings_file.read(profile)["first_run_done"] is True
    again = Walk(display, tmp_path, profile=profile, first_run=True)
    try:
        screen = again.until_in("scan_field")
        assert screen.window != "first_run_dialog"
    finally:
        ended = again.stop()
    assert ended == (0, "")


def test_the_practice_package_is_shipped_by_the_codes_that_it_shows(display: Display, tmp_path: Path) -> None:
    walk = Walk(display, tmp_path, env={PRACTICE: "1"})
    try:
        walk.until_shown(text("order_list.count", count=24))
        # The window keeps the keyboard, although the practice package is shown beside it.
        walk.until_in("scan_field")
        walk.keyboard.scan(ORDER)
        walk.until_shown("Earphones (White)")
        for code in ("MOBILE", "EARPHONES-WHT", LABEL, "%SHIP"):
            walk.keyboard.scan(code)
        (first, *_) = walk.until_effects(1)
        assert first["vendor"] in ("shipengine", "starshipit", "shipup")
    finally:
        ended = walk.stop()
    assert ended[0] == 0
