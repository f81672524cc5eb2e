"""What a scanner sends is one complete scan at any speed it may have; what a person types never is."""

from hypothesis import example, given
from hypothesis import strategies as st

from shipconsole.domain.code import GS
from shipconsole.ui.window.key_rhythm import BETWEEN_KEYS_MS, SHORTEST_WITHOUT_END, KeyResult, KeyRhythm

SCANNERS_MS = st.integers(3, 35)
PERSONS_MS = st.integers(BETWEEN_KEYS_MS + 1, 400)
CHARACTERS = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_ %/+." + GS)
ENDS = st.sampled_from(["\n", "\t", "\n\n", "\r\n", ""])


class Listener:
    """Presses keys at given times, and records the results."""

    def __init__(self) -> None:
        self.rhythm: KeyRhythm[str] = KeyRhythm()
        self.scans: list[str] = []
        self.typed = ""
        self.now_ms = 1_000.0

    def press(self, character: str, after_ms: float) -> None:
        self.now_ms += after_ms
        kind = "end" if character in "\r\n\t" else "character"
        result = self.rhythm.press(kind, character, character, self.now_ms)
        self.note(result)
        if not result.is_taken:
            self.typed += character

    def note(self, result: KeyResult[str]) -> None:
        if result.scan:
            self.scans.append(result.scan)
        self.typed += "".join(result.returned)

    def rest(self) -> None:
        self.note(self.rhythm.pause())
        self.now_ms += 1_000


@given(
    st.lists(
        st.tuples(
            st.lists(CHARACTERS, min_size=SHORTEST_WITHOUT_END, max_size=60).map("".join), ENDS, st.integers(3, 35)
        ).filter(lambda scan: len(set(scan[0])) > 1),
        max_size=4,
    )
)
@example([("10001", "\n\n", 35), ("9400100109361129278357" + GS, "\n", 3)])
def test_each_scan_is_complete_and_none_of_its_keys_is_typed(scans: list[tuple[str, str, int]]) -> None:
    listener = Listener()
    for text, end, every_ms in scans:
        for character in text + end:
            listener.press(character, every_ms)
        listener.rest()
    assert listener.scans == [text for text, _, _ in scans]
    assert listener.typed == ""


@given(st.text(CHARACTERS, min_size=1, max_size=40), st.lists(st.integers(0, 2), max_size=40), st.data())
def test_typing_is_never_a_scan_and_arrives_in_order(text: str, rolled: list[int], data: st.DataObject) -> None:
    """A person may roll two or three keys at once, at any speed, and then needs a moment."""
    listener, quick = Listener(), 0
    for index, character in enumerate(text + "\n"):
        quick = quick + 1 if index < len(rolled) and rolled[index] and quick < 2 else 0
        listener.press(character, data.draw(st.integers(0, BETWEEN_KEYS_MS) if quick else PERSONS_MS))
    listener.rest()
    assert listener.scans == []
    assert listener.typed == text + "\n"


@given(st.text("0123456789ABC", min_size=12, max_size=30), st.integers(3, 11), st.integers(38, 110), ENDS)
def test_a_scan_during_which_the_computer_was_busy_once_is_complete(
    text: str, busy_at: int, gap_ms: int, end: str
) -> None:
    listener = Listener()
    for position, character in enumerate(text + end):
        listener.press(character, gap_ms if position == busy_at else 5)
    listener.rest()
    assert (listener.scans, listener.typed) == ([text], "") or len(set(text)) == 1


@given(st.sampled_from("0a "), st.integers(5, 80), st.integers(20, 37))
def test_a_key_that_is_held_is_no_scan(character: str, times: int, every_ms: int) -> None:
    listener = Listener()
    for _ in range(times):
        listener.press(character, every_ms)
    listener.rest()
    assert (listener.scans, listener.typed) == ([], character * times)


def test_a_late_enter_after_a_scan_without_an_end_is_the_scanners_own() -> None:
    listener = Listener()
    for character in "MOBILE":
        listener.press(character, 8)
    listener.note(listener.rhythm.pause())
    listener.press("\n", 120)
    assert (listener.scans, listener.typed) == (["MOBILE"], "")
    listener.press("\n", 400)
    assert listener.typed == "\n"


def test_an_enter_soon_after_a_scan_is_a_persons_after_another_key() -> None:
    listener = Listener()
    for character in "MOBILE\n":
        listener.press(character, 8)
    listener.note(listener.rhythm.press("other", "", "", listener.now_ms + 20))
    listener.press("\n", 60)
    assert listener.typed == "\n"


def test_two_scans_right_after_each_other_are_both_complete() -> None:
    listener = Listener()
    for text in ("10001", "MOBILE"):
        for character in text + "\n":
            listener.press(character, 3)
    assert (listener.scans, listener.typed) == (["10001", "MOBILE"], "")


def test_a_tab_and_an_enter_of_a_person_pass() -> None:
    listener = Listener()
    for character in "12\t34\n":
        listener.press(character, 90)
    assert (listener.scans, listener.typed) == ([], "12\t34\n")


def scan(listener: Listener, text: str, gaps: dict[int, float]) -> KeyResult[str]:
    """Scan a text with an Enter, with some keys so much later."""
    result = KeyResult[str](False)
    for position, character in enumerate(text + "\n"):
        listener.now_ms += gaps.get(position, 5)
        kind = "end" if character == "\n" else "character"
        result = listener.rhythm.press(kind, character, character, listener.now_ms)
        listener.note(result)
    return result


def test_no_part_of_a_scan_is_a_scan_where_the_scanner_ends_with_enter() -> None:
    text = "9400100109361129278357"
    listener = Listener()
    for _ in range(2):
        scan(listener, text, {})
        listener.rest()
    scan(listener, text, {5: 350, 9: 200, 17: 390})
    assert (listener.scans, listener.typed) == ([text] * 3, "")


def test_keys_that_seemed_typed_right_before_a_scan_may_be_its_beginning() -> None:
    for gap_ms, may_continue in ((60, True), (490, True), (700, False)):
        listener = Listener()
        result = scan(listener, "10001", {1: gap_ms})
        assert (listener.scans, listener.typed, result.may_continue) == (["0001"], "1", may_continue)
    listener = Listener()
    listener.press("1", 1_000)
    listener.press("\n", 100)
    assert scan(listener, "10001", {0: 100}).may_continue is False
    listener.rest()
    assert scan(listener, "10001", {}).may_continue is False
