"""Write the program's sounds into resources/sounds: `python3 packaging/sounds.py`. The same files on every run.

Each sound is told apart by its shape, not by its loudness: how many tones, how high, rising, equal, or falling. Between
500 and 1,500 Hz they carry through the noise of a hall; the error alone is low.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import NamedTuple

RATE = 16_000
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"
FADE_S = 0.008
LOUDEST = 0.8


class Tone(NamedTuple):
    """A tone: its frequency, 0 for silence; how long it lasts; and the loudness of its overtones, beginning at 2."""

    hertz: float
    seconds: float
    overtones: tuple[float, ...] = (0.25, 0.1)
    fades: bool = False


SOUNDS: dict[str, tuple[Tone, ...]] = {
    "good": (Tone(1_318.5, 0.09),),
    "complete": (Tone(659.3, 0.1), Tone(830.6, 0.1), Tone(987.8, 0.22)),
    "shipped": (Tone(784.0, 0.12, (0.4, 0.2, 0.1), fades=True), Tone(1_046.5, 0.5, (0.4, 0.2, 0.1), fades=True)),
    "error": (Tone(147.0, 0.22, (0.9, 0.7, 0.6, 0.5)), Tone(0, 0.06), Tone(147.0, 0.34, (0.9, 0.7, 0.6, 0.5))),
    "question": (Tone(880.0, 0.12), Tone(0, 0.08), Tone(880.0, 0.12)),
    "away": (Tone(698.5, 0.16), Tone(466.2, 0.3)),
}
"""The sounds by their names, each as tones one after the other."""


def samples(tones: tuple[Tone, ...]) -> list[int]:
    """Return a sound as 16-bit samples, all sounds equally loud at their loudest."""
    found = [value for tone in tones for value in _values(tone)]
    most = max(map(abs, found))
    return [round(32_767 * LOUDEST * value / most) for value in found]


def _values(tone: Tone) -> list[float]:
    found: list[float] = []
    for at in range(round(tone.seconds * RATE)):
        time_s = at / RATE
        edge = min(1.0, time_s / FADE_S, (tone.seconds - time_s) / FADE_S)
        loud = edge * (math.exp(-4 * time_s / tone.seconds) if tone.fades else 1.0)
        turns = 2 * math.pi * tone.hertz * time_s
        weights = (1.0, *tone.overtones)
        value = sum(weight * math.sin(turns * number) for number, weight in enumerate(weights, 1))
        found.append(loud * value / sum(weights))
    return found


def main() -> None:
    """Write every sound."""
    FOLDER.mkdir(exist_ok=True)
    for name, tones in SOUNDS.items():
        made = samples(tones)
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(made)}h", *made))
        print(f"{name}.wav: {len(made) / RATE:.2f} s")


if __name__ == "__main__":
    main()
