"""Whether two addresses have the same recipient: by postal code or name, in any spelling."""

import unicodedata

import pytest

from shipconsole.domain.address import Address
from shipconsole.domain.recipient import agreement, is_known, postcode

ADA = Address(name="Ada Byron", postal_code="2000", country="AU", email="ada@example.com")
BOB = Address(name="Bob Stone", postal_code="6011", country="New Zealand")


@pytest.mark.parametrize(
    "other",
    [
        {"name": "ADA  BYRON", "postal_code": "3000"},
        {"name": " ada byron ", "postal_code": ""},
        {"name": "A. B.", "postal_code": " 20 00"},
        {"name": "", "company": "", "postal_code": "2000"},
        {"name": "", "company": "Ada Byron", "postal_code": "3000"},
        {"name": "\uff21da Byron\u200b", "postal_code": "3000"},
        {"name": "Ada Byron", "country": "Australia"},
        {"name": "Byron", "postal_code": "2000", "country": ""},
    ],
)
def test_a_postcode_or_a_name_is_enough(other: dict[str, str]) -> None:
    given = ADA.model_copy(update=other)
    assert agreement(ADA, given) == agreement(given, ADA) == "same"


@pytest.mark.parametrize(
    "other",
    [
        BOB,
        ADA.model_copy(update={"name": "Bob Stone", "postal_code": "2001"}),
        ADA.model_copy(update={"country": "NZ"}),
        ADA.model_copy(update={"name": "Bob Stone", "postal_code": ""}),
        ADA.model_copy(update={"name": "", "postal_code": "02000"}),
        # The same four digits are another place in each of two countries, and nothing says that these are one.
        ADA.model_copy(update={"name": "Bob Stone", "country": "New Zealand"}),
    ],
)
def test_different_recipients_differ(other: Address) -> None:
    assert agreement(ADA, other) == agreement(other, ADA) == "different"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("90245-1234", "90245", True),
        ("902451234", "90245", True),
        ("90245-1234", "90245-1234", True),
        ("90245-1234", "90245-9999", False),
        ("90245", "90246", False),
        ("sw1a 1aa", "SW1A1AA", True),
        ("105 63", "10563", True),
        ("530-0001", "5300001", True),
        ("02134", "2134", False),
        ("１０１０", "1010", True),
    ],
)
def test_the_spelling_of_a_postcode_does_not_matter(first: str, second: str, same: bool) -> None:
    found = agreement(Address(name="A", postal_code=first), Address(name="B", postal_code=second))
    assert found == ("same" if same else "different")


@pytest.mark.parametrize("filler", ["", "  ", "0000", "00000", "N/A", "-"])
def test_placeholders_of_platforms_are_no_postcodes(filler: str) -> None:
    assert postcode(filler) == ""
    assert agreement(Address(postal_code=filler), Address(postal_code=filler)) == "unknown"


def test_both_normal_forms_of_unicode_are_one_name() -> None:
    name = "Zoë Ångström"
    forms = [Address(name=unicodedata.normalize(form, name)) for form in ("NFC", "NFD")]
    assert forms[0].name != forms[1].name
    assert agreement(*forms) == "same"
    assert agreement(Address(name="O'Brien-Smith"), Address(name="O\u2019Brien Smith")) == "same"


def test_a_missing_value_proves_nothing() -> None:
    assert agreement(ADA, Address()) == "unknown"
    assert agreement(Address(), Address()) == "unknown"
    assert agreement(ADA, Address(country="AU", city="Sydney")) == "unknown"
    assert agreement(Address(name="Ada"), Address(postal_code="2000")) == "unknown"
    assert agreement(Address(name="..."), Address(name="...")) == "unknown"


def test_an_email_address_decides_where_nothing_else_can_be_compared() -> None:
    assert agreement(ADA, Address(email="ADA@example.com")) == "same"
    assert agreement(ADA, Address(email="bob@example.com")) == "unknown"
    assert agreement(ADA, BOB.model_copy(update={"email": ADA.email})) == "different"


def test_an_address_without_postcode_name_and_email_has_no_recipient() -> None:
    assert is_known(ADA)
    assert is_known(Address(company="ACME"))
    assert not is_known(Address(city="Sydney", country="AU", postal_code="0000", phone="1"))


@pytest.mark.parametrize(("ours", "theirs"), [("AU", "Australia"), ("GB", "UK"), ("Deutschland", "DE"), ("USA", "US")])
def test_the_spelling_of_a_country_does_not_matter(ours: str, theirs: str) -> None:
    address = Address(name="Ada Byron", postal_code="2000", country=ours)
    other = Address(name="A. Byron", postal_code="2000", country=theirs)
    assert agreement(address, other) == "same"
