"""The lines of `store/`, SQL and Python, that guard something."""

from tests.mutation.guard import Guard

_SETTLED = "changed_at_ms = :now_ms\nWHERE id = :id AND state = 'sending' "
"""The end of the statement that settles a claim, up to its guards."""
_CALLS = "shipconsole/store/sql/calls.sql"
_BATCHES = "shipconsole/store/sql/batches.sql"
_DELIVERIES = "shipconsole/store/sql/webhook_events.sql"
_ORDERS = "shipconsole/store/sql/orders.sql"
_UNITS_IN_A_FILE = "shipconsole/store/sql/orders.sqlite.sql"
_UNITS_ON_A_SERVER = "shipconsole/store/sql/orders.postgresql.sql"
_UNITS = "tests/operations/orders/test_claimed_units.py"
_PASSING = "shipconsole/store/sql/forwarding.sql"
_BACKUP = "shipconsole/store/sql/backup.sql"
_SCHEMA = "shipconsole/store/sql/migrations/0001_first.sql"
_TRIGGERS = "shipconsole/store/sql/migrations/0001_first.sqlite.sql"
_BLANKING = "shipconsole/store/sql/blanking.sql"
_BLANKED = "tests/operations/maintenance/test_blanking.py"
_AHEAD = "tests/operations/maintenance/test_clock_ahead.py"
_CLAIMS = "tests/operations/outbox/test_claims.py"
_HOLD = "tests/operations/outbox/test_hold.py"
_OUTBOX = "tests/operations/outbox/test_outbox.py"
_READ_BACK = "tests/operations/outbox/test_read_back.py"
_DISCARDED = "tests/operations/outbox/test_discarded.py"
_LOST = "tests/durability/test_lost_stores.py"

