"""Plays ShipEngine, Starshipit, Shipup and SwiftPOD on this computer, so that the demo and tests reach nobody.

A real HTTP server with sample orders, a log of what really happened, and faults on request lives here.
Nothing here imports the rest of the program: a mistake in how we speak to a vendor cannot hide in how we
play it. The keys below open nothing but the simulated platforms, which is why they may stand in the source.
"""

from typing import Final

SHIPENGINE_API_KEY: Final = "TEST_simulator_shipengine"
STARSHIPIT_API_KEY: Final = "simulator_starshipit"
STARSHIPIT_SUBSCRIPTION_KEY: Final = "simulator_subscription"
SHIPUP_API_KEY: Final = "simulator_shipup"
SWIFTPOD_API_KEY: Final = "simulator_swiftpod"
