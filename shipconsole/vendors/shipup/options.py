"""The options of a connection to Shipup."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from shipconsole.domain.message import Message
from shipconsole.vendors.options import Notified, Warned, YesNo


class ShipupOptions(Notified):
    """The options of Shipup."""

    bearer: Annotated[YesNo, Field(title="option.bearer")] = "no"
    create_missing: Annotated[Literal["all", "known"], Field(title="option.create_missing")] = "all"
    carrier_default: Annotated[str, Field(title="shipup.option.carrier_default")] = ""
    untracked_carrier: Annotated[
        Literal["name", "guess"],
        Warned({"guess": Message("shipup.guessing")}),
        Field(title="option.untracked_carrier"),
    ] = "name"
    carrier: Annotated[Mapping[str, str], Field(title="shipup.option.carrier")] = {}
