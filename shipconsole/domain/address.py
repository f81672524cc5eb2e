"""A postal address, in Shipconsole's own terms and not a platform's."""

from pydantic import Field

from shipconsole.domain import countries
from shipconsole.domain.frozen import Frozen

RECIPIENT_LONGEST = 200
"""Orders are sorted by it, and an index has no room for a name of any length."""


class Address(Frozen):
    """A postal address as it was received; fields that are not known are empty."""

    name: str = Field(default="", title="address.name")
    company: str = Field(default="", title="address.company")
    email: str = Field(default="", title="address.email")
    phone: str = Field(default="", title="address.phone")
    building: str = Field(default="", title="address.building")
    street: str = Field(default="", title="address.street")
    street2: str = Field(default="", title="address.street2")
    street3: str = Field(default="", title="address.street3")
    suburb: str = Field(default="", title="address.suburb")
    city: str = Field(default="", title="address.city")
    state: str = Field(default="", title="address.state")
    postal_code: str = Field(default="", title="address.postal_code")
    country: str = Field(default="", title="address.country", examples=["US", "AU"])
    instructions: str = Field(default="", title="address.instructions")

    @property
    def town(self) -> str:
        """Return the city, else the suburb."""
        return self.city or self.suburb

    @property
    def in_one_line(self) -> str:
        """Return street, town, state, postal code and country in one line, in the order of a label."""
        locality = " ".join(part for part in (self.town, self.state, self.postal_code) if part)
        parts = (self.building, self.street, self.street2, self.street3, locality, countries.name_of(self.country))
        return ", ".join(part for part in parts if part)

    @property
    def recipient(self) -> str:
        """Return the name and the town as the order list shows them: "J. Smith · Sydney AU"."""
        who = (self.name or self.company).strip()
        first, _, rest = who.partition(" ")
        if rest and first[0].isascii() and first[0].isalpha():
            who = f"{first[0]}. {rest.strip()}"
        country = countries.code_of(self.country) or self.country
        locality = " ".join(part for part in (self.town, country) if part)
        return " · ".join(part for part in (who, locality) if part)[:RECIPIENT_LONGEST]
