"""Codes and names of countries become ISO codes and back; unknown ones stay unknown."""

import unicodedata

import pytest

from shipconsole.domain import countries


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        (" Uk ", "GB"),
        ("U.K.", "GB"),
        ("U K", "GB"),
        ("GB", "GB"),
        ("GBR", "GB"),
        ("England", "GB"),
        ("SCOTLAND", "GB"),
        ("Northern Ireland", "GB"),
        ("United Kingdom", "GB"),
        ("The United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("Vereinigtes Königreich", "GB"),
        ("EL", "GR"),
        ("GR", "GR"),
        ("Greece", "GR"),
        ("Ελλάδα", "GR"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("u.s.", "US"),
        ("United States", "US"),
        ("United States of America", "US"),
        ("the united states", "US"),
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("Österreich", "AT"),
        ("Oesterreich", "AT"),
        ("Osterreich", "AT"),
        ("Holland", "NL"),
        ("The Netherlands", "NL"),
        ("NLD", "NL"),
        ("Schweiz", "CH"),
        ("Côte d'Ivoire", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Korea, Republic of", "KR"),
        ("Republic of Korea", "KR"),
        ("South Korea", "KR"),
        ("대한민국", "KR"),
        ("Korea (Democratic People's Republic of)", "KP"),
        ("Congo", "CG"),
        ("Congo, The Democratic Republic of the", "CD"),
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("Turkey", "TR"),
        ("Turkiye", "TR"),
        ("Viet Nam", "VN"),
        ("Trinidad & Tobago", "TT"),
        ("St. Lucia", "LC"),
        ("Saint Kitts & Nevis", "KN"),
        ("Bosnia-Herzegovina", "BA"),
        ("Reunion", "RE"),
        ("Curacao", "CW"),
        ("中国", "CN"),
        ("日本", "JP"),
        ("ＡＵ", "AU"),
        ("Australia", "AU"),
        ("New Zealand", "NZ"),
        ("Ireland", "IE"),
        ("Iceland", "IS"),
        ("Island", "IS"),
        ("Dominica", "DM"),
        ("Dominican Republic", "DO"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("Guinea-Bissau", "GW"),
        ("Samoa", "WS"),
        ("American Samoa", "AS"),
    ],
)
def test_a_text_is_recognized_as_a_country(text: str, code: str) -> None:
    for form in ("NFC", "NFD"):
        assert countries.code_of(unicodedata.normalize(form, text)) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "XX",
        "ZZ",
        "XXX",
        "QQ",
        "EU",
        "Country",
        "Korea",
        "Virgin Islands",
        "Atlantis",
        "12",
        "-",
        "&",
        "the",
        "A",
    ],
)
def test_an_unknown_country_has_no_code(text: str) -> None:
    assert countries.code_of(text) == ""
    assert countries.name_of(text) == text


def test_the_table_is_complete_and_each_name_belongs_to_one_country() -> None:
    every = countries.every()
    assert len(every) == 249
    assert len({country.alpha_2 for country in every}) == len({country.alpha_3 for country in every}) == 249
    assert len({country.name for country in every}) == 249
    owners: dict[str, str] = {}
    for country in every:
        assert country.alpha_2.isalpha()
        assert (len(country.alpha_2), len(country.alpha_3), country.alpha_2 + country.alpha_3) == (
            2,
            3,
            (country.alpha_2 + country.alpha_3).upper(),
        )
        for text in (country.alpha_2, country.alpha_3, country.name, *country.others):
            assert countries.code_of(text) == country.alpha_2, text
            assert owners.setdefault(text, country.alpha_2) == country.alpha_2, text


def test_a_code_becomes_its_english_name() -> None:
    named = {text: countries.name_of(text) for text in ("GB", "UK", "EL", "DEU", "Deutschland", "kr", "US")}
    assert named == {
        "GB": "United Kingdom",
        "UK": "United Kingdom",
        "EL": "Greece",
        "DEU": "Germany",
        "Deutschland": "Germany",
        "kr": "South Korea",
        "US": "United States",
    }


def test_two_texts_are_compared_as_countries() -> None:
    assert countries.are_same("UK", "England")
    assert countries.are_same("AU", "Australia")
    assert countries.are_same("XX", "xx ")
    assert countries.are_same("", "")
    assert not countries.are_same("AU", "NZ")
    assert not countries.are_same("AU", "")
    assert not countries.are_same("XX", "AU")
