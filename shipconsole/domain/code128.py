"""Code 128 barcodes, code set B: what every scanner reads, for any printable ASCII text.

Source: ISO/IEC 15417, tables 1 and 2.
"""

_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()
QUIET_MODULES = 10
"""The empty space that a decoder needs on each side, in modules."""
_START_B, _STOP = 104, 106
_FIRST, _LAST = " ", "~"
_MODULUS = 103


def modules(text: str) -> tuple[int, ...]:
    """Return the widths of a text's bars and spaces, in modules, beginning and ending with a bar; no quiet zone.

    Raises ValueError for an empty text, and for characters other than printable ASCII.
    """
    if not text or not all(_FIRST <= character <= _LAST for character in text):
        raise ValueError(f"Code 128 has no symbol for all of {text!r}")
    values = [_START_B, *(ord(character) - ord(_FIRST) for character in text)]
    check = (values[0] + sum(position * value for position, value in enumerate(values[1:], 1))) % _MODULUS
    return tuple(int(width) for value in (*values, check, _STOP) for width in _WIDTHS[value])
