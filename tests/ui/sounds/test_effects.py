"""Each verdict has the sound that the design gives it; while scanning is locked, its sound is repeated."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import NO_MESSAGE
from shipconsole.domain.verdict import RULES, Verdict, VerdictKind, VerdictSeverity
from shipconsole.domain.verdict_queue import Step, VerdictQueue, idle, repeat, say
from shipconsole.station.settings import Settings
from shipconsole.ui.sounds import effects as effects_module
from shipconsole.ui.sounds.effects import SoundEffects, sound_of
from shipconsole.ui.sounds.player import SoundPlayer

OWN = {
    VerdictKind.IDLE: "",
    VerdictKind.GOOD: "good",
    VerdictKind.COMPLETE: "complete",
    VerdictKind.SHIPPED: "shipped",
    VerdictKind.SHIPPED_ATTENTION: "question",
    VerdictKind.SCANNER: "question",
    VerdictKind.DATABASE_AWAY: "away",
    VerdictKind.OFFLINE: "away",
}
WRONG = Verdict(VerdictKind.WRONG_ITEM, 1, "10001")
GOOD = Verdict(VerdictKind.GOOD, 1, "10001")
OPEN = VerdictQueue(order_id=1, order_number="10001")


class Heard(SoundPlayer):
    """Remembers what would be heard."""

    def __init__(self) -> None:
        super().__init__(folders="")
        self.problem = NO_MESSAGE
        self.names: list[str] = []
        self.volumes: list[int] = []

    def play(self, file, volume=100) -> None:
        self.names.append(file.stem)
        self.volumes.append(volume)


class Bench:
    """Effects, the verdicts so far, and what was heard."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.player = Heard()
        self.effects = SoundEffects(lambda: self.settings, self.player)
        self.queue = OPEN

    def step(self, step: Step) -> list[str]:
        """Take a step, and return what was heard because of it."""
        before = len(self.player.names)
        self.queue = step.queue
        self.effects.on_stepped(step)
        return self.player.names[before:]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench()


@pytest.mark.parametrize("kind", VerdictKind)
def test_each_kind_has_its_sound(kind: VerdictKind) -> None:
    of_severity = {VerdictSeverity.CONFIRM: "question", VerdictSeverity.LOCKED: "error"}
    expected = OWN[kind] if kind in OWN else of_severity[RULES[kind].severity]
    assert sound_of(Verdict(kind)) == expected


def test_the_same_scan_again_is_heard_again(bench: Bench) -> None:
    assert bench.step(say(bench.queue, GOOD)) == ["good"]
    assert bench.step(say(bench.queue, replace(GOOD))) == ["good"]


def test_an_event_that_changes_nothing_is_silent(bench: Bench) -> None:
    bench.step(say(bench.queue, GOOD))
    assert bench.step(Step(bench.queue, bench.queue.shown)) == []
    assert bench.step(repeat(bench.queue)) == []
    assert bench.step(idle(bench.queue)) == []


def test_an_error_repeats_until_it_is_ended(bench: Bench, qtbot: QtBot) -> None:
    assert effects_module.REPEAT_MS == 4_000
    assert bench.step(say(bench.queue, WRONG)) == ["error"]
    assert bench.effects.is_repeating
    # A scan that does not end it is heard at once.
    assert bench.step(repeat(bench.queue)) == ["error"]
    unlocked = replace(bench.queue, waiting=())
    assert bench.step(say(unlocked, GOOD)) == ["good"]
    assert not bench.effects.is_repeating


def test_a_repeated_error_is_heard_without_a_step(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects_module, "REPEAT_MS", 10)
    bench = Bench()
    bench.step(say(bench.queue, WRONG))
    qtbot.waitUntil(lambda: len(bench.player.names) >= 3)
    assert {*bench.player.names} == {"error"}
    bench.effects.stop()
    assert not bench.effects.is_repeating


def test_a_second_error_behind_the_first_is_heard(bench: Bench) -> None:
    bench.step(say(bench.queue, WRONG))
    assert bench.step(say(bench.queue, Verdict(VerdictKind.POSSIBLE_LABEL, 1, "10001"))) == ["question"]
    assert bench.effects.is_repeating


def test_an_error_stays_with_its_order(bench: Bench) -> None:
    bench.step(say(bench.queue, WRONG))
    other = replace(bench.queue, order_id=2, order_number="10002", last=Verdict(VerdictKind.IDLE, 2))
    bench.step(Step(other, other.shown))
    assert not bench.effects.is_repeating
    back = replace(bench.queue, order_id=1, order_number="10001")
    assert bench.step(Step(back, back.shown)) == ["error"]
    assert bench.effects.is_repeating


def test_a_question_is_asked_once(bench: Bench) -> None:
    assert bench.step(say(bench.queue, Verdict(VerdictKind.POSSIBLE_LABEL, 1))) == ["question"]
    assert not bench.effects.is_repeating


def test_the_database_is_away_once(bench: Bench) -> None:
    away = replace(bench.queue, is_database_away=True)
    assert bench.step(Step(away, away.shown)) == ["away"]
    again = replace(away, last=Verdict(VerdictKind.IDLE, 1))
    assert bench.step(Step(again, again.shown)) == []


def test_a_sound_that_is_switched_off_is_not_heard_but_can_be_tested(qtbot: QtBot) -> None:
    bench = Bench(Settings(sound_error=False, sound_volume=30))
    assert bench.step(say(bench.queue, WRONG)) == []
    bench.effects.test("error")
    assert (bench.player.names, bench.player.volumes) == (["error"], [30])
