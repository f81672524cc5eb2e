"""All platforms by name."""

from shipconsole.vendors.adapter import Vendor
from shipconsole.vendors.shipengine import VENDOR as SHIPENGINE
from shipconsole.vendors.shipup import VENDOR as SHIPUP
from shipconsole.vendors.starshipit import VENDOR as STARSHIPIT
from shipconsole.vendors.swiftpod import VENDOR as SWIFTPOD

VENDORS: dict[str, Vendor] = {vendor.name: vendor for vendor in (SHIPENGINE, STARSHIPIT, SHIPUP, SWIFTPOD)}