# One call at a time, in its turn, for the claim that it was sent under.
_ONCE = (
    Guard(
        _CALLS,
        "WHERE id = :id AND on_hold = 0 AND state IN",
        "WHERE id = :id AND state IN",
        (f"{_HOLD}::test_an_update_that_was_due_before_the_change_is_not_claimed_after_it",),
        "an update is sent although its order changed and nobody has seen that",
    ),
    Guard(
        _CALLS,
        "message = :message, changed_at_ms = :now_ms\nWHERE id = :id AND state IN ('held', 'pending', 'retry_wait',"
        " 'blocked') AND may_act_until_ms = 0;",
        "message = :message, changed_at_ms = :now_ms\nWHERE id = :id;",
        (f"{_HOLD}::test_what_may_have_reached_a_platform_is_not_held",),
        "an update that may have been sent is held, and nobody learns what became of it",
    ),
    Guard(
        _CALLS,
        "summary = :summary, evidence = :evidence, changed_at_ms",
        "summary = :summary, evidence = CASE WHEN evidence = '{}' THEN :evidence ELSE evidence END, changed_at_ms",
        (f"{_READ_BACK}::test_what_the_shop_had_before_is_what_it_had_before_the_try_that_was_lost",),
        "what somebody else shipped between two tries counts as proof of ours, and the buyer is never notified",
    ),
    Guard(
        _CALLS,
        ":failures_most))\nAND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id",
        ":failures_most))\nAND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.id = 0",
        (f"{_CLAIMS}::test_a_call_is_not_claimed_before_an_older_one_of_its_order_has_ended",),
        "a newer call is claimed before an older one of its order has ended",
    ),
    Guard(
        _CALLS,
        "AND state IN ('pending', 'retry_wait') AND due_at_ms <= :steady_ms\nAND NOT EXISTS (SELECT 1 FROM connection",
        "AND due_at_ms <= :steady_ms\nAND NOT EXISTS (SELECT 1 FROM connection",
        (f"{_CLAIMS}::test_only_a_call_that_waits_to_go_is_claimed",),
        "a call that was sent, decided or taken back is claimed again",
    ),
    Guard(
        _CALLS,
        "state IN ('pending', 'retry_wait') AND due_at_ms <= :steady_ms\nAND NOT EXISTS (SELECT 1 FROM connection",
        "state IN ('pending', 'retry_wait')\nAND NOT EXISTS (SELECT 1 FROM connection",
        (f"{_CLAIMS}::test_a_call_is_not_claimed_before_its_time",),
        "a call that waits out an earlier request is claimed before its time",
    ),
    Guard(
        _CALLS,
        "(is_blocked = 1 OR paused_at_ms > 0 OR held_until_ms > :steady_ms OR failures >= :failures_most)",
        "(paused_at_ms > 0 OR held_until_ms > :steady_ms OR failures >= :failures_most)",
        (f"{_CLAIMS}::test_nothing_is_claimed_for_a_connection_that_may_not_be_called",),
        "calls go on with a key that the platform does not accept",
    ),
    Guard(
        _CALLS,
        "(is_blocked = 1 OR paused_at_ms > 0 OR held_until_ms > :steady_ms OR failures >= :failures_most)",
        "(is_blocked = 1 OR paused_at_ms > 0 OR failures >= :failures_most)",
        (f"{_CLAIMS}::test_nothing_is_claimed_for_a_connection_that_may_not_be_called",),
        "calls go on before the time that the platform asked to wait for",
    ),
    Guard(
        _CALLS,
        "(is_blocked = 1 OR paused_at_ms > 0 OR held_until_ms > :steady_ms OR failures >= :failures_most)",
        "(is_blocked = 1 OR held_until_ms > :steady_ms OR failures >= :failures_most)",
        (
            "tests/operations/outbox/test_pause.py::test_an_update_that_was_due_before_the_pause_is_not_claimed_after_it",
        ),
        "calls go on although a person paused sending",
    ),
    Guard(
        _CALLS,
        "WHERE state = 'pending' AND connection_id = :connection_id AND due_at_ms <= :steady_ms\n"
        "AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id",
        "WHERE state = 'pending' AND connection_id = :connection_id AND due_at_ms <= :steady_ms\n"
        "AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.id = 0",
        (f"{_CLAIMS}::test_a_call_is_not_claimed_before_an_older_one_of_its_order_has_ended",),
        "a newer call that is to go stands in the way of the older one before it",
    ),
    Guard(
        _CALLS,
        "WHERE state = 'retry_wait' AND connection_id = :connection_id AND due_at_ms <= :steady_ms\n"
        "AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id",
        "WHERE state = 'retry_wait' AND connection_id = :connection_id AND due_at_ms <= :steady_ms\n"
        "AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.id = 0",
        (f"{_CLAIMS}::test_a_call_is_not_claimed_before_an_older_one_of_its_order_has_ended",),
        "a newer call that is to go again stands in the way of the older one before it",
    ),
    Guard(
        _CALLS,
        f"{_SETTLED}AND owner = :owner AND lease_epoch = :lease_epoch;",
        f"{_SETTLED}AND owner = :owner;",
        (f"{_CLAIMS}::test_an_answer_to_an_earlier_claim_does_not_settle_a_later_one",),
        "the answer to an earlier request decides about a later one",
    ),
    Guard(
        _CALLS,
        f"{_SETTLED}AND owner = :owner AND lease_epoch = :lease_epoch;",
        f"{_SETTLED}AND lease_epoch = :lease_epoch;",
        (f"{_CLAIMS}::test_another_programs_claim_is_not_settled_by_ours",),
        "a program settles what another one has in hand",
    ),
    Guard(
        _CALLS,
        f"{_SETTLED}AND owner = :owner",
        "changed_at_ms = :now_ms\nWHERE id = :id AND owner = :owner",
        (f"{_CLAIMS}::test_another_programs_claim_is_not_settled_by_ours",),
        "a call that is at its end is settled again",
    ),
    Guard(
        _CALLS,
        "AND state IN ('unknown', 'checking', 'needs_attention', 'retry_wait') AND lease_epoch = :lease_epoch;",
        "AND state IN ('unknown', 'checking', 'needs_attention', 'retry_wait');",
        (f"{_CLAIMS}::test_a_late_response_counts_for_the_expired_claim_and_for_no_other",),
        "a late answer decides although something was sent since",
    ),
    Guard(
        _CALLS,
        "lease_epoch = lease_epoch + CASE WHEN state = 'sending' THEN 1 ELSE 0 END",
        "lease_epoch = lease_epoch + 0",
        (f"{_OUTBOX}::test_a_late_answer_decides_what_was_unknown_unless_something_was_sent_since",),
        "a claim that was given up counts as if it still held",
    ),
    Guard(
        _CALLS,
        "AND (lease_until_ms < :steady_ms OR lease_until_ms > :latest_ms);",
        "AND :steady_ms < :latest_ms;",
        (f"{_OUTBOX}::test_a_call_whose_program_died_is_checked_not_repeated",),
        "what another program is sending just now is taken for abandoned",
    ),
    Guard(
        _CALLS,
        "AND state = 'unknown' AND check_at_ms <= :steady_ms\nRETURNING checks;",
        "AND state = 'unknown'\nRETURNING checks;",
        ("tests/operations/sending/test_verify.py::test_no_check_runs_while_the_platform_may_still_act",),
        "a call is looked into while its platform may still act on it",
    ),
    Guard(
        _CALLS,
        "SET check_at_ms = 0 WHERE connection_id = :connection_id AND state = 'unknown' AND checks > 0",
        "SET check_at_ms = 0 WHERE connection_id = :connection_id AND state = 'unknown'",
        (
            "tests/operations/inbound/test_process.py::test_a_call_of_unknown_outcome_is_checked_once_its_store_was_imported",
        ),
        "a shop that was read ends the settle time of a call that was never looked into",
    ),
    Guard(
        _CALLS,
        "WHERE id = :id AND state = 'checking' AND owner = :owner AND checks = :checks_begun;",
        "WHERE id = :id AND state = 'checking';",
        (
            "tests/operations/sending/test_verify.py::test_a_check_that_took_too_long_does_not_decide_after_another_one_began",
        ),
        "an earlier look decides after another one began",
    ),
    Guard(
        _CALLS,
        "AND (other.fingerprint <> :fingerprint OR :repeatable = 0);",
        "AND (other.fingerprint = :fingerprint OR :repeatable = 0);",
        ("tests/operations/outbox/test_late_states.py::test_a_state_that_waits_says_why_and_goes_by_itself",),
        "a newer state goes while an older one may still be acted on",
    ),
    Guard(
        _CALLS,
        "SET may_act_until_ms = :until_ms WHERE id = :id AND may_act_until_ms < :until_ms;",
        "SET may_act_until_ms = :until_ms WHERE id = :id;",
        (f"{_CLAIMS}::test_a_second_lost_attempt_never_shortens_the_time_in_which_the_first_may_be_acted_on",),
        "a second lost attempt shortens the time in which the first may be acted on",
    ),
    Guard(
        _CALLS,
        "WHERE id = :id AND state IN ('pending', 'retry_wait') AND due_at_ms < :due_at_ms;",
        "WHERE id = :id AND state IN ('pending', 'retry_wait');",
        (f"{_CLAIMS}::test_a_call_is_not_claimed_before_its_time",),
        "a shorter wait takes the place of a longer one",
    ),
    Guard(
        _CALLS,
        "WHERE id = :id AND state = :from_state;",
        "WHERE id = :id;",
        (f"{_CLAIMS}::test_a_call_is_moved_only_from_the_state_that_was_seen",),
        "a person's decision overwrites what happened in the same moment",
    ),
    Guard(
        _CALLS,
        "WHERE state = 'held' AND due_at_ms <= :steady_ms AND counts_down = 0\nRETURNING id;",
        "WHERE state = 'held' AND counts_down = 0\nRETURNING id;",
        ("tests/operations/shipping/test_undo.py::test_what_is_undone_in_time_was_never_sent",),
        "what a packer can still undo is sent",
    ),
    Guard(
        _CALLS,
        "WHERE state = 'held' AND due_at_ms <= :steady_ms AND counts_down = 0\nRETURNING id;",
        "WHERE state = 'held' AND due_at_ms <= :steady_ms\nRETURNING id;",
        ("tests/operations/shipping/test_by_itself.py::test_it_is_sent_once_after_the_countdown_and_by_nobody_before",),
        "a shipment that nobody commanded is sent after a crash",
    ),
    Guard(
        _CALLS,
        "SELECT id, state, may_act_until_ms > 0 OR EXISTS (",
        "SELECT id, state, EXISTS (",
        (f"{_DISCARDED}::test_what_may_have_left_before_an_error_of_the_program_is_not_retried_at_once",),
        "a shipment is undone of which a platform may know",
    ),
    Guard(
        _CALLS,
        "OR :repeatable = 0);",
        ");",
        (f"{_CLAIMS}::test_the_same_request_waits_as_well_unless_it_may_be_repeated",),
        "what must not be doubled goes while the same may still be acted on",
    ),
    Guard(
        _BATCHES,
        "WHERE id = :id AND state = 'checking' AND in_job = 1 AND lease_epoch = :lease_epoch",
        "WHERE id = :id AND state = 'checking' AND in_job = 1",
        ("tests/operations/sending/test_verify.py::test_a_job_result_counts_only_for_the_request_in_that_job",),
        "what a job tells counts for another request than the one that was in it",
    ),
    Guard(
        _BATCHES,
        "AND in_job = 1 AND check_at_ms = :was_ms;",
        "AND in_job = 1;",
        ("tests/operations/sending/test_verify.py::test_one_program_checks_a_job_at_a_time",),
        "two programs look at one job and settle its calls twice",
    ),
    Guard(
        _BATCHES,
        "AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))\nORDER BY call.id;",
        "AND older.state = 'none')\nORDER BY call.id;",
        (
            "tests/operations/sending/test_batches.py::test_an_order_with_an_older_call_that_is_not_at_its_end_goes_in_no_batch",
        ),
        "a call goes in a batch before an older one of its order has ended",
    ),
    Guard(
        _SCHEMA,
        "CREATE UNIQUE INDEX one_call_in_flight ON call",
        "CREATE INDEX one_call_in_flight ON call",
        (f"{_OUTBOX}::test_two_calls_of_an_order_and_connection_are_never_open_at_once",),
        "two calls of an order are on their way to one platform at once",
    ),
    Guard(
        _SCHEMA,
        "    key TEXT NOT NULL UNIQUE,",
        "    key TEXT NOT NULL,",
        (f"{_CLAIMS}::test_two_calls_never_have_one_key",),
        "two calls have one idempotency key",
    ),
    Guard(
        _TRIGGERS,
        "WHEN old.request IS NOT NULL AND NOT (old",
        "WHEN 1 = 0 AND NOT (old",
        (f"{_OUTBOX}::test_the_record_cannot_be_changed",),
        "what is sent again is not what was sent the first time",
    ),
)

