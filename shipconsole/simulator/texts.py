"""English texts of the simulator's page, commands and rejections.

A table of its own, since the simulator imports nothing of the program; the command line renders these ids in its
language. A simulated platform's own texts are in its module.
"""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "simulator.address": "{url}",
    "simulator.addresses": "Addresses",
    "simulator.calls": "Requests that a fault can name",
    "simulator.effect.202": "acts, then responds with status 202: accepted and not finished, with a job where the platform has jobs",
    "simulator.effect.401": "rejects the API key",
    "simulator.effect.403_page": "responds with status 403 and a firewall's page, without acting",
    "simulator.effect.407": "responds with status 407, as a proxy that requires a login, without acting",
    "simulator.effect.429": "responds that the rate limit is reached, with Retry-After of the given seconds",
    "simulator.effect.500_after": "acts, then responds with status 500",
    "simulator.effect.500_before": "responds with status 500, without acting",
    "simulator.effect.503": "responds with status 503, without acting",
    "simulator.effect.beside": "acts, then responds with a success that also names an error",
    "simulator.effect.cut": "acts, then ends its response in the middle",
    "simulator.effect.deep": "acts, then responds with JSON nested 200 levels deep",
    "simulator.effect.drop_after": "acts, then closes the connection without a response",
    "simulator.effect.drop_before": "closes the connection without acting and without a response",
    "simulator.effect.empty": "acts, then responds with status 200 without content",
    "simulator.effect.garbage": "acts, then responds with something that is not HTTP",
    "simulator.effect.html": "responds with status 502 and an HTML page, without acting",
    "simulator.effect.huge": "acts, then responds with up to 100 MB",
    "simulator.effect.keep_other": "acts, but saves another value of one field than was sent",
    "simulator.effect.no_utf8": "acts, then responds with a byte that is not UTF-8",
    "simulator.effect.portal": "responds with the login page of a network, without acting",
    "simulator.effect.refuse": "rejects the request in the platform's own format",
    "simulator.effect.refuse_field": "rejects one field that was sent and names it, in the platform's own format",
    "simulator.effect.slow": "waits for the given seconds, then acts and responds, even if the caller has gone",
    "simulator.effect.utf16": "acts, then responds in UTF-16",
    "simulator.fault_active": "Fault: {fault}",
    "simulator.kinds": "Kinds of faults",
    "simulator.no_address": "There is no simulated platform at this address; see /.",
    "simulator.no_body_json": "The body is not valid JSON.",
    "simulator.no_call": "There is no request “{call}”. Existing ones: {known:list} and *.",
    "simulator.no_calls": "calls must be a whole number above 0, or null for no limit.",
    "simulator.no_command": "There is no such command; see /.",
    "simulator.no_fault": "“{fault}” is not of the form VENDOR:KIND[:TIMES[:SECONDS[:FIELD]]].",
    "simulator.no_fault_field": "A fault has no {fields:list}.",
    "simulator.no_fault_numbers": "“{fault}”: TIMES must be a whole number and SECONDS a number.",
    "simulator.no_fault_object": "A fault is an object with vendor, call, kind, times, seconds, and field.",
    "simulator.no_http": "This is not HTTP.",
    "simulator.no_kind": "There is no kind of fault “{kind}”. Existing ones: {known:list}.",
    "simulator.no_limit_vendor": "vendor must be one of {known:list}.",
    "simulator.no_on": "on must be true or false.",
    "simulator.no_order": "There is no order “{number}”.",
    "simulator.no_order_items": "An order has a number, and items with an id, a sku, and a quantity above 0.",
    "simulator.no_seconds": "seconds must be a number.",
    "simulator.no_seconds_above": "seconds must be a number above 0.",
    "simulator.no_seconds_range": "seconds must be from 0 to {most}.",
    "simulator.no_times": "times must be a whole number, or null for always.",
    "simulator.no_times_range": "times must be 1 or more, or null for always.",
    "simulator.no_url": "This is not an address.",
    "simulator.no_vendor": "There is no simulated platform “{vendor}”. Existing ones: {known:list} and *.",
    "simulator.only_read": "This page can only be read.",
    "simulator.other_method": "This command accepts {methods:list}.",
    "simulator.running": "These are simulated platforms, not the real ones. Sample orders: {orders}.",
    "simulator.switch.cancel": 'cancel an order in its store: {{"order": NUMBER}}',
    "simulator.switch.effects": "what the platforms received and did",
    "simulator.switch.faults_add": 'add a fault: {{"vendor", "call", "kind", "times", "seconds", "field"}}',
    "simulator.switch.faults_clear": "remove all faults",
    "simulator.switch.faults_list": "list the faults that are still active",
    "simulator.switch.limits": 'set a rate limit: {{"vendor", "calls", "seconds"}}; calls null for none',
    "simulator.switch.orders": 'add an order: {{"number", "items": [{{"id", "sku", "quantity"}}]}}, or {{"swiftpod": {{…}}}}',
    "simulator.switch.requests": "every request and its status",
    "simulator.switch.reset": "start again with the sample orders",
    "simulator.switch.state": "what the platforms contain now",
    "simulator.switch.webhooks": "whether webhooks are sent, and which were",
    "simulator.switch.webhooks_on": 'send webhooks, to this computer only: {{"on": true}}',
    "simulator.switches": "Commands",
    "simulator.title": "Simulator. These are not the real ShipEngine, Starshipit, Shipup, and SwiftPOD: nothing leaves this computer.",
    "simulator.too_large": "The body is larger than {most} bytes.",
    "simulator.twice": "The header {name} came more than once.",
}


def sentence(text_id: str, **arguments: str | int | tuple[str, ...]) -> str:
    """Return the English sentence of an id."""
    shown = {name: _List(value) if isinstance(value, tuple) else value for name, value in arguments.items()}
    return TEXTS[text_id].format(**shown)


class _List(tuple[str, ...]):
    """Several values; in English every list of the table is joined by commas."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return ", ".join(self)
