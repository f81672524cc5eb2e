"""The theme and the text scale, changed at once and kept in the settings; bench mode has a text scale of its own."""

from collections.abc import Sequence

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
    """Signal: scale_changed(scale), when a person changed it; failed(text), where it could not be saved."""

    scale_changed = Signal(float)
    failed = Signal(str)

    def __init__(self, window: QWidget, theme: Theme, settings: Settings, profile: Profile) -> None:
        """Begin with the theme as it is."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._profile = profile
        self._is_bench = False
        self.settings = settings
        """The settings with what was changed here."""

    @property
    def scale(self) -> float:
        """The text scale in use."""
        return self._theme.tokens.scale

    def set_theme(self, choice: ThemeChoice) -> None:
        """Use another theme from now on."""
        self._save(self.settings._replace(theme=choice))
        self._apply(self.scale)

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Let nothing move or fade from now on, or allow it."""
        self._save(self.settings._replace(reduced_motion=is_reduced))
        self._apply(self.scale)

    def set_scale(self, scale: float) -> None:
        """Use another text scale from now on, in bench mode for bench mode alone."""
        scale = min(STEPS[-1], max(LEAST_BENCH if self._is_bench else STEPS[0], scale))
        if self._is_bench:
            self._save(self.settings._replace(bench_text_scale=scale))
        else:
            self._save(self.settings._replace(text_scale=scale))
        self._apply(scale)
        self.scale_changed.emit(scale)

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
        self._apply(self.settings.bench_text_scale if is_bench else self.settings.text_scale)

    def _apply(self, scale: float) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        tokens = chosen_tokens(app, self.settings.theme, scale, still=self.settings.reduced_motion)
        if tokens == self._theme.tokens:
            return
        rescale(self._window, self._theme.tokens.scale, tokens.scale)
        self._theme.use(app, tokens)

    def _save(self, changed: Settings) -> None:
        before, self.settings = self.settings, changed
        try:
            station_settings.save(self._profile, changed, before)
        except station_settings.SettingsNotSavedError as failure:
            self.failed.emit(str(failure.message))