# What may ship, and what is known of it.
_SHIPPING = (
    Guard(
        _UNITS_IN_A_FILE,
        "WHERE id = :id AND order_id = :order_id AND shipped + cancelled + :units <= ordered\n",
        "WHERE id = :id AND order_id = :order_id\n",
        (f"{_UNITS}::test_no_more_units_ship_than_were_ordered[sqlite]",),
        "two stations ship the last unit of a line",
    ),
    Guard(
        _UNITS_ON_A_SERVER,
        "    AND order_line.shipped + order_line.cancelled + claimed.units <= order_line.ordered\n",
        "",
        (f"{_UNITS}::test_no_more_units_ship_than_were_ordered[postgresql]",),
        "two stations on a server ship the last unit of a line",
    ),
    Guard(
        _ORDERS,
        "AND :units > 0 AND shipped + cancelled + :units <= ordered\n",
        "AND :units > 0\n",
        (f"{_UNITS}::test_no_more_units_ship_than_were_ordered[sqlite]",),
        "units are cancelled that have shipped",
    ),
    Guard(
        _UNITS_IN_A_FILE,
        "WHERE id = :id AND order_id = :order_id AND shipped >= :units\nRETURNING id;",
        "WHERE id = :id AND order_id = :order_id\nRETURNING id;",
        (f"{_UNITS}::test_no_more_units_come_back_than_had_shipped_or_were_cancelled[sqlite]",),
        "more units come back than had shipped",
    ),
    Guard(
        _UNITS_ON_A_SERVER,
        "    AND order_line.shipped >= released.units\n",
        "",
        (f"{_UNITS}::test_no_more_units_come_back_than_had_shipped_or_were_cancelled[postgresql]",),
        "more units come back on a server than had shipped",
    ),
    Guard(
        _ORDERS,
        "as_of = CASE WHEN excluded.as_of > link.as_of THEN excluded.as_of ELSE link.as_of END\nRETURNING id;",
        "as_of = excluded.as_of\nRETURNING id;",
        ("tests/operations/sending/test_verify.py::test_an_event_never_makes_a_document_older",),
        "an older reading that comes late takes the place of a newer one",
    ),
    Guard(
        "shipconsole/store/sql/shipments.sql",
        "WHERE id = :id AND tracking_number = :old_number;",
        "WHERE id = :id;",
        (
            "tests/operations/sending/test_verify.py::test_a_label_is_corrected_only_where_it_is_still_the_one_that_was_seen",
        ),
        "one correction of a label overwrites another",
    ),
    Guard(
        "shipconsole/store/sql/shipments.sql",
        "WHERE package.tracking_key = :key AND shipment.undone_at_ms IS NULL",
        "WHERE package.tracking_key = :key AND shipment.undone_at_ms IS NOT NULL",
        ("tests/operations/orders/test_labels.py::test_a_number_of_another_order_is_refused_and_names_it",),
        "a label of another package is used again, however it is written",
    ),
    Guard(
        _TRIGGERS,
        "elapsed_ms ON attempt BEGIN",
        "elapsed_ms ON attempt WHEN 1 = 0 BEGIN",
        (f"{_OUTBOX}::test_the_record_cannot_be_changed",),
        "the record of what was tried and seen can be changed",
    ),
    Guard(
        "shipconsole/store/sql/connections.sql",
        "SET held_until_ms = :until_ms WHERE id = :id AND held_until_ms < :until_ms;",
        "SET held_until_ms = :until_ms WHERE id = :id;",
        (f"{_CLAIMS}::test_nothing_is_claimed_for_a_connection_that_may_not_be_called",),
        "a shorter pause cuts a longer one short that the platform asked for",
    ),
)

