"""A webhook: an address that a platform calls when something of a kind happens."""

from shipconsole.domain.frozen import Frozen


class Webhook(Frozen):
    """A webhook as it is set up at a platform; `id` is empty where the platform gives none."""

    id: str = ""
    event: str
    url: str
    name: str = ""
