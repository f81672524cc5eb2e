"""Code 128: the widths of the bars and spaces of a text. Source: ISO/IEC 15417.

Code set B has the printable ASCII characters, code set C two digits a symbol. The shortest sequence of both is taken.
"""

from functools import cache

QUIET_MODULES = 10
"""The empty space that a decoder needs on each side, in modules."""

_START_B, _START_C = 104, 105
_TO_B, _TO_C = 100, 99
_STOP = 106
# Bar and space widths of the values 0 to 106, the stop symbol with its final bar.
_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232 2331112
"""
_WIDTHS = tuple(_TABLE.split())


def can_encode(text: str) -> bool:
    """Return whether a text has only characters of code set B, and at least one."""
    return bool(text) and all(" " <= character <= "~" for character in text)


@cache
def modules(text: str) -> tuple[int, ...]:
    """Return the widths of bars and spaces in modules, beginning and ending with a bar; without the quiet zones.

    Raises ValueError for a text that can't be encoded.
    """
    if not can_encode(text):
        raise ValueError(f"Code 128 can't encode {text!r}")
    values = _values(text)
    check = (values[0] + sum(position * value for position, value in enumerate(values))) % 103
    return tuple(int(width) for value in (*values, check, _STOP) for width in _WIDTHS[value])


def _values(text: str) -> list[int]:
    """Return the shortest sequence of symbol values, from the start symbol to the last character.

    For each position and code set the shortest rest of the text is known before the positions before it.
    """
    end = len(text)
    rests: dict[tuple[int, bool], list[int]] = {(end, False): [], (end, True): []}
    for at in reversed(range(end)):
        in_b = [ord(text[at]) - 32, *rests[at + 1, False]]
        pair = text[at : at + 2]
        in_c = [int(pair), *rests[at + 2, True]] if len(pair) == 2 and pair.isdecimal() else None
        rests[at, False] = in_b if in_c is None or len(in_b) <= len(in_c) + 1 else [_TO_C, *in_c]
        rests[at, True] = in_c if in_c is not None and len(in_c) <= len(in_b) + 1 else [_TO_B, *in_b]
    starts = [_START_B, *rests[0, False]], [_START_C, *rests[0, True]]
    return min(starts, key=len)
