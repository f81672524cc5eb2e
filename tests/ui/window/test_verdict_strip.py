"""The verdict strip: every state with its sign, texts and endings, in a place that never changes."""

from collections.abc import Callable

import pytest
import zxingcpp
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.verdict import RULES, Ending, Verdict, VerdictKind, VerdictSeverity
from shipconsole.messages import text
from shipconsole.ui.kit.formats import within
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens, scaled
from shipconsole.ui.window.arrangement import arrangement
from shipconsole.ui.window.strip_parts import HintButton
from shipconsole.ui.window.strip_text import ENTER, ESCAPE, KEEP_KEY, StripText
from shipconsole.ui.window.verdict_strings import SIGNS, Situation, verdict_text
from shipconsole.ui.window.verdict_strip import SECOND_PX, VerdictStrip
from tests.support.verdict_pictures import PLATFORMS, SITUATION, samples

SAMPLES = {verdict.kind: verdict for verdict in samples()}
KEYS = {Ending.ACKNOWLEDGE: ENTER, Ending.REFUSE: ESCAPE, Ending.KEEP: KEEP_KEY, Ending.DIGIT: "1"}
SIZES = [
    (width, height, scale)
    for width, height in ((1280, 800), (1920, 1080), (2560, 1440), (3840, 2160))
    for scale in (1.0, 1.25, 1.5, 2.0)
]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Callable[..., VerdictStrip]:
    """Return a function that makes a strip as wide as in a window of a size."""

    def made(tokens: Tokens = LIGHT, width: int = 1280, height: int = 800) -> VerdictStrip:
        theme = Theme()
        theme.use(qapp, tokens)
        strip = VerdictStrip(theme)
        qtbot.addWidget(strip)
        strip.arrange(arrangement(width, height, tokens.scale).chrome)
        strip.resize(width - 2 * tokens.px(16), strip.height())
        strip.show()
        return strip

    return made


def shown(verdict: Verdict) -> StripText:
    return verdict_text(verdict, SITUATION)


def test_there_is_a_sample_of_every_kind() -> None:
    assert SAMPLES.keys() == set(VerdictKind) == SIGNS.keys()


@pytest.mark.parametrize("kind", VerdictKind)
def test_each_state_has_its_sign_headline_and_second_line(make: Callable[..., VerdictStrip], kind: VerdictKind) -> None:
    strip, content = make(), shown(SAMPLES[kind])
    strip.show_text(content)
    assert strip.headline.text() == content.headline != ""
    assert strip.second.full_text == content.second != ""
    end = "" if content.headline.endswith("?") else "."
    assert strip.accessibleName() == f"{content.headline}{end} {content.second}"
    shape = content.sign.partition(" ")[0]
    match RULES[kind].severity:
        case VerdictSeverity.LOCKED:
            assert (content.tone, shape) == ("locked", "octagon")
        case VerdictSeverity.CONFIRM:
            assert (content.tone, shape) == ("confirm", "triangle")
        case VerdictSeverity.GOOD:
            assert (content.tone, shape in ("tick", "box", "truck")) == ("good", True)
        case VerdictSeverity.NOTICE:
            assert shape in ("triangle", "no_signal")
        case _:
            assert (content.tone, shape) == ("idle", "scan")


@pytest.mark.parametrize("kind", VerdictKind)
def test_each_state_shows_every_key_that_ends_it(make: Callable[..., VerdictStrip], kind: VerdictKind) -> None:
    strip, verdict = make(), SAMPLES[kind]
    strip.show_text(shown(verdict))
    keys = [button.hint.key for button in strip.buttons() if button.isVisible()]
    if verdict.waits:
        assert {key for ending, key in KEYS.items() if verdict.ends_with(ending)} <= set(keys)
    has_code = verdict.waits and verdict.ends_with(Ending.ACKNOWLEDGE)
    assert strip.code.isVisible() is has_code
    assert strip.shown.code == ("%OK" if has_code else "")
    assert not has_code or text("strip.code", code="%OK") == strip.code.accessibleName()
    assert {ENTER, ESCAPE, KEEP_KEY}.isdisjoint(keys) or verdict.waits


