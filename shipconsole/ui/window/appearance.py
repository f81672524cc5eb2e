"""The theme and the text scale as the settings have them; bench mode has a text scale of its own."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from shipconsole.station.settings import Settings, ThemeChoice
from shipconsole.ui.kit.live_settings import LiveSettings
from shipconsole.ui.kit.motion import is_reduced
from shipconsole.ui.kit.rescale import rescale
from shipconsole.ui.kit.theme import Theme, chosen_tokens

STEPS: Sequence[float] = (0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
LEAST_BENCH = 1.4
"""At this text scale every target is 44 pixels high at least."""


class Appearance(QObject):
    """Applies the theme and the text scale, and changes the settings of both."""

    def __init__(self, window: QWidget, theme: Theme, live: LiveSettings) -> None:
        """Begin with the theme as it is."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._live = live
        self._is_bench = False
        live.settings_changed.connect(self.apply)

    @property
    def scale(self) -> float:
        """The text scale in use."""
        return self._theme.tokens.scale

    def set_theme(self, choice: ThemeChoice) -> None:
        """Use another theme from now on."""
        self._live.change(theme=choice)

    def set_reduced_motion(self, is_reduced: bool) -> None:
        """Let nothing move or fade from now on, or allow it."""
        self._live.change(reduced_motion="on" if is_reduced else "off")

    def set_scale(self, scale: float) -> None:
        """Use another text scale from now on, in bench mode for bench mode alone."""
        scale = min(STEPS[-1], max(LEAST_BENCH if self._is_bench else STEPS[0], scale))
        self._live.change(**{"bench_text_scale" if self._is_bench else "text_scale": scale})

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
        self.apply()

    def apply(self, _: object = None) -> None:
        """Show the window as the settings, and the system where they leave it to that, have it."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        chosen, theme = self._live.settings, self._theme
        still = chosen.reduced_motion == "on" or (chosen.reduced_motion == "system" and is_reduced())
        scale = chosen.bench_text_scale if self._is_bench else chosen.text_scale
        tokens = chosen_tokens(app, chosen.theme, scale, still=still)
        if tokens._replace(still=theme.tokens.still) != theme.tokens:
            rescale(self._window, theme.tokens.scale, tokens.scale)
            theme.use(app, tokens)
        elif tokens != theme.tokens:
            # The style sheet is the same.
            theme.tokens = tokens
            theme.changed.emit()
