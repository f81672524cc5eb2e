"""The groups of bars, each in a module of its own."""

from tests.bench.running import Group

GROUPS: dict[str, Group] = {
    "start": Group("tests.bench.start_bars", ("S1", "S2", "S3", "S4"), window=True),
    "store": Group("tests.bench.store_bars", ("D1", "F1", "F3")),
    "outbox": Group("tests.bench.outbox_bars", ("O1", "O2", "O3")),
    "growth": Group("tests.bench.growth", ("growth",)),
    "delivery": Group("tests.bench.delivery", ("growth",)),
    "list": Group("tests.bench.list_bars", ("L1", "L2", "L3", "F1", "F2", "F3", "growth"), window=True),
    "window": Group("tests.bench.window_bars", ("packing", "growth"), window=True),
    "calls": Group("tests.bench.calls_bars", ("E1", "E2", "E3", "L4"), window=True),
    "inbound": Group("tests.bench.inbound_bars", ("W1", "P1"), window=True),
    "rates": Group("tests.bench.rate_bars", ("O4",), per_store=False),
    "workers": Group("tests.bench.worker_bars", ("O5",)),
}
"""In the order in which they run."""
