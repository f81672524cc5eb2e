"""The options of a connection to SwiftPOD."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from shipconsole.vendors.options import Narrows, Tracked, UnsignedWebhooks, YesNo
from shipconsole.vendors.paging import SIZE_MOST


def _day(text: str) -> str:
    date.fromisoformat(text.strip())
    return text


Day = Annotated[str, AfterValidator(_day), Narrows()]


class SwiftPODOptions(UnsignedWebhooks, Tracked):
    """The options of SwiftPOD."""

    test_orders: Annotated[YesNo, Field(title="option.test_orders")] = "no"
    page_size: Annotated[int, Field(ge=1, le=SIZE_MOST, title="option.page_size")] = 50
    statuses: Annotated[str, Narrows(), Field(title="option.statuses")] = ""
    rejected_statuses: Annotated[str, Narrows(), Field(title="option.rejected_statuses")] = ""
    created_at_after: Annotated[Day, Field(title="option.created_at_after")] = ""
    created_at_before: Annotated[Day, Field(title="option.created_at_before")] = ""
    trackings_created_at_after: Annotated[Day, Field(title="option.trackings_created_at_after")] = ""
    trackings_created_at_before: Annotated[Day, Field(title="option.trackings_created_at_before")] = ""
