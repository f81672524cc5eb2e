"""The theme and the text scale, changed at once and kept in the settings; bench mode has a text scale of its own."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.station import settings as station_settings
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings, ThemeChoice
from shipconsole.ui.kit.rescale import rescale
from shipconsole.ui.kit.theme import Theme, chosen_tokens

STEPS: Sequence[float] = (0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
LEAST_BENCH = 1.4
"""At this text scale every target is 44 pixels high at least."""


class Appearance(QObject):
    """Signal: failed(text), where a change could not be saved."""

    failed = Signal(str)

    def __init__(self, window: QWidget, theme: Theme, settings: Settings, profile: Profile) -> None:
        """Begin with the theme as it is."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._profile = profile
        self._is_bench = False
        self.settings = settings
        """The settings in use."""
        self.change: Callable[..., object] = self._change
        """Called with the settings that a person changes, by their names; what else keeps settings replaces it, and
        calls `follow`."""

    @property
    def scale(self) -> float:
        """The text scale in use."""
        return self._theme.tokens.scale

    def follow(self, settings: Settings) -> None:
        """Use other settings from now on."""
        self.settings = settings
        self._apply()

    def set_theme(self, choice: ThemeChoice) -> None:
        """Use another theme from now on."""
        self.change(theme=choice)

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Let nothing move or fade from now on, or allow it."""
        self.change(reduced_motion=is_reduced)

    def set_scale(self, scale: float) -> None:
        """Use another text scale from now on, in bench mode for bench mode alone."""
        scale = min(STEPS[-1], max(LEAST_BENCH if self._is_bench else STEPS[0], scale))
        self.change(**{"bench_text_scale" if self._is_bench else "text_scale": scale})

    def larger(self) -> None:
        """Take the next larger text scale."""
        self.set_scale(next((step for step in STEPS if step > self.scale + 0.001), STEPS[-1]))

    def smaller(self) -> None:
        """Take the next smaller text scale."""
        self.set_scale(next((step for step in reversed(STEPS) if step < self.scale - 0.001), STEPS[0]))

    def usual(self) -> None:
        """Take the usual text scale."""
        self.set_scale(Settings().bench_text_scale if self._is_bench else Settings().text_scale)

    def set_bench(self, is_bench: bool) -> None:
        """Use the text scale of bench mode, or the window's."""
        self._is_bench = is_bench
        self._apply()

    def _apply(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        chosen = self.settings
        scale = chosen.bench_text_scale if self._is_bench else chosen.text_scale
        tokens = chosen_tokens(app, chosen.theme, scale, still=chosen.reduced_motion)
        if tokens == self._theme.tokens:
            return
        rescale(self._window, self._theme.tokens.scale, tokens.scale)
        self._theme.use(app, tokens)

    def _change(self, **values: Any) -> None:
        before = self.settings
        self.follow(before._replace(**values))
        try:
            station_settings.save(self._profile, self.settings, before)
        except station_settings.SettingsNotSavedError as failure:
            self.failed.emit(str(failure.message))
