"""What has to be decided before a tracking number becomes a package's: by a scan, typed, or from the command line."""

from dataclasses import dataclass
from enum import StrEnum


class LabelIssueKind(StrEnum):
    """What may be wrong with a label for its package."""

    TAKEN = "taken"
    """Another package has the number, shipped within 180 days (a setting) or not delivered: stops."""
    POSTAL_CODE = "postal_code"
    """The label goes to another postal code than the order: stops. Not for orders that go to a pickup point."""
    CHECK_DIGIT = "check_digit"
    """Asks."""
    ARTICLE_NUMBER = "article_number"
    """The digits are a valid GTIN, an article's more likely than a label's: asks."""
    USED_BEFORE = "used_before"
    """A package had the number longer ago: asks."""
    SECOND_LABEL = "second_label"
    """The package has another number already: asks."""
    SEVERAL_CARRIERS = "several_carriers"
    """Asks which."""
    POSSIBLE = "possible"
    """Only a shape fits, or nothing: asks where it was scanned, is accepted as unverified where it was typed."""


@dataclass(frozen=True, slots=True)
class LabelIssue:
    """One thing to decide about a label; which of the other fields are set follows from `kind`."""

    kind: LabelIssueKind
    stops: bool
    order_id: int | None = None
    order_number: str = ""
    package_id: int | None = None
    shipped_at_ms: int | None = None
    packer: str = ""
    label_postal_code: str = ""
    order_postal_code: str = ""
    right_digit: str = ""
    carriers: tuple[str, ...] = ()
