"""GTINs: one item in all its forms, and cases of it. Numbers: GS1's own examples and check digits."""

import random

import pytest

from shipconsole.domain import gtin


def valid(chance: random.Random, length: int) -> str:
    body = "".join(chance.choices("0123456789", k=length - 1))
    return body + gtin.check_digit(body)


@pytest.mark.parametrize("text", ["036000291452", "4006381333931", "0036000291452", "00036000291452", "96385074"])
def test_a_gtin_is_known_by_its_length_and_check_digit(text: str):
    assert gtin.is_valid(text)
    assert not gtin.is_valid(text[:-1] + str((int(text[-1]) + 1) % 10))
    assert not gtin.is_valid(text[:-1])
    assert not gtin.is_valid(text + "X")


def test_forms_that_differ_by_leading_zeros_are_one_article():
    forms = ("36000291452", "036000291452", "0036000291452", "00036000291452")
    assert {gtin.articles(form) for form in forms} == {("00036000291452",)}


@pytest.mark.parametrize(
    ("short", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("0425261", "042100005264"),
        ("425261", "042100005264"),
        ("4252614", "042100005264"),
        ("01234565", "012345000065"),
    ],
)
def test_a_upc_e_is_its_upc_a(short: str, upc_a: str):
    assert set(gtin.articles(short)) & set(gtin.articles(upc_a))


def test_no_two_numbers_of_six_digits_are_one_article():
    short = [f"{number:06d}" for number in (*range(120_000, 121_500), *range(1_500), *range(123_000, 123_500))]
    found = [article for text in short for article in gtin.articles(text)]
    assert len(found) == len(set(found)) > 2_000
    assert [gtin.articles(text) for text in ("120003", "120004", "123054", "123405")] == [()] * 4


def test_eight_digits_may_be_two_articles():
    assert gtin.articles("01234565") == ("00000001234565", "00012345000065")


@pytest.mark.parametrize("text", ["", "1", "ABC", "9400100109361129278357", "036000291453", "\u0661" * 13])
def test_other_text_is_no_article(text: str):
    assert gtin.articles(text) == ()


def test_every_form_of_an_article_is_a_form_and_nothing_else():
    chance = random.Random(7)
    for _ in range(3_000):
        text = valid(chance, chance.choice(gtin.LENGTHS))
        if chance.random() < 0.3:
            text = (
                chance.choice("01")
                + "".join(chance.choices("0123", k=2))
                + "00000"
                + "".join(chance.choices("56789", k=3))
            )
            text += gtin.check_digit(text)
        for article in gtin.articles(text):
            assert text in gtin.forms(article), text
            assert all(article in gtin.articles(form) for form in gtin.forms(article))


def test_a_case_leads_to_the_article_in_it():
    assert gtin.unit_of_case("10036000291459") == "00036000291452"
    assert gtin.unit_of_case("00036000291452") is None
    assert gtin.unit_of_case("90036000291455") is None, "9 is of variable measure"
    assert gtin.unit_of_case("10036000291458") is None
