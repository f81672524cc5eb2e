"""Columns of imported files: recognized in several languages, mapped by a person, remembered by the header."""

import pytest

from shipconsole.domain.import_columns import (
    ImportField,
    check,
    header_position,
    mapped,
    recognized,
    signature,
    title_of,
    unique_titles,
)
from shipconsole.messages import texts
from tests.support.refusals import refused

HEADERS = {
    "English": "Order Number,SKU,Qty,Tracking #,Carrier,Weight (kg)",
    "German": "Bestell-Nr.,Artikel-Nr.,Menge,Sendungsnummer,Paketdienst,Gewicht (kg)",
    "French": "N° de commande,Référence,Quantité,Numéro de suivi,Transporteur,Poids (kg)",
    "Spanish": "Número de pedido,Referencia,Cantidad,Número de seguimiento,Transportista,Peso (kg)",
    "Italian": "Numero ordine,Codice articolo,Quantità,Numero di spedizione,Corriere,Peso (kg)",
    "Dutch": "Bestelnummer,Artikelcode,Aantal,Zendingsnummer,Vervoerder,Gewicht (kg)",
}
SHIPPED = ("order", "sku", "quantity", "tracking_number", "carrier", "weight_kg")


@pytest.mark.parametrize("language", HEADERS)
def test_columns_are_recognized(language: str) -> None:
    header = HEADERS[language].split(",")
    columns = recognized(header)
    assert columns.kind == "shipments"
    assert {field.value: position for field, position in columns.at.items()} == {
        name: position for position, name in enumerate(SHIPPED)
    }
    assert check(columns) == ()


def test_the_kind_follows_from_the_columns_unless_it_is_given() -> None:
    assert recognized(["Order", "SKU", "Quantity", "Street"]).kind == "orders"
    assert recognized(["Order", "SKU", "Quantity"]).kind == "shipments"
    both = ["Order", "SKU", "Quantity", "Street", "Tracking"]
    assert recognized(both).kind == "shipments"
    assert recognized(both, "orders").kind == "orders"
    assert ImportField.TRACKING not in recognized(both, "orders").at


def test_what_is_missing_is_named() -> None:
    assert [problem.path for problem in check(recognized(["Name"]))] == [("order",), ("tracking_number",)]
    assert [problem.path for problem in check(recognized(["Street"]))] == [("order",), ("quantity",), ("sku",)]


def test_a_mapping_changes_what_is_recognized() -> None:
    header = ["Reference", "Order", "SKU", "Quantity", "Tracking"]
    columns = mapped(header, {"order": "Reference"})
    assert columns.at[ImportField.ORDER] == 0
    assert mapped(header, {"order": " reference "}).at[ImportField.ORDER] == 0
    assert mapped(header, {"order": "#2"}).at[ImportField.ORDER] == 1
    assert ImportField.SKU not in mapped(header, {"sku": ""}).at
    moved = mapped(header, {"carrier": "SKU"}).at
    assert (moved[ImportField.CARRIER], ImportField.SKU in moved) == (2, False), "a column has one meaning"
    with refused("import_file.unknown_column", title="Nothing"):
        mapped(header, {"order": "Nothing"})
    with refused("import_file.unknown_field", name="size"):
        mapped(header, {"size": "Order"})


def test_the_header_may_stand_below_other_rows() -> None:
    assert header_position([["Shipments"], ["of", "today"], ["Order", "SKU"], ["Order", "SKU", "Quantity"]]) == 3
    assert header_position([["a", "b"], ["c", "d"]]) == 0


def test_a_header_is_remembered_however_its_titles_are_spelled() -> None:
    assert signature(["Order no.", "SKU"]) == signature(["ORDER NO", " sku "])
    assert signature(["Order", "SKU"]) != signature(["SKU", "Order"])


def test_titles_are_unique() -> None:
    assert unique_titles(["a", "a", "", " a  b "]) == ("a", "a (2)", "#3", "a b")


def test_every_field_has_a_title() -> None:
    assert {title_of(field).id for field in ImportField} <= texts().keys()


@pytest.mark.parametrize(
    ("header", "name", "description"),
    [
        (["Order", "Name", "SKU"], 1, None),
        (["Order", "Recipient", "SKU", "Name"], 1, 3),
        (["Order", "Name", "SKU", "Recipient"], 3, 1),
        (["Commande", "Destinataire", "Nom"], 1, 2),
    ],
)
def test_a_name_is_the_items_where_another_column_has_the_recipient(
    header: list[str], name: int, description: int | None
) -> None:
    at = recognized(header, "orders").at
    assert (at[ImportField.NAME], at.get(ImportField.DESCRIPTION)) == (name, description)
