"""Texts of what is checked of an open order: the form of its address, and where its packages are."""

from shipconsole.texts import Table

TEXTS: Table = {
    "address.odd_postal_code": "{code} does not have the form of a postal code of {country}: {forms:list}. Check the address.",
    "tracking.queried": ("{count:n} package queried.", "{count:n} packages queried."),
    "tracking.query_failed": "{connection}: {message}",
    "tracking.query_none": "No platform that has this order can be queried about its packages.",
    "tracking.query_now": "Query now",
    "tracking.query_now_tip": "Query the platforms about this order's packages",
    "verdict.check_digit_of": "{number} looks like {carrier}, but its check digit should be {digit}. Scan the label again, or keep it.",
}
