"""A webhook: an address that a vendor calls when something of a kind happens."""

from shipconsole.domain.frozen import Frozen


class Webhook(Frozen):
    """A webhook as it is set up at a vendor; `id` is empty where the vendor gives none."""

    id: str = ""
    event: str
    url: str
    name: str = ""
