"""GTINs: the article numbers that goods carry as barcodes, in their forms of 8, 12, 13 and 14 digits.

Source: GS1 General Specifications, sections 2.1 (forms), 5.2 (UPC-E) and 7.9 (check digit).
"""

LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> str:
    """Return the check digit for the digits before it: from the right they count three and one in turn."""
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_valid(text: str) -> bool:
    """Return whether a text is a GTIN: one of its lengths, digits only, the check digit right."""
    return _digits(text) and len(text) in LENGTHS and check_digit(text[:-1]) == text[-1]


def articles(text: str) -> tuple[str, ...]:
    """Return the articles that a code may stand for, each as fourteen digits; none where it can be no GTIN.

    Forms that differ only by leading zeros are one article, eleven digits being twelve whose first zero was lost.
    Eight digits may be a GTIN-8 or a UPC-E; six and seven digits are a UPC-E without one of its ends or both.
    """
    found = [text.zfill(14)] if is_valid(text) or (len(text) == 11 and is_valid("0" + text)) else []
    for digits in (text, "0" + text) if len(text) == 7 else (text,):
        expanded = _from_upc_e(digits)
        if expanded and is_valid(expanded):
            found.append(expanded.zfill(14))
    return tuple(dict.fromkeys(found))


def forms(article: str) -> tuple[str, ...]:
    """Return every text that stands for an article of fourteen digits: all texts whose `articles` it is among."""
    bare = article.lstrip("0")
    found = [article[-length:] for length in (14, 13, 12, 11, 8) if len(bare) <= length]
    upc_a = article[-12:]
    if len(bare) <= 12 and upc_a[0] in "01":
        for six in _six_of_upc_e(upc_a):
            found += [upc_a[0] + six + upc_a[-1], upc_a[0] + six]
            found += [six + upc_a[-1], six] if upc_a[0] == "0" else []
    return tuple(dict.fromkeys(text for text in found if article in articles(text)))


def _six_of_upc_e(upc_a: str) -> tuple[str, ...]:
    """Return what may be the six digits of a UPC-E, by the four ways in which one leaves zeros out."""
    return (
        upc_a[1:3] + upc_a[8:11] + upc_a[3],
        upc_a[1:4] + upc_a[9:11] + "3",
        upc_a[1:5] + upc_a[10] + "4",
        upc_a[1:6] + upc_a[10],
    )


def unit_of_case(text: str) -> str | None:
    """Return the article in a case as fourteen digits, None where a code is no case's.

    A case has fourteen digits of which the first, its indicator, is 1 to 8; the article's own has a 0 there.
    """
    if len(text) != 14 or text[0] not in "12345678" or not is_valid(text):
        return None
    digits = "0" + text[1:-1]
    return digits + check_digit(digits)


def _from_upc_e(text: str) -> str | None:
    """Return the twelve digits that a UPC-E of six to eight digits stands for; an eighth digit must be right.

    Only one of the ways in which an article's zeros can be left out is a UPC-E: else two numbers were one article.
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
