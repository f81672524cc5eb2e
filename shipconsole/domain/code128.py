"""Code 128, in code set B: the widths of the bars and spaces of a barcode.

Source: ISO/IEC 15417. A character is six bars and spaces of 11 modules together; the end has seven of 13.
"""

_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122"
    "123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323"
    "131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131"
    "213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122"
    "141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112"
    "124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141"
    "4111312114122112142112322331112"
)
"""The widths of one character after the other; those of the last, which ends a code, are seven."""
_START, _STOP = 104, 106
_FIRST, _LAST = 32, 126
QUIET_MODULES = 10
"""The empty space that a scanner needs before and after the bars."""


def modules(text: str) -> tuple[int, ...]:
    """Return the widths of the bars and spaces in modules, a bar first and last, without the space around them.

    Raises ValueError for a text that is empty or not printable ASCII.
    """
    if not text or any(not _FIRST <= ord(character) <= _LAST for character in text):
        raise ValueError(f"not printable ASCII: {text!r}")
    values = [ord(character) - _FIRST for character in text]
    check = (_START + sum(position * value for position, value in enumerate(values, 1))) % 103
    widths = (_WIDTHS[6 * value : 6 * value + 6] for value in (_START, *values, check))
    return tuple(int(width) for width in (*"".join(widths), *_WIDTHS[6 * _STOP :]))
