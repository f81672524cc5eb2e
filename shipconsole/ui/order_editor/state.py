"""The model that the page of the open order is bound to, besides its packing session."""

from typing import Annotated, Any

from pydantic_core import CoreSchema, core_schema

from shipconsole.domain.evented import Evented
from shipconsole.domain.problem import Problem
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.ship import PlannedUpdate


class _InstanceOnly:
    """Checks the class of a value and nothing in it: these values hold recursive JSON types, which have no schema."""

    def __get_pydantic_core_schema__(self, source: Any, _handler: object) -> CoreSchema:
        return core_schema.is_instance_schema(source)


class OrderState(Evented):
    """The open order as it was read from the store, and what shipping its draft leads to.

    `planned` are the updates that shipping the draft would send. `refused` are the problems for which the draft, or the
    last attempt to ship it, was refused.
    """

    sheet: Annotated[OrderSheet, _InstanceOnly()] | None = None
    planned: tuple[Annotated[PlannedUpdate, _InstanceOnly()], ...] = ()
    refused: tuple[Annotated[Problem, _InstanceOnly()], ...] = ()
