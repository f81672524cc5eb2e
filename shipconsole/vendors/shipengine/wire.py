"""ShipEngine's objects: sales orders and order sources as they are read, notify_shipped as it is sent.

Source: ShipEngine, Sales Orders Imported webhook (its tables of attributes), Sales Orders, Pagination,
Notify Marketplaces an Order has Shipped (read November 2026).
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shipconsole.vendors.exchange import Counted, Received, objects


class Money(Received):
    """An amount; currencies are written in lower or upper case."""

    currency: str = ""
    amount: float | None = None


class Weight(Received):
    """A weight in `gram`, `kilogram`, `ounce` or `pound`."""

    value: float | None = None
    unit: str = ""


class Address(Received):
    """A buyer's or receiver's address."""

    name: str = ""
    phone: str = ""
    email: str = ""
    company_name: str = ""
    address_line1: str = ""
    address_line2: str = ""
    address_line3: str = ""
    city_locality: str = ""
    state_province: str = ""
    postal_code: str = ""
    country_code: str = ""
    address_residential_indicator: str = ""


class RefreshInfo(Received):
    """How far an order source is with reading its shop; `refresh_date` is kept as the text it came as."""

    status: str = ""
    last_refresh_attempt: str = ""
    refresh_date: str = ""


class OrderSource(Received):
    """A shop that ShipEngine reads orders from."""

    order_source_id: str = ""
    order_source_nickname: str = ""
    order_source_code: str = ""
    order_source_friendly_name: str = ""
    refresh_info: RefreshInfo = RefreshInfo()
    active: bool | None = None
    connection_id: str = ""


class SalesOrderStatus(Received):
    """What the shop says of an order's payment and fulfillment."""

    payment_status: str = ""
    fulfillment_status: str = ""
    is_cancelled: bool = False


class PaymentDetails(Received):
    """What the order costs."""

    subtotal: Money = Money()
    estimated_shipping: Money = Money()
    estimated_tax: Money = Money()
    grand_total: Money = Money()


class Customer(Received):
    """Who ordered."""

    name: str = ""
    phone: str = ""
    email: str = ""


class BillTo(Received):
    """Who pays."""

    email: str = ""
    address: Address = Address()


class LineItemDetails(Received):
    """What an item is."""

    name: str = ""
    sku: str = ""
    asin: str = ""
    weight: Weight = Weight()


class RequestedShippingOptions(Received):
    """How and when the buyer wants it."""

    shipping_service: str = ""
    ship_date: datetime | None = None


class PriceSummary(Received):
    """What an item costs; the platform's table calls `estimated_shipping` a text among objects."""

    unit_price: Money = Money()
    estimated_tax: Money = Money()
    estimated_shipping: str | Money = ""
    total: Money = Money()


class SalesOrderItem(Counted):
    """One item of an order."""

    sales_order_item_id: str = ""
    external_order_item_id: str = ""
    line_item_details: LineItemDetails = LineItemDetails()
    ship_to: Address = Address()
    requested_shipping_options: RequestedShippingOptions = RequestedShippingOptions()
    price_summary: PriceSummary = PriceSummary()
    is_gift: bool = False


class SalesOrder(Received):
    """An order of a shop."""

    sales_order_id: str = ""
    external_order_id: str = ""
    external_order_number: str = ""
    order_source: OrderSource = OrderSource()
    sales_order_status: SalesOrderStatus = SalesOrderStatus()
    order_date: datetime | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    payment_details: PaymentDetails = PaymentDetails()
    customer: Customer = Customer()
    bill_to: BillTo = BillTo()
    ship_to: Address = Address()
    sales_order_items: Annotated[tuple[SalesOrderItem, ...], BeforeValidator(objects)] = ()


class PageLink(Received):
    """A neighbour of a page; an empty object where there is none."""

    href: str = ""


class PageLinks(Received):
    """The pages around one; `next` is None only where the answer names no neighbours at all."""

    first: PageLink = PageLink()
    last: PageLink = PageLink()
    prev: PageLink = PageLink()
    next: PageLink | None = None


class SalesOrderList(Received):
    """A page of sales orders; the orders are read one by one from the raw objects."""

    sales_orders: Annotated[tuple[dict[str, object], ...] | None, BeforeValidator(objects)] = None
    total: int | None = None
    page: int | None = None
    pages: int | None = None
    links: PageLinks = PageLinks()


class ErrorDetail(Received):
    """One thing ShipEngine found wrong; `field_name` is often missing or null, codes are open-ended."""

    error_source: str = ""
    error_type: str = ""
    error_code: str = ""
    message: str = ""
    field_name: str = ""
    field_value: str = ""
    carrier_code: str = ""


class Errors(Received):
    """ShipEngine's envelope of errors, which may also stand in an answer of success."""

    request_id: str = ""
    errors: Annotated[tuple[ErrorDetail, ...], BeforeValidator(objects)] = ()


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class ShippedItem(_Sent):
    """So many units of one item."""

    sales_order_item_id: Annotated[str, Field(min_length=1)]
    quantity: Annotated[int, Field(ge=1)]


class NotifyShipped(_Sent):
    """The body of notify_shipped; without `sales_order_items` it says that the whole order has shipped.

    An empty list cannot be built: it might be taken for the whole order.
    """

    tracking_number: Annotated[str, Field(min_length=1)]
    carrier_code: Annotated[str, Field(min_length=1)]
    sales_order_items: Annotated[tuple[ShippedItem, ...], Field(min_length=1)] | None = None
