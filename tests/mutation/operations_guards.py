"""The lines of `operations/` that guard something."""

from tests.mutation.guard import Guard

_BLANKED = "tests/operations/maintenance/test_blanking.py"
_AHEAD = "tests/operations/maintenance/test_clock_ahead.py"
_SENDERS = "tests/operations/sending/test_senders.py"
_SHARED = "tests/operations/sending/test_shared_work.py"
_SENDING = "shipconsole/operations/sending/send.py"
_OUTCOMES = "shipconsole/operations/sending/outcomes.py"
_RECEIVING = "shipconsole/operations/inbound/receive.py"
_PROCESSING = "shipconsole/operations/inbound/process.py"
_PASSING_ON = "shipconsole/operations/forwarding/forward.py"
_OUTBOX = "tests/operations/outbox/test_outbox.py"
_CORRECTING = "tests/operations/shipping/test_correct.py"
_DISCARDED = "tests/operations/outbox/test_discarded.py"
_MASKED = "tests/operations/sending/test_masked_answers.py"
_SIGNATURES = "tests/receiver/test_signatures.py"
_READ_BACK = "tests/operations/outbox/test_read_back.py"

# Sent once, whatever happens to this computer, the line and the platform.
_ONCE = (
    Guard(
        _OUTCOMES,
        "            return Unsure(no_response(vendor.title, message))\n",
        "            return TryLater(no_response(vendor.title, message))\n",
        (f"{_OUTBOX}::test_a_notification_that_may_have_arrived_is_not_sent_again",),
        "a notification whose answer was lost is sent again",
    ),
    Guard(
        _OUTCOMES,
        "        case Unsure(message) if request.repeatable:\n",
        "        case Unsure(message):\n",
        (f"{_OUTBOX}::test_a_notification_that_may_have_arrived_is_not_sent_again",),
        "a notification that may have arrived is sent again",
    ),
    Guard(
        _OUTCOMES,
        'return Ending("unknown", message, check_at_ms=steady_ms + settle_delay_ms)',
        'return Ending("unknown", message, check_at_ms=steady_ms)',
        (f"{_READ_BACK}::test_nothing_is_checked_while_the_platform_may_still_act",),
        "a platform is looked at while it may still act",
    ),
    Guard(
        _SENDING,
        "    if isinstance(outcome, Unsure):\n        calls.may_act_until(",
        "    if False:\n        calls.may_act_until(",
        ("tests/operations/outbox/test_late_states.py::test_a_state_that_waits_says_why_and_goes_by_itself",),
        "an older state of an order overwrites a newer one",
    ),
    Guard(
        _SENDING,
        "    return is_fresh and left_ms >= ctx.timings.lease_ms // 2\n",
        "    return left_ms >= ctx.timings.lease_ms // 2\n",
        ("tests/faults/test_waiting.py::test_a_computer_that_slept_after_the_claim_does_not_send_on_it",),
        "a computer that slept sends on a claim that was given up",
    ),
    Guard(
        _SENDING,
        "link.as_of < calls.newest_attempt_of_other_updates(db, call_id)",
        "link.as_of < 0",
        (f"{_OUTBOX}::test_an_update_is_not_built_from_a_document_older_than_another_update",),
        "a package is added a second time that another program added",
    ),
    Guard(
        _SENDING,
        'lost = NoResponse(Message("network.closed"))',
        'lost = NotSent(Message("network.closed"))',
        (
            "tests/operations/outbox/test_claims.py::test_what_was_on_its_way_when_the_program_was_closed_may_have_arrived",
        ),
        "what was on its way when the program was closed is sent again",
    ),
    Guard(
        _SENDING,
        "    if link is None and orders.linked(db, connection.id, number) is not None:\n",
        "    if False:\n",
        ("tests/operations/shipping/test_ship.py::test_an_order_sent_to_a_platform_is_the_order_that_it_has",),
        "the buyer of another order of the same number is notified",
    ),
    Guard(
        "shipconsole/operations/importing/upsert.py",
        "            if as_of is not None and as_of < known_as_of:\n",
        "            if False:\n",
        (f"{_OUTBOX}::test_an_older_reading_never_takes_the_place_of_a_newer_one",),
        "an update is built of a document older than an update sent since",
    ),
    Guard(
        "shipconsole/operations/sending/batches.py",
        "        if await sending.is_still_claimed(ctx, [claimed.claim for claimed in in_hand]):\n",
        "        if True:\n",
        (
            "tests/operations/sending/test_verify.py::test_a_computer_that_slept_after_the_claims_sends_no_batch_on_them",
        ),
        "a computer that slept sends a batch on claims that were given up",
    ),
    Guard(
        "shipconsole/operations/connections/senders.py",
        "    if others_left(db, ctx, connection.id):\n        leases.release",
        "    if False:\n        leases.release",
        (f"{_SENDERS}::test_three_of_twenty_stations_hold_keys_and_one_of_them_a_stale_one[sqlite]",),
        "one stale key blocks every station",
    ),
    Guard(
        "shipconsole/operations/worker.py",
        " or waiting >= timings.most_waiting\n",
        "\n",
        ("tests/operations/sending/test_in_flight.py::test_few_updates_are_claimed_that_only_wait_for_their_turn",),
        "updates that only wait for their turn are claimed, and unknown if the program ends",
    ),
    Guard(
        "shipconsole/operations/worker.py",
        "            if due.connection_id not in held:\n",
        "            if False:\n",
        (f"{_SHARED}::test_updates_and_what_follows_them_cost_no_more_requests_with_several_stations[sqlite-4]",),
        "each station reads an order anew for one update",
    ),
    Guard(
        "shipconsole/operations/outbox/settle_delay.py",
        "return max(delay_ms, ctx.timings.settle_delay_answers * connections.longest_response_ms(db, connection.id))",
        "return wanted_ms",
        (f"{_READ_BACK}::test_the_settle_delay_is_at_least_four_times_the_longest_response_time",),
        "a slow platform is looked at while it may still act",
    ),
    Guard(
        "shipconsole/operations/outbox/recovery.py",
        "    elif call.repeatable:\n",
        "    elif True:\n",
        (f"{_OUTBOX}::test_a_call_whose_program_died_is_checked_not_repeated",),
        "a notification that a killed program may have sent is sent again",
    ),
    Guard(
        "shipconsole/operations/outbox/recovery.py",
        "        calls.may_act_until(db, abandoned.id, steady_ms + settles_ms)\n",
        "        calls.may_act_until(db, abandoned.id, steady_ms)\n",
        (
            "tests/operations/outbox/test_late_states.py::test_what_a_program_that_ended_had_in_hand_holds_newer_states_back_too",
        ),
        "what a killed program sent overwrites a newer state",
    ),
    Guard(
        "shipconsole/operations/outbox/recovery.py",
        ">= ctx.timings.crashes_most:",
        "> 99:",
        (
            "tests/faults/test_order.py::test_a_call_that_the_program_dies_of_twice_is_left_to_a_person_and_the_others_go_on",
        ),
        "a call that ends the program ends it again and again",
    ),
    Guard(
        "shipconsole/operations/outbox/recovery.py",
        "if not (call.owner == mine and call.id in in_hand)]",
        "]",
        ("tests/operations/sending/test_verify.py::test_what_this_program_still_waits_for_is_not_abandoned",),
        "what this program still waits for is taken for abandoned",
    ),
    Guard(
        "shipconsole/operations/sending/verify.py",
        "if verdict.conclusive_at_once or steady_ms - first_ms >= apart_ms:",
        "if True:",
        (f"{_READ_BACK}::test_a_store_that_reports_immediately_is_trusted_after_two_checks",),
        "a shop that is slow to tell has a notification sent twice",
    ),
    Guard(
        "shipconsole/operations/outbox/resolve.py",
        "    if call.state not in _ALLOWED_STATES[decision]:\n",
        "    if False:\n",
        (f"{_OUTBOX}::test_a_person_may_settle_what_is_unknown_with_a_reason",),
        "what is confirmed or just being sent is sent again by hand",
    ),
    Guard(
        "shipconsole/operations/outbox/resolve.py",
        "calls.newer_confirmed(db, call.id):",
        "False:",
        ("tests/operations/sending/test_verify.py::test_an_older_state_is_not_retried_after_a_newer_one",),
        "an older state of an order is sent after a newer one",
    ),
    Guard(
        "shipconsole/operations/sending/send.py",
        "    if not calls.acts_until(db, call_id):\n",
        "    if False:\n",
        (f"{_READ_BACK}::test_what_no_platform_acted_on_is_built_anew_when_it_is_sent",),
        "what changed at a platform since an update was first tried is overwritten",
    ),
    Guard(
        "shipconsole/operations/outbox/resolve.py",
        "    if calls.newer_of_package(db, call.id):\n",
        "    if False:\n",
        (f"{_CORRECTING}::test_a_discarded_edit_is_not_retried_beside_a_newer_one",),
        "a package is notified of again beside a newer update about it",
    ),
    Guard(
        "shipconsole/operations/shipping/undo.py",
        "if call.may_be_known or not (call.state in (*UNSENT, *WITHDRAWN) or _is_untried(known[call.id]))",
        "if not (call.state in (*UNSENT, *WITHDRAWN) or _is_untried(known[call.id]))",
        ("tests/operations/shipping/test_undo.py::test_what_a_platform_answered_in_trouble_cannot_be_undone",),
        "a shipment is undone of which a platform may know",
    ),
    Guard(
        "shipconsole/operations/shipping/by_itself.py",
        "    if reason is not None:\n",
        "    if False:\n",
        ("tests/operations/shipping/test_by_itself.py::test_what_is_unusual_is_not_stored",),
        "an order with an uncertain label ships although nobody has commanded it",
    ),
    Guard(
        "shipconsole/operations/shipping/by_itself.py",
        "self.is_interrupted = self.is_interrupted or slept or is_set or passed_s > STALLED_S",
        "self.is_interrupted = False",
        ("tests/operations/shipping/test_by_itself.py::test_an_interrupted_countdown_leaves_the_shipment_to_a_person",),
        "a shipment that nobody commanded is sent after the computer slept",
    ),
    Guard(
        "shipconsole/operations/outbox/circuit_breaker.py",
        "    if failures >= timings.failures_most:\n",
        "    if False:\n",
        ("tests/operations/outbox/test_circuit_breaker.py::test_the_question_is_asked_after_a_pause_that_grows",),
        "a platform that is out of reach is asked without a pause",
    ),
)

