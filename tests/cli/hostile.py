"""Texts from outside that a terminal, a spreadsheet or a reader must not obey."""

ESC, BEL, CSI, OSC = "\x1b", "\x07", "\x9b", "\x9d"

HOSTILE = (
    f"{ESC}[2J{ESC}[Hgone",
    f"{ESC}[31mred{ESC}[0m",
    f"{ESC}]0;title{BEL}",
    f"{ESC}]52;c;ZWNobyBoaQ=={BEL}",
    f"{ESC}]52;c;ZWNobyBoaQ=={ESC}\\",
    f"{ESC}]8;;https://example.test{ESC}\\link{ESC}]8;;{ESC}\\",
    f"{ESC}P1$r{ESC}\\",
    f"{ESC}c",
    f"{ESC}[?1049h",
    f"{ESC}[6n",
    f"{ESC}#8",
    f"{CSI}2J",
    f"{CSI}31mred",
    f"{OSC}52;c;ZWNobyBoaQ==\x9c",
    "\x90+q\x9c",
    "\x85next line",
    f"{BEL}bell",
    "back\b\b\b\bspaces",
    "over\rwritten",
    "line\nforged: confirmed",
    "line\r\nforged",
    "vertical\x0btab",
    "form\x0cfeed",
    "shift\x0eout\x0f",
    "del\x7fete",
    "right\u202eto left",
    "left\u202dto right",
    "embed\u202a\u202b\u202c",
    "isolate\u2066\u2067\u2068\u2069",
    "mark\u200e\u200f\u061c",
    "zero\u200bwidth",
    "joined\u200d\u200c",
    "\ufeffmark in front",
    "word\u2060joiner",
    "invisible\u2061\u2062\u2063\u2064",
    "line\u2028separator",
    "paragraph\u2029separator",
    "tab\tbed",
    "null\x01\x02\x03",
    "=cmd|' /C calc'!A0",
)
assert len(HOSTILE) == 40

OBEYED = frozenset({*range(0x20), *range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F)} - {0x0A}) | {
    *range(0x2060, 0x206A),
    0xFEFF,
    0x061C,
}
"""The code points that no output for people may hold; line feed is the one that stays."""


def obeyed(text: str) -> list[str]:
    """Return what of a text a terminal or a reader would obey."""
    return sorted({f"U+{ord(character):04X}" for character in text if ord(character) in OBEYED})
