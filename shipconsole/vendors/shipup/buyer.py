"""Who gets an order, in Shipup's words: the buyer's names, and the state as a code or as a name."""

from shipconsole.domain import region
from shipconsole.domain.address import Address
from shipconsole.vendors.shipup import wire


def names_of(address: Address) -> dict[str, str]:
    """Return the buyer's first and last name as an order has them, each where it is known."""
    first_name, _, last_name = address.name.strip().partition(" ")
    return {name: text for name, text in (("first_name", first_name), ("last_name", last_name.strip())) if text}


def state_of(address: Address) -> dict[str, str]:
    """Return the state as it is sent: two letters for the United States and Canada, a name where one is known so."""
    state = address.state.strip()
    code = region.code(state, address.country)
    if not code:
        return {"state": state} if state else {}
    return {"state_code": code} if region.is_code(state, address.country) else {"state": state, "state_code": code}


def state_read(address: wire.Address) -> str:
    """Return the state of an address that was read: the code of those that have one, else the name."""
    country = address.country_code or address.country
    return region.code(address.state_code or address.state, country) or address.state or address.state_code
