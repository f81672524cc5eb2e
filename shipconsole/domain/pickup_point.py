"""Pickup points: places where packages are collected, recognized by the names in addresses and services.

A label to a pickup point has its postal code, which may not be the order's. No platform has a field for it. The names
are those that carriers and their networks use; a post office box is not one, since its label has the box's own postal
code. A street may be called "Rue du Relais" or "Locker Avenue" and a store "The Locker Room", so such words count only
beside another one that makes them clear.
"""

import re

from shipconsole.domain import code
from shipconsole.domain.address import Address

_MARKS = re.compile("[™®©]")

# In the form of `code.search_key`: no accents, lower case; a space may also be a dash or missing.
_NAMES = (
    # Several carriers, in English.
    "parcel lockers?",
    "parcel shop",
    "parcel point",
    "parcel box",
    "parcel store",
    "pick up",
    "pick ?up drop ?off",
    "pudo",
    "access point",
    "service point",
    "collection point",
    "collect(?:plus|\\+)",
    "click (?:and|&) collect",
    "drop (?:and|&) collect",
    "(?:inpost|amazon|dpd|dhl|gls|evri|yodel|ups|fedex|mondial relay|omniva|sendle|packeta|quadient) lockers?",
    "lockers? (?:no |nr |# ?)?\\d+",
    "amazon (?:hub|counter)",
    "hold at (?:fedex|ups|location)",
    "fedex onsite",
    # Britain and Ireland.
    "local collect",
    "parcel motel",
    "post office (?:collect|collection|counter)",
    # Australia, New Zealand, Singapore and Canada.
    "parcel collect",
    "parcel pod",
    "parcel connect",
    "hubbed",
    "pop (?:station|shop|stop)",
    "flex ?delivery",
    # Germany, Austria and Switzerland.
    "pack ?station",
    "paket ?station",
    "abhol (?:station|stelle|punkt|shop|box)",
    "post filiale",
    "dhl filiale",
    "filiale \\d{3}",
    "post partner",
    "paket shop",
    "paket box",
    "paket kasten",
    "pickpost",
    "my ?post 24",
    # France and Belgium.
    "points? relais",
    "mondial relay",
    "relais (?:colis|pickup)",
    "chrono(?:post)? relais",
    "points? (?:de )?retrait",
    "point chronopost",
    "point colis",
    "shop2shop",
    "consigne (?:pickup|automatique|colis)",
    "bpack",
    "point d'enlevement",
    # Spain, Portugal and Italy.
    "puntos? de (?:recogida|conveniencia)",
    "punto (?:pack|gls|seur)",
    "oficina de correos",
    "citypaq",
    "pontos? de recolha",
    "punto ?poste",
    "punto (?:di )?ritiro",
    "fermo ?(?:point|posta|deposito)",
    # The Netherlands.
    "pakket ?(?:punt|automaat|kluis)",
    "postnl punt",
    "afhaal ?(?:punt|locatie)",
    "service punt",
    # Nordic and Baltic countries.
    "pakke ?(?:shop|boks|automat)",
    "paket ?(?:automat|skap)",
    "(?:post|paket|dhl)? ?ombud",
    "utlamningsstalle",
    "hentested",
    "post i butikk",
    "instabox",
    "iboxen",
    "pakettiautomaatti",
    "noutopiste",
    "pakiautomaat",
    "pakomats?",
    "pastomatas",
    # Poland, Czechia, Slovakia, Hungary and Romania.
    "paczkomat(?:y|u)?",
    "automat paczkowy",
    "punkt odbioru",
    "orlen paczka",
    "postamat",
    "z box",
    "zasilkovna",
    "packeta",
    "vydejni misto",
    "vydajne miesto",
    "balik(?:ovna|omat|obox)",
    "alzabox",
    "csomag ?(?:pont|automata)",
    "foxpost",
    "pick ?pack ?pont",
    "easybox",
    "fanbox",
)
_STREETS = (
    "street|st|road|rd|lane|ln|avenue|ave|drive|dr|close|way|court|ct|place|pl|crescent|terrace|parade|strasse|str|weg|"
    "gasse|platz|allee|straat|laan|plein|gatan|vagen|vej|veien"
)
_PATTERN = re.compile(
    r"\b(?:" + "|".join(re.sub(" [?]?", "[ -]?", name) for name in _NAMES) + rf")(?!\w| (?:{_STREETS})\b)"
)


def goes_to_pickup_point(ship_to: Address, service: str = "") -> bool:
    """Return whether an address, or the ordered shipping service, names a pickup point."""
    lines = (ship_to.company, ship_to.building, ship_to.street, ship_to.street2, ship_to.street3)
    return any(_PATTERN.search(code.search_key(_MARKS.sub("", text))) for text in (*lines, service))
