"""A webhook registration: a URL that a platform calls for a kind of event."""

from shipconsole.domain.frozen import Frozen


class Webhook(Frozen):
    """A webhook registered at a platform; `id` is empty if the platform has none."""

    id: str = ""
    event: str
    url: str
    name: str = ""
