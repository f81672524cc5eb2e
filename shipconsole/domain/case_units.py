"""How many units a case holds, as a person entered it."""

from shipconsole.domain.frozen import Frozen


class CaseUnits(Frozen):
    """A case by the 14 digits on it; `item` is the SKU of the item in it, empty where no order has it."""

    code: str
    units: int
    at_ms: int
    station: str = ""
    operator: str = ""
    item: str = ""