@pytest.mark.parametrize("tokens", [LIGHT, DARK, HIGH_CONTRAST, scaled(LIGHT, 1.5), scaled(DARK, 2.0)])
@pytest.mark.parametrize("kind", [VerdictKind.WRONG_ITEM, VerdictKind.CHECK_DIGIT, VerdictKind.SECOND_LABEL])
def test_a_scanner_reads_the_code_on_the_screen(
    make: Callable[..., VerdictStrip], tokens: Tokens, kind: VerdictKind
) -> None:
    strip = make(tokens)
    strip.show_text(shown(SAMPLES[kind]))
    image = strip.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = memoryview(image.constBits()).tobytes()
    shape = [image.height(), image.bytesPerLine()]
    assert [found.text for found in zxingcpp.read_barcodes(memoryview(pixels).cast("B", shape=shape))] == ["%OK"]


@pytest.mark.parametrize(("width", "height", "scale"), SIZES)
def test_the_strip_never_changes_its_size_and_nothing_in_it_is_clipped_or_covered(
    make: Callable[..., VerdictStrip], width: int, height: int, scale: float
) -> None:
    strip = make(scaled(LIGHT, scale), width, height)
    size = strip.size()
    for kind, verdict in SAMPLES.items():
        content = shown(verdict)
        strip.show_text(content)
        assert strip.size() == size == strip.sizeHint().expandedTo(size), kind
        assert strip.minimumSizeHint().width() <= size.width()
        assert strip.headline.text() == content.headline, f"{kind} is cut"
        parts: list[QWidget] = [strip.headline, strip.second, strip.count, strip.code, *strip.buttons()]
        parts += strip.findChildren(QLabel, "verdict_note")
        seen = [part for part in parts if part.isVisible() and not part.geometry().isEmpty()]
        for part in seen:
            assert strip.rect().contains(part.geometry()), (kind, part.objectName())
            if isinstance(part, HintButton):
                assert part.width() >= part.sizeHint().width(), (kind, part.hint)
            if isinstance(part, QLabel) and part is not strip.count:
                drawn = part.fontMetrics().boundingRect(QRect(), 0, part.text())
                assert part.width() >= drawn.width() - 1, (kind, part.text())
                assert part.height() >= drawn.height() - 1, (kind, part.text())
        for position, part in enumerate(seen):
            for other in seen[position + 1 :]:
                if {part, other} != {strip.headline, strip.second}:
                    assert not part.geometry().intersects(other.geometry()), (
                        kind,
                        part.objectName(),
                        other.objectName(),
                    )
        if verdict.waits:
            needed = [button for button in strip.buttons() if button.hint.act]
            assert all(button.isVisible() for button in needed), kind


def test_sizes_are_those_of_the_design(make: Callable[..., VerdictStrip]) -> None:
    for scale, height, headline in ((1.0, 80, 28), (1.5, 112, 40), (2.0, 164, 60)):
        strip = make(scaled(LIGHT, scale), 1920, 1200)
        strip.show_text(shown(SAMPLES[VerdictKind.COMPLETE]))
        assert (strip.height(), strip.headline.font().pixelSize()) == (height, headline)


def test_the_good_state_names_the_item_and_counts(make: Callable[..., VerdictStrip]) -> None:
    strip = make()
    strip.show_text(shown(SAMPLES[VerdictKind.GOOD]))
    assert strip.headline.text() == "Mobile case, recycled leather, black"
    assert strip.count.text() == text("strip.count", packed=2, total=3)
    assert strip.second.full_text.startswith(f"{text('strip.added', package=2)} · MOBILE-CASE-BLK · ")
    notes = [note.text() for note in strip.findChildren(QLabel, "verdict_note") if note.isVisible()]
    assert notes == [text("strip.scan_more", count=1)]


def test_packages_are_counted_from_the_first_of_the_order() -> None:
    verdict = SAMPLES[VerdictKind.GOOD]
    second = verdict_text(verdict, SITUATION._replace(shipped_packages=3, scanned_at_ms=0)).second
    assert second.startswith(text("strip.added", package=verdict.package + 4))