# What ships, under which label.
_SHIPPING = (
    Guard(
        "shipconsole/operations/outbox/resolve.py",
        "    if not call.repeatable and left_ms > 0:\n",
        "    if False:\n",
        (f"{_DISCARDED}::test_what_may_still_arrive_is_not_retried",),
        "an update is sent again while its platform may still act on it",
    ),
    Guard(
        "shipconsole/operations/shipping/correct.py",
        "(call.state not in WITHDRAWN or call.id in may_be_known)",
        "call.state not in WITHDRAWN",
        (f"{_DISCARDED}::test_a_void_reaches_whoever_was_perhaps_notified",),
        "a platform that may know of a shipment hears nothing of its end",
    ),
    Guard(
        "shipconsole/operations/vendor_orders/create.py",
        "    if any(_may_have_arrived(db, ctx, connection, call) for call in created):\n",
        "    if False:\n",
        (f"{_DISCARDED}::test_an_order_that_was_perhaps_created_is_not_created_again_before_a_sync_shows_it",),
        "an order is created twice",
    ),
    Guard(
        "shipconsole/operations/shipping/ship.py",
        "        drafts.drop(db, order_id)\n",
        "        pass\n",
        (
            "tests/operations/shipping/test_ship.py::test_what_was_typed_is_gone_once_it_shipped_and_stays_where_it_did_not",
        ),
        "what has shipped stands there as packed, and is shipped again",
    ),
    Guard(
        "shipconsole/operations/shipping/plan.py",
        "    if not planned:\n",
        "    if False:\n",
        ("tests/operations/shipping/test_ship.py::test_a_package_that_no_platform_would_be_notified_of_is_refused",),
        "a shipment is stored of which nobody is notified",
    ),
    Guard(
        "shipconsole/operations/orders/labels.py",
        "if issue.kind not in accepted or (issue.stops and not reason.strip()))",
        "if issue.kind not in accepted)",
        ("tests/operations/orders/test_labels.py::test_a_number_is_used_again_with_a_reason_that_the_audit_log_has",),
        "a label that is in use is used again without a reason",
    ),
    Guard(
        "shipconsole/operations/orders/labels.py",
        "        uses = _in_draft(order, draft, position, read)\n",
        "        uses = ()\n",
        ("tests/operations/orders/test_labels.py::test_two_packages_of_one_shipment_have_two_numbers",),
        "two packages of a shipment get one label",
    ),
    Guard(
        "shipconsole/operations/orders/labels.py",
        "        uses=(*uses, *known),\n",
        "        uses=uses,\n",
        ("tests/operations/orders/test_labels.py::test_a_number_of_another_order_is_refused_and_names_it",),
        "a label of another order is taken",
    ),
)

