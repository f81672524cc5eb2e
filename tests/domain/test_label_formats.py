"""Label formats that a station learned from three labels."""

import random

import pytest

from shipconsole.domain.label_formats import can_define_format, learn


@pytest.mark.parametrize(
    ("accepted", "fits", "others"),
    [
        (
            ("LOC000101", "LOC000102", "LOC000103"),
            ("LOC000104", "LOC999999", "loc000500"),
            ("LOC0001044", "LOB000104", "LOC00010X"),
        ),
        (("7700112201", "7700112202", "7700112203"), ("7700112299", "7700999999"), ("7800112201", "77001122X1")),
        (("1000000001", "4711829301", "9348572210"), ("5555555551",), ("555555555", "5555555A51")),
        (("AB-1234-5678", "AB-1234-5679", "AB-9999-0001"), ("AB-5555-5555",), ("AB15555-5555", "AC-5555-5555")),
        (("MP1A2B3C4D5E", "MP99Z0000111", "MPABCDEF0123"), ("MP0000000000", "MPZZZZZZZZ99"), ("MQ0000000000",)),
        (("QX123456", "TB765432", "LM111111"), ("AA000001",), ("A1000001", "AAA00001")),
    ],
)
def test_three_labels_define_their_format(accepted: tuple[str, ...], fits: tuple[str, ...], others: tuple[str, ...]):
    assert all(learn(accepted[:2], number) is None for number in fits)
    assert [number for number in fits if learn(accepted, number) is None] == []
    assert [number for number in others if learn(accepted, number)] == []


def test_the_same_label_three_times_defines_no_format():
    assert learn(["LOC000101", "loc000101", "LOC 000101"], "LOC000102") is None


def test_an_items_number_neither_defines_nor_fits_a_format():
    assert not can_define_format("4006381333931")
    taught = ["4006381333932", "4006381333933", "4006381333934"]
    assert learn(taught, "4006381333935")
    assert learn(taught, "4006381333931") is None


@pytest.mark.parametrize("number", ["", "ABCDEFGHIJ", "1234567", "SKU-1"])
def test_short_codes_and_words_define_no_format(number: str):
    assert not can_define_format(number)


def test_characters_in_any_order_need_a_beginning_or_a_length():
    assert learn(["1A2B3C4D", "ZZ99AA11", "0B0B0B0B"], "1234ABCD") is None
    assert learn(["1A2B3C4D5E6F", "ZZ99AA112233", "0B0B0B0B0B0B"], "1234ABCD5678")


@pytest.mark.parametrize("prefix", ["LCL", "77", "X-"])
def test_forty_labels_fit_the_format_of_the_first_three(prefix: str):
    for seed in range(50):
        chance = random.Random(seed)
        start = chance.randrange(10**7, 10**9 - 100)
        accepted = [f"{prefix}{start + at:09}" for at in range(43)]
        asked = [number for at, number in enumerate(accepted) if at >= 3 and learn(accepted[:at], number) is None]
        from_gtin = [number for number in asked if not can_define_format(number)]
        assert asked == from_gtin
