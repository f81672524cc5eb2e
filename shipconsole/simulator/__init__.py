"""Simulated ShipEngine, Starshipit, Shipup and SwiftPOD on this computer, for the demo and the tests.

A real HTTP server with sample orders, a log of what really happened, and faults on request. Nothing here imports the
rest of the program: a mistake in how we call a platform can't hide in how we simulate it. The keys below open only the
simulated platforms, so they may be in the source.
"""

from typing import Final

SHIPENGINE_API_KEY: Final = "TEST_simulator_shipengine"
STARSHIPIT_API_KEY: Final = "simulator_starshipit"
STARSHIPIT_SUBSCRIPTION_KEY: Final = "simulator_subscription"
SHIPUP_API_KEY: Final = "simulator_shipup"
SWIFTPOD_API_KEY: Final = "simulator_swiftpod"
