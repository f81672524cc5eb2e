"""What the verdict strip shows, as a value: it needs nothing of the verdicts, which load after the first paint."""

from typing import Literal, NamedTuple

ENTER, ESCAPE, KEEP_KEY = "Enter", "Esc", "Alt+K"
_ENDS = ("?", "!", ".", "…")
Tone = Literal["idle", "good", "notice", "confirm", "locked"]
"""The values of `VerdictSeverity`."""


class KeyHint(NamedTuple):
    """What can be done now, and the key, shown as a cap. `act` names what a press does; without it only a scan does."""

    label: str
    key: str
    act: str = ""


class StripText(NamedTuple):
    """The content of the strip.

    `sign` names an icon, or a shape and what is in it: "octagon cross". `packed` of `total` units; a total of 0 shows
    none. `notes` are lines beside the keys, a `tick` before the second. `code` is a command to scan, shown as barcode.
    """

    headline: str
    second: str = ""
    tone: Tone = "idle"
    sign: str = "scan"
    packed: int = 0
    total: int = 0
    hints: tuple[KeyHint, ...] = ()
    notes: tuple[str, ...] = ()
    code: str = ""

    @property
    def spoken(self) -> str:
        """Return the announcement for a screen reader."""
        if not self.second:
            return self.headline
        # A question ends by itself.
        end = "" if self.headline.endswith(_ENDS) else "."
        return f"{self.headline}{end} {self.second}"
