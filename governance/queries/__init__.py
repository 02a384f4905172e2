"""What governance tells: requests, versions, and the notice a member has not read yet."""

from governance.queries.authors import author_ids, is_author, trail_of
from governance.queries.changes import (
    Checked,
    Counts,
    approvals_of,
    change_for,
    changes,
    check_document_of,
    checks_of,
    counts_by_state,
    newest_impact,
    timeline_of,
    why_not_approve,
)
from governance.queries.detail import ChangeDetail
from governance.queries.proposals import base_of, edits_of, proposed_by
from governance.queries.reviews import (
    able_approvers,
    is_second,
    others_of,
    overdue_count,
    setup_changes,
    setup_notice,
    unanswered,
    why_not_end_setup,
)
from governance.queries.versions import Notice, document_of, notice_of_page, unread_notice, version_for, versions
from governance.queries.world import seats_by_pool, world_of

__all__ = [
    "why_not_end_setup",
    "others_of",
    "unanswered",
    "setup_notice",
    "setup_changes",
    "overdue_count",
    "is_second",
    "able_approvers",
    "ChangeDetail",
    "Checked",
    "Counts",
    "Notice",
    "approvals_of",
    "author_ids",
    "base_of",
    "change_for",
    "changes",
    "check_document_of",
    "checks_of",
    "counts_by_state",
    "document_of",
    "edits_of",
    "is_author",
    "newest_impact",
    "notice_of_page",
    "proposed_by",
    "seats_by_pool",
    "timeline_of",
    "trail_of",
    "unread_notice",
    "version_for",
    "versions",
    "why_not_approve",
    "world_of",
]
