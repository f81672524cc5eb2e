"""The options of a connection to Starshipit."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from shipconsole.domain.message import Message
from shipconsole.vendors.options import Notified, Tracked, Warned


class StarshipitOptions(Tracked, Notified):
    """The options of Starshipit."""

    old_service: Annotated[
        Literal["remove", "keep"],
        Warned({"keep": Message("starshipit.old_service")}),
        Field(title="option.old_service"),
    ] = "remove"
    carrier_default: Annotated[str, Field(title="starshipit.option.carrier_default")] = ""
    carrier: Annotated[Mapping[str, str], Field(title="starshipit.option.carrier")] = {}
