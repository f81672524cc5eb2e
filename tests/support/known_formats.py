"""List the carriers whose tracking number formats are known."""

from shipconsole.domain.carrier_formats import FORMATS, S10_POSTS

WITH_FORMATS = frozenset(carrier for form in FORMATS for carrier in form.carriers) | {
    carrier for posts in S10_POSTS.values() for carrier in posts
}
