"""The options of a connection to ShipEngine."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shipconsole.vendors.options import Notified, SignedWebhooks, SubscribedTracking, Tracked, YesNo
from shipconsole.vendors.paging import SIZE_MOST


class ShipEngineOptions(SignedWebhooks, SubscribedTracking, Tracked, Notified):
    """The options of ShipEngine."""

    page_size: Annotated[int, Field(ge=1, le=SIZE_MOST, title="option.page_size")] = 100
    reports_immediately: Annotated[YesNo, Field(title="option.reports_immediately")] = "no"
    carrier_default: Annotated[str, Field(title="shipengine.option.carrier_default")] = "other"
    carrier: Annotated[Mapping[str, str], Field(title="shipengine.option.carrier")] = {}
