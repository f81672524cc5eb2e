"""What the three platforms have of an order, in the form of each, and the requests and answers of its updates."""

import json
from collections.abc import Sequence
from typing import NamedTuple

SHIPENGINE, STARSHIPIT, SHIPUP = 1, 2, 3
VENDORS = {SHIPENGINE: "shipengine", STARSHIPIT: "starshipit", SHIPUP: "shipup"}
TITLES = {SHIPENGINE: "ShipEngine", STARSHIPIT: "Starshipit", SHIPUP: "Shipup"}
SOURCES = (("se-au", "Shopify AU"), ("se-eu", "WooCommerce EU"), ("se-us", "Amazon US"))


class Sold(NamedTuple):
    """One line as platforms have it."""

    line_id: int
    sku: str
    description: str
    quantity: int
    cancelled: int
    weight_g: int


def remote_id(connection: int, order_id: int) -> str:
    """Return a platform's own id of an order: a UUID, a number, or the order's number in a small one's form."""
    mixed = order_id * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    if connection == SHIPENGINE:
        return (
            f"{mixed >> 32:08x}-{mixed >> 16 & 0xFFFF:04x}-4{mixed & 0xFFF:03x}-8{order_id & 0xFFF:03x}-{order_id:012x}"
        )
    return str(1_020_304_050 + order_id) if connection == STARSHIPIT else str(5_000 + order_id)


def document(connection: int, order_id: int, number: str, ship_to: str, lines: Sequence[Sold], when: str) -> str:
    """Return the JSON of an order as a platform sends it, `when` it was ordered in ISO 8601."""
    if connection == SHIPENGINE:
        items = ",".join(
            f'{{"sales_order_item_id":"{line.line_id:032x}","external_order_item_id":"{number}-{line.line_id}",'
            f'"line_item_details":{{"name":{json.dumps(line.description, ensure_ascii=False)},"sku":"{line.sku}",'
            f'"weight":{{"value":{line.weight_g},"unit":"gram"}}}},"price_summary":{{"unit_price":{{"currency":"aud",'
            f'"amount":20.0}}}},"quantity":{line.quantity},"is_gift":false}}'
            for line in lines
        )
        return (
            f'{{"sales_order_id":"{remote_id(connection, order_id)}","external_order_id":"{number}",'
            f'"external_order_number":"{number}","order_source":{{"order_source_id":"{SOURCES[order_id % 3][0]}",'
            f'"order_source_nickname":"{SOURCES[order_id % 3][1]}","active":true}},"sales_order_status":'
            f'{{"payment_status":"paid","fulfillment_status":"unfulfilled","is_cancelled":false}},"order_date":"{when}",'
            f'"created_at":"{when}","modified_at":"{when}","ship_to":{ship_to},"sales_order_items":[{items}]}}'
        )
    if connection == STARSHIPIT:
        items = ",".join(
            f'{{"item_id":{1_065_000_000 + line.line_id},"description":'
            f'{json.dumps(line.description, ensure_ascii=False)},"sku":"{line.sku}","quantity":{line.quantity},'
            f'"quantity_to_ship":0,"weight":{line.weight_g / 1000},"value":20}}'
            for line in lines
        )
        return (
            f'{{"order_id":{remote_id(connection, order_id)},"order_date":"{when}","order_number":"{number}",'
            f'"reference":"Online Order","carrier":"AusPost","carrier_name":"Australia Post","shipping_method":'
            f'"Express Shipping","signature_required":false,"destination":{ship_to},"items":[{items}],"packages":'
            f'[{{"package_id":{1_035_000_000 + order_id},"weight":0.9,"height":0.04,"width":0.08,"length":0.12}}],'
            f'"declared_value":0,"archived":false,"platform":"Shopify","status":"Unshipped"}}'
        )
    items = ",".join(
        f'{{"merchant_id":"{number}-{line.line_id}","title":{json.dumps(line.description, ensure_ascii=False)},'
        f'"sku":"{line.sku}","quantity":{line.quantity}}}'
        for line in lines
    )
    return (
        f'{{"object":"order","id":{remote_id(connection, order_id)},"merchant_id":"{number}","order_number":"{number}",'
        f'"ordered_at":"{when}","line_items":{{"object":"list","has_more":false,"data":[{items}]}}}}'
    )


def request(connection: int, order_id: int, number: str, tracking: str, items: int) -> tuple[str, str, int]:
    """Return the stored request of an update, its summary, and whether it may be repeated."""
    kept = "[" + ",".join(['"1 × MOBILE"'] * min(items, 3)) + "]"
    if connection == SHIPENGINE:
        path = f"/v-beta/sales_orders/{remote_id(connection, order_id)}/notify_shipped"
        body = f'{{\\"tracking_number\\":\\"{tracking}\\",\\"carrier_code\\":\\"stamps_com\\"}}'
        summary = f'{{"id":"summary.whole_order","arguments":{{"items":{kept}}}}}'
        return _request("notify_shipped", "POST", path, body, summary, "false"), summary, 0
    summary = f'{{"id":"summary.one_package","arguments":{{"count":{items},"position":"1"}}}}'
    if connection == STARSHIPIT:
        body = (
            f'{{\\"order\\":{{\\"order_id\\":{remote_id(connection, order_id)},\\"order_number\\":\\"{number}\\",'
            f'\\"carrier\\":\\"USPS\\",\\"packages\\":[{{\\"tracking_number\\":\\"{tracking}\\"}}]}}}}'
        )
        return _request("update_order", "PUT", "/api/orders", body, summary, "true"), summary, 1
    body = (
        f'{{\\"merchant_id\\":\\"{number}\\",\\"order_number\\":\\"{number}\\",\\"fulfillments\\":[{{\\"merchant_id\\":'
        f'\\"{number}_1\\",\\"trackers\\":[{{\\"tracking_number\\":\\"{tracking}\\"}}]}}]}}'
    )
    return _request("create_order", "POST", "/v2/orders", body, summary, "true"), summary, 1


def _request(call: str, method: str, path: str, body: str, summary: str, repeatable: str) -> str:
    return (
        f'{{"call": "{call}", "method": "{method}", "path": "{path}", "query": [], "body": "{body}", "summary": '
        f'{summary}, "repeatable": {repeatable}, "trail": {{"tracking_number": "packages.0.tracking_number", '
        f'"carrier_code": "packages.0.carrier", "order_number": "order.number"}}}}'
    )


def answer(connection: int, number: str) -> tuple[int, str]:
    """Return the status and the beginning of the body with which a platform accepts an update."""
    if connection == SHIPENGINE:
        return 204, ""
    if connection == SHIPUP:
        return 201, f'{{"merchant_id": "{number}"}}'
    return 200, f'{{"order": {{"order_number": "{number}", "status": "Unshipped"}}, "success": true}}'