def test_a_long_name_ends_in_an_ellipsis_and_its_tooltip_has_all_of_it(make: Callable[..., VerdictStrip]) -> None:
    strip = make()
    content = shown(SAMPLES[VerdictKind.GOOD])
    strip.show_text(content._replace(headline="Sencha " * 40))
    assert strip.headline.text().endswith("…")
    assert strip.headline.accessibleName() == "Sencha " * 40
    assert "Sencha Sencha" in strip.headline.toolTip()
    assert strip.count.isVisible()
    assert strip.headline.geometry().right() < strip.count.x()


def test_the_shipped_state_counts_down_to_when_it_is_sent() -> None:
    shipped = SAMPLES[VerdictKind.SHIPPED]
    platforms = tuple(shipped.platforms)
    for seconds in (12, 1):
        content = verdict_text(shipped, SITUATION._replace(sends_in_s=seconds))
        sends = text("strip.sends_in", time=text("time.seconds", count=seconds), platforms=platforms)
        assert content.second.endswith(sends)
        assert "Ctrl+Z" in [hint.key for hint in content.hints]
    sent = verdict_text(shipped, SITUATION._replace(sends_in_s=None))
    assert sent.second.endswith(text("strip.notifies", platforms=platforms))
    assert "Ctrl+Z" not in [hint.key for hint in sent.hints], "it is too late"


def test_pressing_a_hint_does_what_its_key_does(qtbot: QtBot, make: Callable[..., VerdictStrip]) -> None:
    strip = make()

    def press(kind: VerdictKind, key: str) -> None:
        strip.show_text(shown(SAMPLES[kind]))
        button = next(button for button in strip.buttons() if button.hint.key == key)
        assert button.focusPolicy() == Qt.FocusPolicy.TabFocus
        assert button.accessibleName()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    for kind, key, signal, arguments in (
        (VerdictKind.WRONG_ITEM, ENTER, strip.acknowledged, []),
        (VerdictKind.CHECK_DIGIT, ESCAPE, strip.refused, []),
        (VerdictKind.LABEL_TAKEN, KEEP_KEY, strip.keep_requested, []),
        (VerdictKind.SEVERAL_CARRIERS, "2", strip.chosen, [2]),
        (VerdictKind.GOOD, "Ctrl+Z", strip.action_requested, ["undo"]),
        (VerdictKind.COMPLETE, "Ctrl+Enter", strip.action_requested, ["ship"]),
        (VerdictKind.SHIPPED_ATTENTION, "F8", strip.action_requested, ["needs_attention"]),
        (VerdictKind.OFFLINE, "F5", strip.action_requested, ["sync"]),
    ):
        with qtbot.waitSignal(signal) as emitted:
            press(kind, key)
        assert emitted.args == arguments


def test_an_announcement_is_assertive_for_red_alone(
    make: Callable[..., VerdictStrip], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, bool]] = []

    def hear(event: object) -> None:
        heard.append((event.message(), event.politeness() == QAccessible.AnnouncementPoliteness.Assertive))

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    strip = make()
    for kind in (VerdictKind.WRONG_ITEM, VerdictKind.GOOD):
        content = shown(SAMPLES[kind])
        strip.show_text(content)
        assert len(heard) < 2, "showing says nothing"
        strip.announce()
        assert heard[-1] == (f"{content.headline}. {content.second}", kind == VerdictKind.WRONG_ITEM)


def test_a_command_prefix_that_no_barcode_can_have_shows_no_code(make: Callable[..., VerdictStrip]) -> None:
    strip = make()
    strip.show_text(verdict_text(SAMPLES[VerdictKind.WRONG_ITEM], SITUATION._replace(prefix="§")))
    assert not strip.code.isVisible()
    assert ENTER in [button.hint.key for button in strip.buttons()]


