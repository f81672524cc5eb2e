"""What a connection to ShipEngine can be set to."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shipconsole.vendors.options import Notified, SignedWebhooks, SubscribedTracking, Tracked, YesNo
from shipconsole.vendors.paging import SIZE_MOST
from shipconsole.vendors.shipengine.requests import PAGE_SIZE


class ShipEngineOptions(SignedWebhooks, SubscribedTracking, Tracked, Notified):
    """The options of ShipEngine."""

    page_size: Annotated[int, Field(ge=1, le=SIZE_MOST, title="option.page_size")] = PAGE_SIZE
    reports_immediately: Annotated[YesNo, Field(title="option.reports_immediately")] = "no"
    carrier_default: Annotated[str, Field(title="shipengine.option.carrier_default")] = "other"
    carrier: Annotated[Mapping[str, str], Field(title="shipengine.option.carrier")] = {}
