"""What is wrong with an order's packages: a label of each issue, and what it means."""

from collections.abc import Mapping

from shipconsole.domain.order_row import PackageIssue

LABELS: Mapping[PackageIssue, str] = {
    "exception": "package_issue.exception",
    "late": "package_issue.late",
    "quiet": "package_issue.quiet",
}
MEANINGS: Mapping[PackageIssue, str] = {
    "exception": "package_issue.exception_means",
    "late": "package_issue.late_means",
    "quiet": "package_issue.quiet_means",
}
"""Ids of messages."""
