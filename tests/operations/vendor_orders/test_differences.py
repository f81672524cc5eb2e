"""In what the connections do not agree about an order."""

from dataclasses import replace

from shipconsole.domain.field import FieldPath, Value
from shipconsole.domain.message import Message, verbatim
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.differences import Difference, between
from shipconsole.operations.vendor_orders.edit import Section


async def known(ctx: Context) -> tuple[orders.OrderSheet, list[Section]]:
    order_id = await orders.find(ctx, "10001")
    return await orders.sheet(ctx, order_id), list(await edit.sections(ctx, order_id))


def with_value(section: Section, path: FieldPath, value: Value) -> Section:
    return replace(section, values={**section.values, path: value})


async def test_connections_that_agree_differ_in_nothing(bench: Context) -> None:
    sheet, sections = await known(bench)
    assert between(sheet.order, sections) == ()


async def test_an_address_differs_in_more_than_case_and_spaces(bench: Context) -> None:
    sheet, sections = await known(bench)
    sections[1] = with_value(sections[1], ("destination", "name"), "JOHN  SMITH")
    assert between(sheet.order, sections) == ()
    sections[1] = with_value(sections[1], ("destination", "post_code"), "2001")
    assert between(sheet.order, sections) == (
        Difference(Message("address.postal_code"), (("ShipEngine", "2000"), ("Starshipit", "2001"))),
    )


async def test_a_country_is_the_same_by_code_and_by_name(bench: Context) -> None:
    sheet, sections = await known(bench)
    notifications = {section.connection.name: position for position, section in enumerate(sections)}
    starshipit, shipup = notifications["Starshipit"], notifications["Shipup"]
    for text in ("Australia", "AUS", "Australien", "au"):
        sections[starshipit] = with_value(sections[starshipit], ("destination", "country"), text)
        assert between(sheet.order, sections) == ()
    sections[starshipit] = with_value(sections[starshipit], ("destination", "country"), "Austria")
    (found,) = between(sheet.order, sections)
    assert found == Difference(Message("address.country"), (("ShipEngine", "AU"), ("Starshipit", "Austria")))
    sections[starshipit] = with_value(sections[starshipit], ("destination", "country"), "Australia")
    sections[shipup] = with_value(sections[shipup], ("shipping_address", "country_code"), "XX")
    assert [section.what for section in between(sheet.order, sections)] == [Message("address.country")]


async def test_texts_differ_by_more_than_their_unicode_form(bench: Context) -> None:
    sheet, sections = await known(bench)
    for position, path, text in (
        (0, ("ship_to", "name"), "Stro\u0308m"),
        (1, ("destination", "name"), "STR\u00d6M"),
    ):
        sections[position] = with_value(sections[position], path, text)
    assert "Name" not in [section.what for section in between(sheet.order, sections[:2])]


async def test_quantities_differ_by_item(bench: Context) -> None:
    sheet, sections = await known(bench)
    link = sections[2].link
    lines = tuple(line.model_copy(update={"quantity": line.quantity + 1}) for line in link.lines[:1])
    sections[2] = replace(sections[2], link=link.model_copy(update={"lines": (*lines, *link.lines[1:])}))
    (found,) = between(sheet.order, sections)
    assert found == Difference(verbatim("MOBILE"), (("ShipEngine", "1"), ("Starshipit", "1"), ("Shipup", "2")))


async def test_swiftpods_address_is_compared_too(bench: Context) -> None:
    sheet, sections = await known(bench)
    pod = await connections.connect(bench, "swiftpod", "SwiftPOD")
    values: dict[FieldPath, Value] = {("address", "street1"): "21 George Street", ("address", "zip"): "2000"}
    sections.append(replace(sections[0], connection=pod, values=values))
    (found,) = between(sheet.order, sections)
    notifications = (
        ("ShipEngine", "20 George Street"),
        ("Starshipit", "20 George Street"),
        ("SwiftPOD", "21 George Street"),
    )
    assert found == Difference(Message("address.street"), notifications)
