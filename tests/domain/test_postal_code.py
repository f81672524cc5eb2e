"""Postal codes: each has a form of its country or is doubted, however it is spaced."""

import pytest

from shipconsole.domain import countries, postal_code


@pytest.mark.parametrize(
    ("country", "fitting", "odd"),
    [
        ("US", ("78745", "78745-1234", "787451234", "00501"), ("7874", "78745-12", "SW1A 1AA")),
        ("United States", ("44410",), ("4441O",)),
        ("AU", ("2000",), ("20000", "200")),
        ("Germany", ("28195", "D-28195", "DE-28195"), ("2819", "281955")),
        ("GB", ("LS1 5HD", "ls15hd", "EC1A 1BB", "W1A 0AX", "M1 1AE", "BFPO 61"), ("LS1", "12345", "LS1 5H")),
        ("UK", ("SW1A 1AA",), ("SW1A 1A",)),
        ("CA", ("K1A 0B1", "k1a0b1"), ("K1A 0B", "10001")),
        ("NL", ("1012 AB", "1012ab", "NL-1012 AB"), ("1012",)),
        ("JP", ("530-0001", "5300001"), ("530-001",)),
        ("PT", ("4050-262", "4050"), ("4050-26",)),
        ("PL", ("80-827",), ("80-82",)),
        ("SE", ("113 46", "11346", "SE-113 46"), ("1134",)),
        ("IE", ("D02 X285", "D6W XY00", "A65F4E2"), ("D02",)),
        ("BR", ("01310-100",), ("0131-100",)),
        ("LV", ("LV-1010", "1010"), ("101",)),
        ("MT", ("VLT 1117",), ("1117",)),
    ],
)
def test_codes_are_compared_with_the_format_of_their_country(
    country: str, fitting: tuple[str, ...], odd: tuple[str, ...]
) -> None:
    assert [text for text in fitting if not postal_code.fits(text, country)] == []
    assert [text for text in odd if postal_code.fits(text, country)] == []


@pytest.mark.parametrize("country", ["", "Atlantis", "HK", "AE", "QA"])
def test_a_country_without_known_codes_takes_any_text(country: str) -> None:
    assert postal_code.fits("anything", country)
    assert postal_code.forms_of(country) == ()


def test_no_code_and_other_digits_are_no_odd_ones() -> None:
    assert postal_code.fits("", "US")
    assert postal_code.fits("  ", "US")
    assert postal_code.fits("５３０－０００１", "JP"), "wide digits of a Japanese keyboard"


def test_every_country_of_the_table_is_one_and_an_example_of_each_form_fits() -> None:
    assert [alpha_2 for alpha_2 in postal_code.FORMS if not countries.is_code(alpha_2)] == []
    for alpha_2 in postal_code.FORMS:
        for form in postal_code.forms_of(alpha_2):
            assert postal_code.fits(form.replace("0", "7").replace("A", "K").replace("X", "4"), alpha_2)
            assert not postal_code.fits(f"{form}7".replace("A", "K"), alpha_2) or len(postal_code.forms_of(alpha_2)) > 1
