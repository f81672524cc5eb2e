"""GTINs: the item numbers in product barcodes, in their forms of 8, 12, 13 and 14 digits.

Source: GS1 General Specifications, sections 2.1 (forms), 5.2 (UPC-E) and 7.9 (check digit).
"""

LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> str:
    """Return the check digit of the digits before it: weights 3 and 1 in turn from the right."""
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_valid(text: str) -> bool:
    """Return whether a text is a GTIN: a known length, digits only, the right check digit."""
    return _digits(text) and len(text) in LENGTHS and check_digit(text[:-1]) == text[-1]


def articles(text: str) -> tuple[str, ...]:
    """Return the GTINs that a code may mean, each as fourteen digits; empty if it can't be a GTIN.

    Forms that differ only by leading zeros are one GTIN; eleven digits are twelve whose first zero was lost. Eight
    digits may be a GTIN-8 or a UPC-E; six and seven digits are a UPC-E without one or both of its ends.
    """
    found = [text.zfill(14)] if is_valid(text) or (len(text) == 11 and is_valid("0" + text)) else []
    for digits in (text, "0" + text) if len(text) == 7 else (text,):
        expanded = _from_upc_e(digits)
        if expanded and is_valid(expanded):
            found.append(expanded.zfill(14))
    return tuple(dict.fromkeys(found))


def forms(article: str) -> tuple[str, ...]:
    """Return every text that may mean a GTIN of fourteen digits: the inverse of `articles`."""
    bare = article.lstrip("0")
    found = [article[-length:] for length in (14, 13, 12, 11, 8) if len(bare) <= length]
    upc_a = article[-12:]
    if len(bare) <= 12 and upc_a[0] in "01":
        for six in _six_of_upc_e(upc_a):
            found += [upc_a[0] + six + upc_a[-1], upc_a[0] + six]
            found += [six + upc_a[-1], six] if upc_a[0] == "0" else []
    return tuple(dict.fromkeys(text for text in found if article in articles(text)))


def _six_of_upc_e(upc_a: str) -> tuple[str, ...]:
    """Return the possible six digits of a UPC-E, by the four ways of leaving out zeros."""
    return (
        upc_a[1:3] + upc_a[8:11] + upc_a[3],
        upc_a[1:4] + upc_a[9:11] + "3",
        upc_a[1:5] + upc_a[10] + "4",
        upc_a[1:6] + upc_a[10],
    )


def unit_of_case(text: str) -> str | None:
    """Return the GTIN of the item in a case as fourteen digits, None if the code is not a case's.

    A case's GTIN has fourteen digits of which the first, its indicator, is 1 to 8; the item's own has 0 there.
    """
    if len(text) != 14 or text[0] not in "12345678" or not is_valid(text):
        return None
    digits = "0" + text[1:-1]
    return digits + check_digit(digits)


def _from_upc_e(text: str) -> str | None:
    """Return the twelve digits of a UPC-E of six to eight digits; an eighth digit must be right.

    Only one way of leaving out an item's zeros is a UPC-E: otherwise two codes would mean one item.
    """
    if not _digits(text) or len(text) not in (6, 7, 8) or (len(text) > 6 and text[0] not in "01"):
        return None
    system, six = ("0", text) if len(text) == 6 else (text[0], text[1:7])
    last = six[5]
    if (last == "3" and six[2] in "012") or (last == "4" and six[3] == "0") or (last >= "5" and six[4] == "0"):
        return None
    if last in "012":
        body = six[:2] + last + "0000" + six[2:5]
    elif last == "3":
        body = six[:3] + "00000" + six[3:5]
    elif last == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + last
    upc_a = system + body
    upc_a += check_digit(upc_a)
    return None if len(text) == 8 and text[7] != upc_a[11] else upc_a


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
