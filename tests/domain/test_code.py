"""The normal form of codes: additions of scanners, people and platforms are not part of it."""

import random
import unicodedata

import pytest

from shipconsole.domain import code, gtin


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("9400100109361129278357\r\n", "9400100109361129278357"),
        ("\x1d420787459400111206206406260787\x04", "420787459400111206206406260787"),
        ("4209024512345\x1d9261290336128704042634", "42090245123459261290336128704042634"),
        ("  ORDER \t  17\t", "ORDER 17"),
        ("\ufeffSKU\u200b-\u202e1", "SKU-1"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("a\u2028b\x85c\ud800d", "a bcd"),
        ("\u3000A\u00a01", "A 1"),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_a_text_loses_its_invisible_characters(raw: str, text: str):
    assert code.text(raw) == text


def test_a_text_is_cut_at_its_longest():
    assert code.text("7" * 1_000_000) == "7" * code.TEXT_MAX
    assert code.text(" " * code.TEXT_MAX + "7") == "7"
    assert code.text("7" * (code.TEXT_MAX - 1) + " 8") == "7" * (code.TEXT_MAX - 1)


def test_normal_forms_are_normal_forms_of_themselves():
    chance = random.Random(1)
    for _ in range(300):
        raw = "".join(chr(chance.choice((chance.randrange(0x180), chance.randrange(0x11_0000)))) for _ in range(250))
        once = code.text(raw)
        assert code.text(once) == once
        assert len(once) <= code.TEXT_MAX
        assert unicodedata.is_normalized("NFC", once)
        once.encode()
        label = "".join(chance.choices("AZaz09 -()*]\x1d\u2013\u00a0\u200b\uff11\uff21\u00e9e\u0301\u00df", k=30))
        for form in (code.key, code.tracking_key):
            assert form(form(label)) == form(label), (form, label)


@pytest.mark.parametrize(
    ("raw", "readings"),
    [
        ("ABC", ("ABC",)),
        ("]C1420902459261290336128704042634", ("]C1420902459261290336128704042634", "420902459261290336128704042634")),
        ("]E0036000291452", ("]E0036000291452", "036000291452")),
        ("]C0*ABC-1*", ("]C0*ABC-1*", "*ABC-1*", "ABC-1")),
        ("d8077152042820402b", ("d8077152042820402b", "8077152042820402")),
        ("A123B", ("A123B",)),
        ("AXYZ1234B", ("AXYZ1234B",)),
        ("(420)90245(92)612", ("(420)90245(92)612", "4209024592612")),
        ("\uff11\uff12\uff13", ("\uff11\uff12\uff13", "123")),
        ("\u0661\u0662\u0663", ("\u0661\u0662\u0663", "123")),
        ("]C1", ("]C1",)),
        ("", ()),
    ],
)
def test_the_unchanged_text_is_the_first_reading(raw: str, readings: tuple[str, ...]):
    assert code.readings(raw) == readings


@pytest.mark.parametrize(
    ("first", "second", "are_equal"),
    [
        ("sku-1", "SKU-1", True),
        ("Cafe\u0301", "CAF\u00c9", True),
        ("\uff21\uff11", "a1", True),
        ("A\u0661\u06f2\u0969", "a123", True),
        ("A  1 ", "a 1", True),
        ("stra\u00dfe", "STRASSE", True),
        ("0001", "1", False),
        ("A-1", "A1", False),
        ("A 1", "A1", False),
    ],
)
def test_codes_are_compared_without_case_but_with_zeros_and_dashes(first: str, second: str, are_equal: bool):
    assert (code.key(first) == code.key(second)) is are_equal


@pytest.mark.parametrize(
    "written", ["1Z999AA10123456784", "1z 999 aa1 01 2345 6784", "1Z-999-AA1\u2013012345\u00a06784\r"]
)
def test_tracking_numbers_are_compared_without_case_blanks_and_dashes(written: str):
    assert code.tracking_key(written) == "1Z999AA10123456784"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("LOC-1 234", "LOC-1234"),
        ("]C0LOC1234", "LOC1234"),
        ("*LOC1234*", "LOC1234"),
        ("(91)14902200", "9114902200"),
        ("A12345678B", "A12345678B"),
        ("a12345678b", "12345678"),
        ("]F0A12345678B", "12345678"),
        ("]F0A12345B8B", "A12345B8B"),
        ("]A0A12345678B", "A12345678B"),
    ],
)
def test_a_number_of_no_known_format_keeps_its_own_letters_and_dashes(raw: str, number: str):
    assert code.number_text(raw) == number


@pytest.mark.parametrize(
    ("raw", "elements"),
    [
        ("]d2010950600013435210ABC\x1d21X1", {"01": "09506000134352", "10": "ABC", "21": "X1"}),
        ("(01)09506000134352(10)ABC", {"01": "09506000134352", "10": "ABC"}),
        ("0109506000134352", {"01": "09506000134352"}),
        ("https://id.gs1.org/01/09506000134352/21/X1", {"01": "09506000134352"}),
        ("HTTP://brand.example/some/path/01/9506000134352?17=261231", {"01": "09506000134352"}),
        ("]Q1https://brand.example/01/09506000134352", {"01": "09506000134352"}),
        ("https://shop.example/orders/1001", {}),
        ("https://shop.example/?q=/01/09506000134352", {}),
        ("https://shop.example/01/0950600", {}),
        ("]C142090245\x1d9261290336128704042634", {"420": "90245", "92": "61290336128704042634"}),
        ("]C10109506000", {}),
        ("9400100109361129278357", {}),
        ("ABC", {}),
    ],
)
def test_the_elements_of_a_gs1_text(raw: str, elements: dict[str, str]):
    assert code.gs1_elements(raw) == elements


@pytest.mark.parametrize("number", ["003404341234567890", "340434188193000014"])
def test_an_sscc_is_one_number_with_its_identifier_and_without(number: str) -> None:
    body = number[:17]
    sscc = body + gtin.check_digit(body)
    assert code.tracking_key(f"00{sscc}") == code.tracking_key(sscc) == sscc
    wrong = body + str((int(sscc[-1]) + 1) % 10)
    assert code.tracking_key(f"00{wrong}") == f"00{wrong}"
