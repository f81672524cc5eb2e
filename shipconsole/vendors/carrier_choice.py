"""A connection's own choice of carrier codes, as its options hold it: one for each carrier, and one for the others."""

from shipconsole.vendors.adapter import Options

DEFAULT_OPTION = "carrier_default"
_START = "carrier."


def option_of(carrier: str) -> str:
    """The option that holds the code for a carrier, named by our id or by any other text."""
    return f"{_START}{carrier.strip().casefold()}"


def carrier_of(option: str) -> str:
    """The carrier that an option holds the code for, empty where it holds something else."""
    return option.removeprefix(_START) if option.startswith(_START) else ""


def chosen_code(carrier: str, options: Options) -> str:
    """The code that the connection chose for a carrier, empty where it chose none."""
    return options.get(option_of(carrier), "")


def default_code(options: Options) -> str:
    """The code that the connection chose for carriers that no other is known for, empty where it chose none."""
    return options.get(DEFAULT_OPTION, "")
