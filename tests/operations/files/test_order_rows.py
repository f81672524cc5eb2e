"""Orders from files: several rows of one order, in other languages, created once and whole or not at all."""

from pathlib import Path

import pytest

from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from tests.operations.files.importing import codes, csv_of, ids, imported
from tests.support import workbooks

GERMAN = "Bestellnummer;Artikelnummer;Bezeichnung;Menge;Empfänger;Straße;PLZ;Ort;Land;Gewicht"
ENGLISH = "Order,SKU,Quantity,Name,Address 1,Zip,City,Country,Weight,Connection"


async def test_orders_are_created_from_several_rows_and_in_german(bench: Context, tmp_path: Path) -> None:
    file = csv_of(
        tmp_path / "orders.csv",
        "W-1;CABLE;Kabel;2;Jörg Müller;Königstr. 1;70173;Stuttgart;DE;0,25",
        "W-1;PHONE;Telefon;1;;;;;;",
        "W-2;CABLE;Kabel;3;大阪 太郎;1-1;530-0001;大阪市;JP;",
        header=GERMAN,
    )
    dry, _ = await imported(bench, file, dry_run=True)
    assert codes(dry) == ["ready"] * 3
    found, _ = await imported(bench, file)
    assert codes(found) == ["created"] * 3
    sheet = await orders.sheet(bench, await orders.find(bench, "W-1"))
    assert [(line.sku, line.ordered, line.weight_g) for line in sheet.order.lines] == [
        ("CABLE", 2, 250),
        ("PHONE", 1, None),
    ]
    assert (sheet.order.ship_to.name, sheet.order.ship_to.postal_code) == ("Jörg Müller", "70173")
    again, _ = await imported(bench, file)
    assert codes(again) == ["done_before import_file.done_before"] * 3


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["10001,A,1,N,S,1,C,DE,,"], ["create_order.exists"]),
        (["N-1,A,1,,,,,,,"], ["new_order.no_recipient"]),
        (["N-1,A,1,N,S,1,C,DE,,", "N-1,A,1,N,S,1,C,DE,,"], ["import_file.order_refused", "import_file.duplicate"]),
        (["N-1,A,1,N,S,1,C,DE,,", "N-1,B,1,N,T,1,C,DE,,"], ["import_file.order_conflict"] * 2),
        (["N-1,A,1,N,S,1,C,DE,x,", "N-1,B,1,N,S,1,C,DE,,"], ["ship.weight", "import_file.order_refused"]),
        (["N-1,A,1,N,S,1,C,DE,,Nowhere"], ["import_file.no_connection"]),
        (["N-1,A,0,N,S,1,C,DE,,"], ["import_file.not_a_quantity"]),
        (["N-1,,1,N,S,1,C,DE,,"], ["import_file.no_sku"]),
    ],
)
async def test_an_order_with_a_problem_is_not_created(
    bench: Context, tmp_path: Path, rows: list[str], expected: list[str]
) -> None:
    file = csv_of(tmp_path / "orders.csv", *rows, "N-9,A,1,N,S,1,C,DE,,", header=ENGLISH)
    dry, _ = await imported(bench, file, dry_run=True)
    found, _ = await imported(bench, file)
    assert [ids(one)[0] for one in dry] == [ids(one)[0] for one in found] == [*expected, ""]
    assert [one.status for one in found] == [*["refused"] * len(rows), "created"]


async def test_orders_are_created_in_the_connection_that_they_name(bench: Context, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "orders.csv", "N-5,A,1,N,S,2000,Sydney,AU,,Starshipit", header=ENGLISH)
    (found,), _ = await imported(bench, file)
    assert len(found.call_ids) == 1
    sheet = await orders.sheet(bench, await orders.find(bench, "N-5"))
    assert [call.connection for call in sheet.calls] == ["Starshipit"]


async def test_orders_from_a_workbook_and_from_json(bench: Context, tmp_path: Path) -> None:
    header = ["Commande", "Référence", "Quantité", "Nom", "Rue", "Code postal", "Ville", "Pays"]
    book = workbooks.write(tmp_path / "o.xlsx", [header, ["F-1", "X", 2, "Zoé", "1 rue A", 75001, "Paris", "FR"]])
    found, _ = await imported(bench, book)
    assert codes(found) == ["created"]
    document = tmp_path / "o.json"
    document.write_text(
        '[{"number": "J-1", "ship_to": {"name": "A", "street": "1 B", "city": "Bonn", "country": "DE"},'
        ' "lines": [{"sku": "X", "quantity": 1}, {"sku": "Y", "quantity": 2}]}]'
    )
    found, _ = await imported(bench, document)
    assert codes(found) == ["created"] * 2
    sheet = await orders.sheet(bench, await orders.find(bench, "J-1"))
    assert [(line.sku, line.ordered) for line in sheet.order.lines] == [("X", 1), ("Y", 2)]
