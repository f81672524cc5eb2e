"""States and provinces: codes from names and names from codes, for two countries and no other."""

import pytest

from shipconsole.domain import region


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("California", "US", "CA"),
        ("california", "United States", "CA"),
        (" CALIFORNIA ", "USA", "CA"),
        ("CA", "us", "CA"),
        ("ca", "U.S.A.", "CA"),
        ("N.Y.", "United States of America", "NY"),
        ("US-NY", "US", "NY"),
        ("New  York", "US", "NY"),
        ("Washington", "US", "WA"),
        ("Washington, D.C.", "US", "DC"),
        ("District of Columbia", "US", "DC"),
        ("Puerto Rico", "US", "PR"),
        ("AE", "US", "AE"),
        ("Ontario", "Canada", "ON"),
        ("Québec", "CA", "QC"),
        ("Quebec", "CAN", "QC"),
        ("Newfoundland", "ca", "NL"),
        ("CA-BC", "CA", "BC"),
        ("Colombie-Britannique", "CA", "BC"),
        ("California", "CA", ""),
        ("CA", "CA", ""),
        ("Ontario", "US", ""),
        ("ON", "US", ""),
        ("XX", "US", ""),
        ("Calif.", "US", ""),
        ("", "US", ""),
        ("NSW", "AU", ""),
        ("WA", "AU", ""),
        ("CA", "", ""),
        ("California", "", ""),
        ("WA", "Australia", ""),
        ("١", "US", ""),
    ],
)
def test_a_code_is_found_by_code_and_name_in_its_own_country(text: str, country: str, code: str) -> None:
    assert region.code_of(text, country) == code


def test_every_code_and_name_leads_to_itself() -> None:
    assert {country: len(names) for country, names in region.REGIONS.items()} == {"US": 62, "CA": 13}
    for country, names in region.REGIONS.items():
        for code, name in names.items():
            for text in (code, name, code.lower(), name.upper(), f"{country}-{code}"):
                assert region.code_of(text, country) == code, text
            assert region.name_of(code, country) == name
            assert (region.is_code(code, country), region.is_code(name, country)) == (True, False)
        assert len({region.code_of(name, country) for name in names.values()}) == len(names)
