"""The documents of orders as they are stored, each read once as long as it is in use.

A large order is read again for every scan, preview and shipment; its document changes with a sync only.
"""

from functools import lru_cache
from typing import TypeVar

from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.received import Received

R = TypeVar("R", bound=Received)
_KEPT = 16


def read_stored(model: type[R], document: str) -> R:
    """Return a platform's stored document; what is no document is read as an empty one."""
    found = _read(model, document)
    assert isinstance(found, model)
    return found


@lru_cache(maxsize=_KEPT)
def _read(model: type[Received], document: str) -> Received:
    return model.model_validate(parse(document.encode()) or {})
