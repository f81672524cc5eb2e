"""The sound of each verdict; while one locks scanning, its sound is repeated."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QObject, QTimer

from shipconsole.domain.verdict import Verdict, VerdictKind, VerdictSeverity
from shipconsole.domain.verdict_queue import Step, VerdictQueue
from shipconsole.station.resources import resource
from shipconsole.station.settings import Settings
from shipconsole.ui.sounds.player import SoundPlayer

GOOD, COMPLETE, SHIPPED = "good", "complete", "shipped"
ERROR, QUESTION, AWAY = "error", "question", "away"
NAMES = (GOOD, COMPLETE, QUESTION, ERROR, SHIPPED, AWAY)
"""The sounds: each is a file in resources/sounds, and the setting ``sound_<name>`` switches it."""
REPEAT_MS = 4_000

_OF_KIND: Mapping[VerdictKind, str] = MappingProxyType(
    {
        VerdictKind.GOOD: GOOD,
        VerdictKind.COMPLETE: COMPLETE,
        VerdictKind.SHIPPED: SHIPPED,
        VerdictKind.SHIPPED_ATTENTION: QUESTION,
        VerdictKind.SCANNER: QUESTION,
        VerdictKind.DATABASE_AWAY: AWAY,
        VerdictKind.OFFLINE: AWAY,
    }
)
_OF_SEVERITY: Mapping[VerdictSeverity, str] = MappingProxyType(
    {VerdictSeverity.CONFIRM: QUESTION, VerdictSeverity.LOCKED: ERROR}
)


def sound_of(verdict: Verdict) -> str:
    """Return the name of a verdict's sound, "" for none."""
    if verdict.not_by_itself is not None:
        return QUESTION
    return _OF_KIND.get(verdict.kind, "") or _OF_SEVERITY.get(verdict.severity, "")


class SoundEffects(QObject):
    """Plays what the settings allow; `on_stepped` takes every step of the verdicts."""

    def __init__(
        self, settings: Callable[[], Settings], player: SoundPlayer | None = None, parent: QObject | None = None
    ) -> None:
        """Begin silent; `settings` returns the current ones."""
        super().__init__(parent)
        self._settings = settings
        self.player = player or SoundPlayer(self)
        self._before = VerdictQueue()
        self._shown = self._before.shown
        self._repeat = QTimer(self)
        self._repeat.setInterval(REPEAT_MS)
        self._repeat.timeout.connect(lambda: self.play(sound_of(self._shown)))

    @property
    def is_repeating(self) -> bool:
        """Whether a sound is repeated until scanning is unlocked."""
        return self._repeat.isActive()

    def on_stepped(self, step: Step) -> None:
        """Play the sound of a new verdict, and of one that a scan could not end."""
        before, shown_before = self._before, self._shown
        self._before, self._shown = step.queue, step.queue.shown
        new = _new_verdict(step, before, shown_before)
        if new is not None:
            self.play(sound_of(new))
        if self._shown.severity != VerdictSeverity.LOCKED:
            self._repeat.stop()
        elif new is not None or not self._repeat.isActive():
            self._repeat.start()

    def play(self, name: str) -> None:
        """Play a sound, unless it is switched off."""
        if name and getattr(self._settings(), f"sound_{name}"):
            self.test(name)

    def test(self, name: str) -> None:
        """Play a sound in any case."""
        self.player.play(resource(f"sounds/{name}.wav"), self._settings().sound_volume)

    def stop(self) -> None:
        """Be silent from now on."""
        self._repeat.stop()
        self.player.stop()


def _new_verdict(step: Step, before: VerdictQueue, shown_before: Verdict) -> Verdict | None:
    """Return the verdict that a step has brought, or repeated; None where it has brought none."""
    shown = step.queue.shown
    if step.is_repeated:
        return shown if shown.waits else None
    if step.verdict.waits and step.verdict in step.queue.waiting and step.verdict not in before.waiting:
        # It may wait behind another one, which stays on the screen.
        return step.verdict
    if shown.kind in (VerdictKind.DATABASE_AWAY, VerdictKind.OFFLINE):
        return shown if shown.kind != shown_before.kind else None
    # A verdict is replaced, never changed: the same scan again brings another one.
    return shown if shown is not shown_before else None
