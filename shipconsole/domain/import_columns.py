"""The columns of an imported file: which field of a shipment or an order each one holds.

Columns are recognized by the titles that shops, carriers and spreadsheets commonly use, in English, German, French,
Spanish, Italian and Dutch. A person's own mapping is remembered by the signature of the header.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed

ImportKind = Literal["shipments", "orders"]
KINDS: tuple[ImportKind, ...] = ("shipments", "orders")
MOST_COLUMNS = 1_000
HEADER_WITHIN = 10
"""A title or a note may stand above the header."""


class ImportField(StrEnum):
    """What a column can hold; the values are the names that `--map` takes."""

    ORDER = "order"
    SKU = "sku"
    QUANTITY = "quantity"
    TRACKING = "tracking_number"
    CARRIER = "carrier"
    SERVICE = "service"
    WEIGHT_KG = "weight_kg"
    WEIGHT_G = "weight_g"
    CONNECTION = "connection"
    DESCRIPTION = "description"
    NAME = "name"
    COMPANY = "company"
    STREET = "street"
    STREET2 = "street2"
    SUBURB = "suburb"
    CITY = "city"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    PHONE = "phone"
    EMAIL = "email"
    NOTE = "note"


OF_SHIPMENTS = (
    ImportField.ORDER,
    ImportField.TRACKING,
    ImportField.SKU,
    ImportField.QUANTITY,
    ImportField.CARRIER,
    ImportField.SERVICE,
    ImportField.WEIGHT_KG,
    ImportField.WEIGHT_G,
    ImportField.CONNECTION,
)
OF_ADDRESS = (
    ImportField.NAME,
    ImportField.COMPANY,
    ImportField.STREET,
    ImportField.STREET2,
    ImportField.SUBURB,
    ImportField.CITY,
    ImportField.STATE,
    ImportField.POSTAL_CODE,
    ImportField.COUNTRY,
    ImportField.PHONE,
    ImportField.EMAIL,
)
OF_ORDERS = (
    ImportField.ORDER,
    ImportField.SKU,
    ImportField.DESCRIPTION,
    ImportField.QUANTITY,
    *OF_ADDRESS,
    ImportField.WEIGHT_KG,
    ImportField.WEIGHT_G,
    ImportField.NOTE,
    ImportField.CONNECTION,
)
REQUIRED: Mapping[ImportKind, tuple[ImportField, ...]] = {
    "shipments": (ImportField.ORDER, ImportField.TRACKING),
    "orders": (ImportField.ORDER, ImportField.QUANTITY),
}

_TITLES: Mapping[ImportField, str] = {
    ImportField.ORDER: """
        order | number | order number | order no | order nr | order id | order # | order name | order reference |
        ordernumber | nummer | bestellnummer | bestellung | bestellnr | auftragsnummer | auftrag | auftragsnr |
        commande | numéro de commande | n° de commande | no commande | pedido | número de pedido | numero pedido
        | n.º de pedido | ordine | numero ordine | numero dell'ordine | bestelling | bestelnummer | ordernummer |
        sales order
    """,
    ImportField.SKU: """
        sku | item sku | product sku | lineitem sku | line item sku | variant sku | item code | product code |
        articlenumber | artikelnummer | artikel-nr | artikelnr | art.-nr. | référence | référence article |
        référence produit | code article | referencia | código de artículo | codice articolo | codice prodotto |
        artikelcode | productcode
    """,
    ImportField.QUANTITY: """
        quantity | qty | units | pieces | item quantity | lineitem quantity | quantity shipped | shipped quantity
        | qty shipped | menge | anzahl | stück | stückzahl | quantité | qté | cantidad | unidades | quantità |
        qtà | pezzi | aantal | hoeveelheid
    """,
    ImportField.TRACKING: """
        tracking number | tracking no | tracking | tracking code | tracking id | tracking # | shipment tracking
        number | waybill | awb | consignment | consignment number | sendungsnummer | paketnummer
        | sendungsverfolgung | sendungsverfolgungsnummer | trackingnummer | numéro de suivi | n° de suivi | suivi
        | numéro de colis | número de seguimiento | seguimiento | número de envío | numero di tracciamento |
        numero spedizione | numero di spedizione | trackingnummer | zendingsnummer | barcode zending
    """,
    ImportField.CARRIER: """
        carrier | carrier code | carrier name | shipping carrier | shipping company | courier | tracking company
        | versanddienstleister | versender | spediteur | paketdienst | transporteur | transportista | corriere |
        vettore | vervoerder
    """,
    ImportField.SERVICE: """
        service | service code | shipping service | shipping method | service level | versandart | versandservice
        | produkt | mode de livraison | servicio | método de envío | servizio | metodo di spedizione |
        verzendmethode | dienst
    """,
    ImportField.WEIGHT_KG: """
        weight | weight kg | weight in kg | package weight | gewicht | gewicht kg | gewicht in kg | poids | poids
        kg | peso | peso kg
    """,
    ImportField.WEIGHT_G: """
        weight g | weight in g | grams | weight grams | gewicht g | gewicht in g | gramm | poids g | peso g
    """,
    ImportField.CONNECTION: """
        connection | connections | account | platform | verbindung | konto | plattform | connexion | conexión
    """,
    ImportField.DESCRIPTION: """
        description | item | item name | product | product name | lineitem name | title | bezeichnung | artikel |
        artikelbezeichnung | produktname | désignation | article | produit | descripción | artículo | producto |
        descrizione | articolo | prodotto | omschrijving | beschreibung
    """,
    ImportField.NAME: """
        name | recipient | recipient name | ship to | ship to name | shipping name | customer | customer name |
        full name | empfänger | empfängername | kunde | destinataire | nom | destinatario | nombre | nome |
        ontvanger | naam
    """,
    ImportField.COMPANY: """
        company | company name | shipping company name | firma | unternehmen | société | entreprise | empresa |
        azienda | ditta | bedrijf | bedrijfsnaam
    """,
    ImportField.STREET: """
        street | address | address 1 | address line 1 | street 1 | street address | shipping address 1 | shipping
        street | straße | strasse | straße und hausnummer | adresse | rue | adresse 1 | calle | dirección |
        indirizzo | via | straat | adres
    """,
    ImportField.STREET2: """
        street 2 | address 2 | address line 2 | shipping address 2 | adresszusatz | adresse 2 | complément
        d'adresse | dirección 2 | indirizzo 2 | adresregel 2
    """,
    ImportField.SUBURB: "suburb | district | ortsteil | stadtteil | quartier | barrio | quartiere | wijk",
    ImportField.CITY: """
        city | town | shipping city | ort | stadt | ville | ciudad | población | città | comune | plaats |
        woonplaats
    """,
    ImportField.STATE: """
        state | province | region | county | shipping province | bundesland | région | département | provincia |
        estado | regione | provincie
    """,
    ImportField.POSTAL_CODE: """
        postal code | postcode | post code | zip | zip code | shipping zip | plz | postleitzahl | code postal |
        código postal | cp | cap | codice postale
    """,
    ImportField.COUNTRY: """
        country | country code | shipping country | land | ländercode | pays | code pays | país | paese | nazione
        | landcode
    """,
    ImportField.PHONE: """
        phone | phone number | telephone | mobile | telefon | téléphone | teléfono | telefono | telefoon
    """,
    ImportField.EMAIL: "email | e-mail | email address | mail | e-mail-adresse | courriel | correo electrónico",
    ImportField.NOTE: """
        note | notes | delivery instructions | instructions | comment | hinweis | notiz | lieferhinweis |
        anmerkung | remarque | notas | observaciones | nota | opmerking
    """,
}


def _plain(title: str) -> str:
    """Return a title as it is compared: letters and digits in lower case, and a number sign."""
    return "".join(letter for letter in title.casefold() if letter.isalnum() or letter == "#")


_AMBIGUOUS = frozenset({_plain("name"), _plain("nom"), _plain("nombre"), _plain("nome"), _plain("naam")})
"""Titles of a recipient, or of an item where another column has the recipient."""
_NAMES = frozenset(field.value for field in ImportField)
_FIELD_OF = {_plain(title): field for field, titles in _TITLES.items() for title in titles.split("|")}


class Columns(NamedTuple):
    """Which column each field has, by position, and whether the rows are shipments or orders."""

    kind: ImportKind
    at: Mapping[ImportField, int]

    def titles(self, header: Sequence[str]) -> dict[str, str]:
        """Return the mapping by titles, as it is stored."""
        return {field.value: header[position] for field, position in self.at.items()}


_FIELD_TITLES: Mapping[ImportField, str] = {
    ImportField.ORDER: "import_field.order",
    ImportField.SKU: "import_field.sku",
    ImportField.QUANTITY: "import_field.quantity",
    ImportField.TRACKING: "import_field.tracking_number",
    ImportField.CARRIER: "import_field.carrier",
    ImportField.SERVICE: "import_field.service",
    ImportField.WEIGHT_KG: "import_field.weight_kg",
    ImportField.WEIGHT_G: "import_field.weight_g",
    ImportField.CONNECTION: "import_field.connection",
    ImportField.DESCRIPTION: "import_field.description",
    ImportField.NAME: "import_field.name",
    ImportField.COMPANY: "import_field.company",
    ImportField.STREET: "import_field.street",
    ImportField.STREET2: "import_field.street2",
    ImportField.SUBURB: "import_field.suburb",
    ImportField.CITY: "import_field.city",
    ImportField.STATE: "import_field.state",
    ImportField.POSTAL_CODE: "import_field.postal_code",
    ImportField.COUNTRY: "import_field.country",
    ImportField.PHONE: "import_field.phone",
    ImportField.EMAIL: "import_field.email",
    ImportField.NOTE: "import_field.note",
}
"""Message ids."""


def fields_of(kind: ImportKind) -> tuple[ImportField, ...]:
    """Return the fields of a kind of rows in the order of a form."""
    return OF_SHIPMENTS if kind == "shipments" else OF_ORDERS


def title_of(field: ImportField) -> Message:
    """Return a field's title for people."""
    return Message(_FIELD_TITLES[field])