# What comes in, and what is forwarded.
_INBOUND = (
    Guard(
        _DELIVERIES,
        "state = CASE WHEN :recurs = 1 THEN 'new' ELSE webhook_event.state END,",
        "state = 'new',",
        ("tests/operations/inbound/test_process.py::test_a_repeated_store_import_is_a_new_event_and_a_package_is_not",),
        "a webhook that came twice is worked off twice",
    ),
    Guard(
        _DELIVERIES,
        "SET state = CASE WHEN duplicates > :duplicates THEN 'new' ELSE :state END, message = :message",
        "SET state = :state, message = :message",
        ("tests/operations/sending/test_verify.py::test_an_event_received_again_during_processing_is_reprocessed",),
        "news that came while the same was worked off are never looked at",
    ),
    Guard(
        _DELIVERIES,
        "AND received_at_ms < :before_ms\nAND state IN ('processed', 'ignored')",
        "AND received_at_ms < :before_ms",
        ("tests/operations/maintenance/test_retention.py::test_what_waits_is_never_removed",),
        "a webhook that nobody worked off is removed",
    ),
    Guard(
        _DELIVERIES,
        "AND COALESCE(processed_at_ms, received_at_ms) < :before_ms AND waits_for = ''",
        "AND COALESCE(processed_at_ms, received_at_ms) < :before_ms",
        ("tests/operations/maintenance/test_retention.py::test_what_waits_is_never_removed",),
        "a webhook that waits for its order is removed",
    ),
    Guard(
        _DELIVERIES,
        "    AND follow_up_job.kind = 'confirm'))",
        "    AND follow_up_job.kind = ''))",
        ("tests/operations/maintenance/test_retention.py::test_what_waits_is_never_removed",),
        "a webhook that its platform does not bear out yet is removed",
    ),
    Guard(
        _PASSING,
        "    AND forward_review.confirmed = 1 AND forwarding_rule.mode = 'auto'",
        "    AND forwarding_rule.mode = 'auto'",
        ("tests/operations/forwarding/test_forward.py::test_a_webhook_alone_notifies_no_platform",),
        "a webhook alone has a buyer notified",
    ),
    Guard(
        _PASSING,
        "    AND forward_review.confirmed = 1 AND forwarding_rule.mode = 'auto'",
        "    AND forward_review.confirmed = 1",
        ("tests/operations/forwarding/test_forward.py::test_under_review_a_person_decides_first",),
        "a package is forwarded that a person wanted to see first",
    ),
    Guard(
        _PASSING,
        "WHERE id = :id AND state IN ('proposed', 'refused');",
        "WHERE id = :id;",
        ("tests/operations/forwarding/test_forward_twice.py::test_what_has_shipped_is_not_declined_afterwards",),
        "what was decided on a package is decided once more",
    ),
)