# What comes in by itself.
_INBOUND = (
    Guard(
        _RECEIVING,
        'return None if key(signed.signature, signed.text) else ReceiveResult("untrusted", Message("signature.wrong"))',
        "return None",
        (f"{_SIGNATURES}::test_only_the_right_signature_is_accepted",),
        "whoever knows the address is believed",
    ),
    Guard(
        _RECEIVING,
        '            return ReceiveResult("unsigned", Message("signature.missing"))\n',
        "            return None\n",
        (f"{_SIGNATURES}::test_only_the_right_signature_is_accepted",),
        "a webhook without a signature is believed",
    ),
    Guard(
        _RECEIVING,
        "        if abs(late_by_ms) <= MAX_AGE_MS:\n",
        "        if True:\n",
        (f"{_SIGNATURES}::test_only_the_right_signature_is_accepted",),
        "a webhook that somebody recorded is believed for ever",
    ),
    Guard(
        _RECEIVING,
        "return connection if secret and is_right else None",
        "return connection if secret else None",
        ("tests/receiver/test_inbox.py::test_an_unknown_path_is_not_found",),
        "whoever guesses the name of a connection can send it webhooks",
    ),
    Guard(
        _RECEIVING,
        "fresh = now_s - self._fetched_at_s < KEYS_CACHED_S\n",
        "fresh = True\n",
        (f"{_SIGNATURES}::test_keys_are_requested_every_12_hours_and_at_most_once_a_minute",),
        "a key that its platform has withdrawn is believed for ever",
    ),
    Guard(
        _RECEIVING,
        '            return ReceiveResult("retry_later", error.message)\n',
        '            return ReceiveResult("stored")\n',
        ("tests/receiver/test_inbox.py::test_a_failing_database_has_the_webhook_resent_later",),
        "a webhook that could not be stored is never sent again",
    ),
    Guard(
        _PROCESSING,
        "        case OrderEvent(order=order) if order.is_test:\n",
        "        case OrderEvent(order=order) if False:\n",
        ("tests/operations/inbound/test_process.py::test_a_test_order_does_nothing",),
        "the invented numbers of a test order are taken for real",
    ),
    Guard(
        _PROCESSING,
        "return _is_older(db, connection, order) or upsert.is_ambiguous(db, connection, order)",
        "return upsert.is_ambiguous(db, connection, order)",
        (
            "tests/operations/inbound/test_process.py::test_orders_of_an_event_are_imported_and_an_older_event_undoes_nothing",
        ),
        "an older webhook undoes what is newer",
    ),
    Guard(
        _PROCESSING,
        "case PackageEvent(track=announced, order_number=number, is_unverified=True) if work.package is None:",
        "case PackageEvent(track=announced, order_number=number, is_unverified=True) if False:",
        (
            "tests/operations/inbound/test_process.py::test_a_hint_changes_no_package_that_starshipit_does_not_confirm",
            "tests/operations/inbound/test_process.py::test_a_hint_that_starshipit_does_not_confirm_leads_only_to_a_message",
        ),
        "a hint that its platform does not confirm changes a package",
    ),
    Guard(
        _PASSING_ON,
        'if rule is None or rule.mode == "off" or order.is_test:',
        'if rule is None or rule.mode == "off":',
        (
            "tests/operations/forwarding/test_forward_twice.py::test_no_package_of_a_test_order_is_proposed_whoever_asks",
        ),
        "a buyer is notified of a test order",
    ),
    Guard(
        _PASSING_ON,
        "if any(number_key(package.tracking_number) == number_key(now.tracking_number)",
        "if any(False",
        ("tests/operations/forwarding/test_forward.py::test_a_number_that_was_entered_here_is_not_entered_again",),
        "a package that was entered here is forwarded a second time",
    ),
    Guard(
        _PASSING_ON,
        '    if now is None or now.state not in ("proposed", "refused"):\n',
        "    if now is None:\n",
        (
            "tests/operations/forwarding/test_forward_twice.py::test_a_package_that_another_station_declined_meanwhile_does_not_ship",
        ),
        "two programs forward one package, each once",
    ),
    Guard(
        _PASSING_ON,
        "    if all(link.connection_id != now.connection_id for link in links):\n",
        "    if False:\n",
        (
            "tests/operations/forwarding/test_forward.py::test_a_package_of_a_connection_that_does_not_know_the_order_is_refused",
        ),
        "a package of another order ships this one",
    ),
    Guard(
        _PASSING_ON,
        "in_use = NUMBER_IN_USE if is_free or reuse_reason.strip() else ()",
        "in_use = NUMBER_IN_USE",
        ("tests/operations/forwarding/test_forward.py::test_a_number_in_two_orders_is_a_package_of_each",),
        "a forwarded package takes a number that another package here has",
    ),
    Guard(
        "shipconsole/operations/maintenance/ages.py",
        "return await ctx.write(ctx.follow_clock) - days * DAY_MS",
        "return await ctx.write(ctx.follow_clock)",
        (
            "tests/operations/maintenance/test_retention.py::test_processed_events_are_removed_after_some_days_and_still_recognized",
        ),
        "webhooks are removed before their days are over",
    ),
)

