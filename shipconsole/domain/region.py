"""States and provinces of the United States and Canada: two-letter codes and names.

Source: USPS Publication 28, Appendix B; Canada Post, Addressing guidelines; ISO 3166-2 (read November 2026).
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from shipconsole.domain import countries

REGIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "US": MappingProxyType(
            {
                "AL": "Alabama",
                "AK": "Alaska",
                "AS": "American Samoa",
                "AZ": "Arizona",
                "AR": "Arkansas",
                "CA": "California",
                "CO": "Colorado",
                "CT": "Connecticut",
                "DE": "Delaware",
                "DC": "District of Columbia",
                "FM": "Federated States of Micronesia",
                "FL": "Florida",
                "GA": "Georgia",
                "GU": "Guam",
                "HI": "Hawaii",
                "ID": "Idaho",
                "IL": "Illinois",
                "IN": "Indiana",
                "IA": "Iowa",
                "KS": "Kansas",
                "KY": "Kentucky",
                "LA": "Louisiana",
                "ME": "Maine",
                "MH": "Marshall Islands",
                "MD": "Maryland",
                "MA": "Massachusetts",
                "MI": "Michigan",
                "MN": "Minnesota",
                "MS": "Mississippi",
                "MO": "Missouri",
                "MT": "Montana",
                "NE": "Nebraska",
                "NV": "Nevada",
                "NH": "New Hampshire",
                "NJ": "New Jersey",
                "NM": "New Mexico",
                "NY": "New York",
                "NC": "North Carolina",
                "ND": "North Dakota",
                "MP": "Northern Mariana Islands",
                "OH": "Ohio",
                "OK": "Oklahoma",
                "OR": "Oregon",
                "PW": "Palau",
                "PA": "Pennsylvania",
                "PR": "Puerto Rico",
                "RI": "Rhode Island",
                "SC": "South Carolina",
                "SD": "South Dakota",
                "TN": "Tennessee",
                "TX": "Texas",
                "UT": "Utah",
                "VT": "Vermont",
                "VA": "Virginia",
                "VI": "Virgin Islands",
                "WA": "Washington",
                "WV": "West Virginia",
                "WI": "Wisconsin",
                "WY": "Wyoming",
                "AA": "Armed Forces Americas",
                "AE": "Armed Forces Europe",
                "AP": "Armed Forces Pacific",
            }
        ),
        "CA": MappingProxyType(
            {
                "AB": "Alberta",
                "BC": "British Columbia",
                "MB": "Manitoba",
                "NB": "New Brunswick",
                "NL": "Newfoundland and Labrador",
                "NT": "Northwest Territories",
                "NS": "Nova Scotia",
                "NU": "Nunavut",
                "ON": "Ontario",
                "PE": "Prince Edward Island",
                "QC": "Quebec",
                "SK": "Saskatchewan",
                "YT": "Yukon",
            }
        ),
    }
)

_OTHER_NAMES = {
    "US": {"Washington DC": "DC", "U.S. Virgin Islands": "VI"},
    "CA": {
        "Newfoundland": "NL",
        "Labrador": "NL",
        "Yukon Territory": "YT",
        "Colombie-Britannique": "BC",
        "Île-du-Prince-Édouard": "PE",
        "Nouveau-Brunswick": "NB",
        "Nouvelle-Écosse": "NS",
        "Terre-Neuve-et-Labrador": "NL",
        "Territoires du Nord-Ouest": "NT",
    },
}


def code_of(region: str, country: str) -> str:
    """Return the two-letter code for a state or province, written as a code or a name.

    Empty if the country is neither the United States nor Canada, or has no such region.
    """
    land = countries.code_of(country)
    key = _key(region)
    return _codes(land).get(key) or _codes(land).get(key.removeprefix(land.casefold()), "")


def name_of(region_code: str, country: str) -> str:
    """Return the name for the code of a state or province, empty if there is none."""
    land = countries.code_of(country)
    return REGIONS.get(land, {}).get(code_of(region_code, country), "")


def is_code(region: str, country: str) -> bool:
    """Return whether a text is a code rather than a name."""
    land, found = countries.code_of(country), code_of(region, country)
    return bool(found) and _key(region) in (found.casefold(), f"{land}{found}".casefold())


@cache
def _codes(land: str) -> Mapping[str, str]:
    names = {**{of: known for known, of in REGIONS.get(land, {}).items()}, **_OTHER_NAMES.get(land, {})}
    return {_key(of): known for of, known in names.items()} | {known.casefold(): known for known in names.values()}


def _key(text: str) -> str:
    """Return the letters of a text, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if sign.isalpha()).casefold()
