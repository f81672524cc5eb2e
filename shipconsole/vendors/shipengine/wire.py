"""ShipEngine's objects: sales orders and order sources as they are read, notify_shipped as it is sent.

Source: ShipEngine, Sales Orders Imported webhook (its tables of attributes), Sales Orders, Pagination,
Notify Marketplaces an Order has Shipped (read November 2026).
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shipconsole.vendors.received import Counted, Received, objects


class Money(Received):
    """An amount; currencies are written in lower or upper case."""

    currency: str = ""
    amount: float | None = None


class Weight(Received):
    """A weight in `gram`, `kilogram`, `ounce` or `pound`."""

    value: float | None = None
    unit: str = ""


class Address(Received):
    """An address of the customer or the recipient."""

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
    """The state of a store's refresh; `refresh_date` is kept as received."""

    status: str = ""
    last_refresh_attempt: str = ""
    refresh_date: str = ""


class OrderSource(Received):
    """A store that ShipEngine imports orders from."""

    order_source_id: str = ""
    order_source_nickname: str = ""
    order_source_code: str = ""
    order_source_friendly_name: str = ""
    refresh_info: RefreshInfo = RefreshInfo()
    active: bool | None = None
    connection_id: str = ""


class SalesOrderStatus(Received):
    """The store's status of an order's payment and fulfillment."""

    payment_status: str = ""
    fulfillment_status: str = ""
    is_cancelled: bool = False


class PaymentDetails(Received):
    """The order's amounts."""

    subtotal: Money = Money()
    estimated_shipping: Money = Money()
    estimated_tax: Money = Money()
    grand_total: Money = Money()


class Customer(Received):
    """The customer."""

    name: str = ""
    phone: str = ""
    email: str = ""


class BillTo(Received):
    """The payer."""

    email: str = ""
    address: Address = Address()


class LineItemDetails(Received):
    """The description of an item."""

    name: str = ""
    sku: str = ""
    asin: str = ""
    weight: Weight = Weight()


class RequestedShippingOptions(Received):
    """The service and the date that the customer requested."""

    shipping_service: str = ""
    ship_date: datetime | None = None


class PriceSummary(Received):
    """The amounts of an item; the platform's table has `estimated_shipping` as a text among objects."""

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
    """An order of a store."""

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
    """A link to another page; an empty object where there is none."""

    href: str = ""


class PageLinks(Received):
    """The links of a page; `next` is None only where the response has no links at all."""

    first: PageLink = PageLink()
    last: PageLink = PageLink()
    prev: PageLink = PageLink()
    next: PageLink | None = None


class SalesOrderList(Received):
    """A page of sales orders; each order is read from its raw object."""

    sales_orders: Annotated[tuple[dict[str, object], ...] | None, BeforeValidator(objects)] = None
    total: int | None = None
    page: int | None = None
    pages: int | None = None
    links: PageLinks = PageLinks()


class ErrorDetail(Received):
    """One error; `field_name` is often missing or null, codes are open-ended."""

    error_source: str = ""
    error_type: str = ""
    error_code: str = ""
    message: str = ""
    field_name: str = ""
    field_value: str = ""
    carrier_code: str = ""


class Errors(Received):
    """ShipEngine's envelope of errors, which may also stand in a response with a status of success."""

    request_id: str = ""
    errors: Annotated[tuple[ErrorDetail, ...], BeforeValidator(objects)] = ()


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class ShippedItem(_Sent):
    """Units of one item."""

    sales_order_item_id: Annotated[str, Field(min_length=1)]
    quantity: Annotated[int, Field(ge=1)]


class NotifyShipped(_Sent):
    """The body of notify_shipped; without `sales_order_items` it means that the whole order has shipped.

    An empty list cannot be built: it might be read as the whole order.
    """

    tracking_number: Annotated[str, Field(min_length=1)]
    carrier_code: Annotated[str, Field(min_length=1)]
    sales_order_items: Annotated[tuple[ShippedItem, ...], Field(min_length=1)] | None = None