# The database itself.
_DATABASE = (
    Guard(
        "shipconsole/store/fitness.py",
        "return mark.read(store) or max(",
        "return mark.read(store) or None and max(",
        (f"{_LOST}::test_an_older_file_without_its_mark_is_noticed_by_a_newer_backup",),
        "an older database is used once its mark is lost",
    ),
    Guard(
        "shipconsole/store/restoring.py",
        "                _store_lost_packages(target, _shipped_in(store))\n",
        "",
        (
            "tests/operations/maintenance/test_restoring.py::test_what_shipped_since_the_backup_does_not_ship_again_unasked",
        ),
        "what shipped since the backup ships again",
    ),
    Guard(
        _BACKUP,
        "UPDATE forwarding_rule SET mode = 'review' WHERE mode = 'auto'",
        "UPDATE forwarding_rule SET mode = 'auto' WHERE mode = 'auto'",
        ("tests/operations/maintenance/test_restoring.py::test_a_package_that_was_forwarded_is_not_forwarded_again",),
        "after a restore packages are forwarded a second time",
    ),
    Guard(
        _BACKUP,
        "WHERE state IN ('held', 'pending', 'retry_wait', 'blocked');",
        "WHERE state IN ('blocked');",
        ("tests/durability/test_restoring.py::test_nothing_that_is_restored_goes_by_itself",),
        "after a restore what was sent since the copy is sent again",
    ),
    Guard(
        _BACKUP,
        "WHERE state IN ('sending', 'unknown', 'checking');",
        "WHERE state IN ('sending');",
        ("tests/durability/test_restoring.py::test_nothing_that_is_restored_goes_by_itself",),
        "after a restore what nobody knows the outcome of is decided by itself",
    ),
    Guard(
        "shipconsole/store/sql/info.sql",
        "commits = CASE WHEN commits > :commits THEN commits ELSE :commits END + 1",
        "commits = commits",
        (
            f"{_LOST}::test_an_older_database_is_used_once_somebody_says_so",
            "tests/durability/test_restoring.py::test_what_was_restored_before_is_restored_again",
        ),
        "a restored database counts as older than it is, or as new as one that is not there",
    ),
    Guard(
        "shipconsole/store/fitness.py",
        "if found.commits < known.commits:",
        "if found.commits < 0:",
        (f"{_LOST}::test_commits_that_were_only_in_the_log_are_missed",),
        "a database that lost its last commits is used without a word",
    ),
    Guard(
        "shipconsole/store/fitness.py",
        "if found.database_id != known.database_id:",
        "if not found.database_id:",
        (f"{_LOST}::test_another_database_in_its_place_is_noticed",),
        "another database is used as if it were this one",
    ),
    Guard(
        "shipconsole/store/fitness.py",
        "    if expected or mark.file_of(store).exists() or backups_of(store) or _size(",
        "    if expected or _size(",
        (f"{_LOST}::test_a_lost_database_is_not_silently_created_anew",),
        "an empty database takes the place of a lost one",
    ),
    Guard(
        "shipconsole/store/mark.py",
        "(found.database_id == mark.database_id and found.commits < mark.commits)",
        "found.database_id == mark.database_id",
        ("tests/store/test_mark.py::test_who_committed_before_and_writes_later_takes_nothing_back",),
        "the high-water mark goes back, and lost commits are not noticed",
    ),
    Guard(
        "shipconsole/store/mark.py",
        'if len(line) != _LENGTH or check != f"{zlib.crc32(what):08x}".encode():',
        "if len(line) != _LENGTH:",
        (
            f"{_LOST}::test_half_a_mark_is_none",
            f"{_LOST}::test_a_mark_that_cannot_be_read_says_nothing_and_is_written_anew",
        ),
        "a mark that was half written keeps a sound database from being opened",
    ),
    Guard(
        "shipconsole/store/sqlite.py",
        "            if _identity(self.file) != identity:\n                raise",
        "            if False:\n                raise",
        (
            "tests/durability/test_bad_disks.py::test_a_store_that_was_deleted_while_open_saves_nothing_until_it_is_back",
        ),
        "what is saved goes into a file that is no longer there",
    ),
    Guard(
        "shipconsole/store/database.py",
        '            connection.execute("ROLLBACK TO job")\n',
        "",
        ("tests/store/test_database.py::test_a_function_that_fails_changes_nothing_and_its_neighbours_stay",),
        "half of what failed is stored",
    ),
    Guard(
        "shipconsole/store/engine.py",
        "OLDEST_SAFE = (3, 51, 3)",
        "OLDEST_SAFE = (3, 7, 0)",
        ("tests/store/test_engine.py::test_an_engine_that_can_lose_commits_is_refused",),
        "an engine is used that can lose commits",
    ),
    Guard(
        "shipconsole/store/engine.py",
        '"synchronous": 2,',
        '"synchronous": 1,',
        ("tests/store/test_engine.py::test_what_makes_a_commit_last_is_set",),
        "a power cut takes away what was said to be stored",
    ),
    Guard(
        "shipconsole/store/engine.py",
        "    if _lacks_wal(file):",
        "    if False:",
        ("tests/store/test_backup.py::test_a_log_that_was_taken_away_after_a_crash_is_noticed",),
        "a database whose last commits were taken away is opened as whole",
    ),
    Guard(
        "shipconsole/store/engine.py",
        "os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600",
        "os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644",
        ("tests/store/test_database.py::test_only_the_owner_may_read_the_files",),
        "others on the computer can read the orders",
    ),
    Guard(
        "shipconsole/store/steady_time.py",
        "if run == stored_run and passed_ms > 0 else at_ms",
        "if run == stored_run and passed_ms > 0 else wall_ms",
        ("tests/store/test_steady_time.py::test_it_stands_still_while_the_computer_is_off",),
        "a clock that was set while the computer was off ends or prolongs every wait",
    ),
)