# No key gets out, or into the database.
_KEYS = (
    Guard(
        _SENDING,
        "    text = mask(with_escapes(answer.body[:read], answer.headers)",
        "    text = (with_escapes(answer.body[:read], answer.headers)",
        (f"{_MASKED}::test_an_answer_to_a_call_is_kept_without_the_key",),
        "an answer that repeats the key is stored as it came",
    ),
    Guard(
        _SENDING,
        "    read = ANSWER_KEPT + LONGEST_SPELLING\n",
        "    read = ANSWER_KEPT\n",
        (f"{_MASKED}::test_no_part_of_a_key_is_kept_where_a_long_answer_is_cut",),
        "half a key is stored where a long answer is cut",
    ),
    Guard(
        _OUTCOMES,
        "problem._replace(message=masked(problem.message)) for problem in ending.problems)",
        "problem for problem in ending.problems)",
        (f"{_MASKED}::test_an_answer_to_a_call_is_kept_without_the_key",),
        "a refusal that repeats the key is stored as it came",
    ),
    Guard(
        _OUTCOMES,
        "    return ending._replace(message=masked(ending.message), problems=problems)\n",
        "    return ending._replace(problems=problems)\n",
        (f"{_MASKED}::test_an_answer_to_a_call_is_kept_without_the_key",),
        "what became of a call is stored with the key in it",
    ),
    Guard(
        _SENDING,
        "    ending = masked_ending(\n        ending_of(",
        "    ending = (\n        ending_of(",
        (f"{_MASKED}::test_why_a_call_could_not_be_begun_is_kept_without_the_key",),
        "why a call could not be begun is stored with the key in it",
    ),
    Guard(
        "shipconsole/operations/connections/senders.py",
        "    message = masked(message)\n",
        "",
        (f"{_MASKED}::test_an_answer_to_a_call_is_kept_without_the_key",),
        "why a connection is blocked is stored with the key in it",
    ),
    Guard(
        _SENDING,
        "message = NO_MESSAGE if isinstance(outcome, Refused) else masked(outcome.message)",
        "message = NO_MESSAGE if isinstance(outcome, Refused) else outcome.message",
        (f"{_MASKED}::test_an_answer_to_a_call_is_kept_without_the_key",),
        "why a platform was out of reach is stored with the key in it",
    ),
    Guard(
        "shipconsole/operations/sending/verify.py",
        "    ending = ending._replace(message=masked(ending.message))\n",
        "",
        (f"{_MASKED}::test_a_platform_that_repeats_what_it_was_sent_gets_no_key_into_the_database",),
        "what a look at a platform came to is stored with the key in it",
    ),
    Guard(
        "shipconsole/operations/connections/ask_once.py",
        "    return masked(outcome.message)\n",
        "    return outcome.message\n",
        (f"{_MASKED}::test_a_platform_that_repeats_what_it_was_sent_gets_no_key_into_the_database",),
        "why a question was put off is stored with the key in it",
    ),
    Guard(
        "shipconsole/operations/maintenance/diagnostics.py",
        "*(plain(mask(line)) for line in lines or",
        "*(plain(line) for line in lines or",
        ("tests/operations/maintenance/test_diagnostics.py::test_no_key_that_was_planted_is_in_it",),
        "what is written for a helper holds keys",
    ),
    Guard(
        "shipconsole/operations/connections/connections.py",
        'if parts.scheme == "http" and parts.hostname not in',
        "if False and parts.hostname not in",
        (
            "tests/operations/connections/test_connections.py::test_wrong_entries_are_refused_by_name_and_nothing_is_stored",
        ),
        "keys go over the network unencrypted",
    ),
)

# What is removed for its age never comes back, and names that were removed do not either.
_REMOVAL = (
    Guard(
        "shipconsole/operations/importing/upsert.py",
        "apply(blanked_order(remote), by_platform=False)",
        "apply(remote, by_platform=False)",
        (f"{_BLANKED}::test_what_is_read_again_of_a_finished_order_brings_nothing_back",),
        "data removal is undone by the next sync of a finished order",
    ),
    Guard(
        "shipconsole/operations/maintenance/ages.py",
        "    return await ctx.write(ctx.follow_clock) - days * DAY_MS",
        "    return ctx.clock.now_ms() - days * DAY_MS",
        (f"{_AHEAD}::test_a_clock_that_jumps_ahead_while_the_program_runs_removes_nothing",),
        "data removal counts ages by a clock that is a year ahead",
    ),
)

OPERATIONS: tuple[Guard, ...] = (*_ONCE, *_SHIPPING, *_INBOUND, *_KEYS, *_REMOVAL)