def test_offline_says_when_the_next_try_is() -> None:
    offline = SAMPLES[VerdictKind.OFFLINE]
    at_ms = SITUATION.now_ms + 24_000
    notes = verdict_text(offline, SITUATION._replace(next_try_ms=at_ms)).notes
    assert notes == (text("strip.next_try", time=within(at_ms, SITUATION.now_ms)),)
    assert verdict_text(offline, SITUATION._replace(next_try_ms=None)).notes == ()


NOT_YET = SITUATION._replace(left=0, last_name="")
CAN_SHIP = NOT_YET._replace(can_ship=True)


def ship_keys(verdict: Verdict, situation: Situation) -> list[str]:
    return [hint.key for hint in verdict_text(verdict, situation).hints if hint.act == "ship"]


def test_what_is_missing_for_the_shipment_is_said_and_then_how_to_ship() -> None:
    complete, idle = SAMPLES[VerdictKind.COMPLETE], SAMPLES[VerdictKind.IDLE]
    facts = {"order": "10001", "count": 8}
    assert verdict_text(complete, NOT_YET).second == text("verdict.all_packed", **facts)
    assert verdict_text(complete, CAN_SHIP).second == text("verdict.all_labeled", **facts)
    assert verdict_text(idle, NOT_YET).second == text("strip.no_units_left", order="10001")
    assert verdict_text(idle, CAN_SHIP).second == text("strip.ready_to_ship", order="10001")
    assert (ship_keys(idle, NOT_YET), ship_keys(idle, CAN_SHIP)) == ([], ["Ctrl+Enter"])
    assert verdict_text(idle, CAN_SHIP).notes == (text("strip.then_ship"),)


def test_a_label_on_a_packed_package_leads_to_shipping_although_units_are_left() -> None:
    label = Verdict(VerdictKind.GOOD, 1, "10001", label=SAMPLES[VerdictKind.SECOND_LABEL].label, package=0)
    partial = CAN_SHIP._replace(left=3)
    assert ship_keys(label, partial) == ["Ctrl+Enter"]
    assert text("strip.then_ship") in verdict_text(label, partial).notes
    assert ship_keys(label, NOT_YET) == [], "nothing is packed yet"
    assert ship_keys(SAMPLES[VerdictKind.GOOD], partial) == [], "another unit may follow"
    assert ship_keys(SAMPLES[VerdictKind.IDLE], partial) == []


def test_an_undone_shipment_is_said_and_can_be_shipped_again() -> None:
    undone = CAN_SHIP._replace(was_undone=True, left=3)
    assert verdict_text(SAMPLES[VerdictKind.IDLE], undone).second == text("strip.undone", order="10001")
    assert ship_keys(SAMPLES[VerdictKind.IDLE], undone) == ["Ctrl+Enter"]
    without_label = undone._replace(can_ship=False)
    assert verdict_text(SAMPLES[VerdictKind.IDLE], without_label).second == text(
        "strip.units_left", order="10001", count=3
    )


def test_after_a_part_has_shipped_the_rest_is_said() -> None:
    shipped, left = SAMPLES[VerdictKind.SHIPPED], text("strip.left_to_ship", count=4)
    assert left in verdict_text(shipped, SITUATION._replace(left=4)).second
    assert text("strip.left_to_ship", count=0) not in verdict_text(shipped, NOT_YET).second


def test_platforms_are_called_notified_once_all_have_confirmed() -> None:
    shipped = SAMPLES[VerdictKind.SHIPPED]
    sent = SITUATION._replace(sends_in_s=None)
    for situation, says in ((sent, "strip.notifies"), (sent._replace(is_notified=True), "strip.notified")):
        assert verdict_text(shipped, situation).second.endswith(text(says, platforms=PLATFORMS))


def test_a_second_line_with_a_time_that_fits_keeps_its_size(make: Callable[..., VerdictStrip]) -> None:
    strip = make()
    for kind in (VerdictKind.GOOD, VerdictKind.COMPLETE):
        strip.show_text(shown(SAMPLES[kind]))
        assert strip.second.font().pixelSize() == SECOND_PX[0]
        assert not strip.second.is_cut
        assert not strip.second.toolTip()