# What is removed for its age never comes back.
_REMOVAL = (
    Guard(
        _BLANKING,
        "SELECT finished_order.id, finished_order.changed_at_ms FROM finished_order\nWHERE (finished_order.blanked",
        "SELECT finished_order.id, finished_order.changed_at_ms FROM orders AS finished_order\n"
        "WHERE (finished_order.blanked",
        (f"{_BLANKED}::test_nothing_unfinished_unknown_or_needing_attention_is_blanked",),
        "data removal finds orders that are unfinished, unknown or need attention",
    ),
    Guard(
        _BLANKING,
        "SELECT 1 FROM finished_order WHERE finished_order.id = :order_id",
        "SELECT 1 FROM orders AS finished_order WHERE finished_order.id = :order_id",
        (f"{_BLANKED}::test_nothing_unfinished_unknown_or_needing_attention_is_blanked",),
        "data removal takes the address of an order that somebody opened since it was found",
    ),
    Guard(
        _TRIGGERS,
        "BEFORE DELETE ON attempt\nWHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove')",
        "BEFORE DELETE ON attempt\nWHEN NOT EXISTS (SELECT 1 FROM data_removal)",
        (f"{_BLANKED}::test_append_only_tables_give_way_to_the_operation_alone",),
        "data removal that only blanks can delete attempts",
    ),
    Guard(
        _TRIGGERS,
        "ON manual_change\nWHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank')",
        "ON manual_change\nWHEN 0 AND NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank')",
        (f"{_BLANKED}::test_append_only_tables_give_way_to_the_operation_alone",),
        "the audit log can be changed without data removal",
    ),
    Guard(
        _SCHEMA,
        "manual_change_id BIGINT PRIMARY KEY REFERENCES manual_change (id),",
        "manual_change_id BIGINT PRIMARY KEY,",
        (f"{_BLANKED}::test_a_removal_needs_its_entry_in_the_audit_log",),
        "data removal leaves no entry in the audit log",
    ),
    Guard(
        "shipconsole/store/age_time.py",
        "    return min(wall_ms, row[0] + steady_time.now_ms(db, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms))",
        "    return wall_ms",
        (
            f"{_AHEAD}::test_a_clock_a_year_ahead_at_the_start_removes_nothing",
            f"{_AHEAD}::test_a_clock_that_jumps_ahead_while_the_program_runs_removes_nothing",
        ),
        "data removal takes everything finished because a clock is a year ahead",
    ),
    Guard(
        "shipconsole/store/age_time.py",
        "        return min(server_ms, wall_ms)",
        "        return wall_ms",
        (f"{_AHEAD}::test_a_clock_a_year_ahead_at_the_start_removes_nothing",),
        "data removal of one station whose clock is ahead takes everything finished on the server",
    ),
    Guard(
        "shipconsole/store/age_time.py",
        "        return min(server_ms, wall_ms)",
        "        return server_ms",
        (f"{_AHEAD}::test_a_server_that_is_ahead_of_its_station_removes_nothing",),
        "data removal takes everything finished because the server's clock is ahead",
    ),
    Guard(
        "shipconsole/store/age_time.py",
        "        if ahead_ms * step_ms <= 0:\n            step_ms, step_at_ms = ahead_ms, steady_ms\n"
        "        elif abs(ahead_ms) < abs(step_ms):\n            step_ms = ahead_ms",
        "        step_ms = ahead_ms",
        ("tests/store/test_age_time.py::test_that_it_was_ahead_a_little_for_long_proves_nothing",),
        "data removal believes a clock that jumped just now because it was wrong a little for long",
    ),
    Guard(
        "shipconsole/store/backup.py",
        "    if newest is None or newest[0].at_ms < before_ms:\n        return 0\n",
        "",
        (
            "tests/store/test_backup.py::test_backups_older_than_some_days_go_only_beside_a_newer_one_that_can_be_restored",
        ),
        "data removal deletes the last backup that can be restored",
    ),
)

STORE: tuple[Guard, ...] = (*_ONCE, *_SHIPPING, *_INBOUND, *_DATABASE, *_REMOVAL)