def unique_titles(titles: Sequence[str]) -> tuple[str, ...]:
    """Return the titles of a header, each different from the others; a column without a title gets its position."""
    found: list[str] = []
    seen: set[str] = set()
    for position, title in enumerate(titles, start=1):
        text = " ".join(title.split())[:100] or f"#{position}"
        unique, again = text, 2
        while unique in seen:
            unique, again = f"{text} ({again})", again + 1
        seen.add(unique)
        found.append(unique)
    return tuple(found)


def header_position(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows is the header: the first one with the most titles that are known."""
    counts = [len({_FIELD_OF[_plain(cell)] for cell in row if _plain(cell) in _FIELD_OF}) for row in rows]
    best = max(counts[:HEADER_WITHIN], default=0)
    return counts.index(best) if best > 1 else 0


def signature(header: Sequence[str]) -> str:
    """Return what a header is remembered by."""
    return hashlib.sha256(json.dumps([_plain(title) for title in header]).encode()).hexdigest()


def recognized(header: Sequence[str], kind: ImportKind | None = None) -> Columns:
    """Return the columns whose titles are known; rows with a tracking number are shipments unless `kind` says more."""
    at: dict[ImportField, int] = {}
    ambiguous: int | None = None
    for position, title in enumerate(header):
        field = _FIELD_OF.get(_plain(title))
        if field is not None and _plain(title) not in _AMBIGUOUS:
            at.setdefault(field, position)
        elif field is not None and ambiguous is None:
            ambiguous = position
    if ambiguous is not None:
        at.setdefault(ImportField.DESCRIPTION if ImportField.NAME in at else ImportField.NAME, ambiguous)
    found: ImportKind = kind or (
        "shipments" if ImportField.TRACKING in at or ImportField.STREET not in at else "orders"
    )
    return Columns(found, {field: at[field] for field in fields_of(found) if field in at})


def mapped(header: Sequence[str], titles: Mapping[str, str], kind: ImportKind | None = None) -> Columns:
    """Return the columns as recognized, changed by a mapping of field names to titles; an empty title is no column.

    A title is compared as it is recognized; ``#3`` is the third column. Raises `ValidationFailed` for an unknown field
    or title.
    """
    known: dict[ImportField, int | None] = {}
    problems: list[Problem] = []
    positions = {title: position for position, title in reversed(list(enumerate(header)))}
    plain_positions = {_plain(title): position for position, title in reversed(list(enumerate(header)))}
    numbered = {f"#{position + 1}": position for position in range(len(header))}
    for name, title in titles.items():
        if name not in _NAMES:
            message = Message(
                "import_file.unknown_field", name=name, fields=tuple(field.value for field in ImportField)
            )
            problems.append(Problem(("map",), message))
            continue
        position = positions.get(title, plain_positions.get(_plain(title), numbered.get(title)))
        if title and position is None:
            problems.append(Problem(("map",), Message("import_file.unknown_column", title=title)))
        known[ImportField(name)] = position if title else None
    if problems:
        raise ValidationFailed(*problems)
    if kind is None and ImportField.TRACKING in known:
        kind = "orders" if known[ImportField.TRACKING] is None else "shipments"
    found = recognized(header, kind)
    taken = set(known.values())
    at = {field: position for field, position in found.at.items() if field not in known and position not in taken}
    at |= {
        field: position for field, position in known.items() if position is not None and field in fields_of(found.kind)
    }
    return Columns(found.kind, {field: at[field] for field in fields_of(found.kind) if field in at})


def check(columns: Columns) -> tuple[Problem, ...]:
    """Return which fields a file cannot do without and has no column for."""
    missing = [field for field in REQUIRED[columns.kind] if field not in columns.at]
    if columns.kind == "orders" and not {ImportField.SKU, ImportField.DESCRIPTION} & columns.at.keys():
        missing.append(ImportField.SKU)
    return tuple(Problem((field.value,), Message("import_file.no_column", field=title_of(field))) for field in missing)
