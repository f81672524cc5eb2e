"""The lines of `vendors/` that guard something."""

from tests.mutation.guard import Guard

_HTTP = "shipconsole/vendors/http.py"
_PAGING = "shipconsole/vendors/paging.py"
_FIELD_ERRORS = "shipconsole/vendors/field_errors.py"
_SIGNATURES = "shipconsole/vendors/shipengine/webhook_signatures.py"
_LIMITS = "shipconsole/vendors/response_limits.py"
_TESTS = "tests/vendors"
_FRESH = "tests/operations/sending/test_fresh_claims.py"
_HTTP_TESTS = f"{_TESTS}/test_http.py"

# Whether anything left, and whether it may be sent again.
_ONCE = (
    Guard(
        "shipconsole/vendors/rate_limiter.py",
        "            if loop_s() - turn_s <= self._late_s:\n",
        "            if True:\n",
        ("tests/operations/test_rate_limit.py::test_a_station_that_wakes_too_late_takes_another_turn",),
        "a platform sees two requests closer together than its limit allows",
    ),
    Guard(
        _HTTP,
        "                    if self._limiter.refusals != refusals:\n",
        "                    if False:\n",
        (f"{_HTTP_TESTS}::test_what_waited_when_the_platform_asked_for_a_pause_is_not_sent",),
        "what waited is sent although the platform asked for a pause",
    ),
    Guard(
        _HTTP,
        "            return NoResponse(message) if trace.headers_started else NotSent(message)\n",
        "            return NotSent(message)\n",
        (f"{_HTTP_TESTS}::test_a_request_has_a_total_deadline_even_while_bytes_arrive",),
        "a call that got no answer in time counts as never sent",
    ),
    Guard(
        _HTTP,
        "    if trace.headers_started:\n",
        "    if False:\n",
        (f"{_HTTP_TESTS}::test_a_connection_that_drops_before_the_request_is_read_means_no_response",),
        "a call whose line dropped half way counts as never sent",
    ),
    Guard(
        _HTTP,
        'if event.endswith("send_request_headers.started"):',
        'if event.endswith("send_request_headers.complete"):',
        (f"{_TESTS}/test_sending_headers.py::test_headers_that_were_sent_in_part_may_have_arrived",),
        "headers that left in part count as never sent",
    ),
    Guard(
        _HTTP,
        "            if _with_sleep_s() > self._until_s:\n",
        "            if False:\n",
        (f"{_FRESH}::test_a_station_that_was_stopped_while_it_sent_leaves_nothing_that_is_acted_on[headers sent]",),
        "a computer that slept after the headers sends what another station has taken over",
    ),
    Guard(
        _HTTP,
        "if _with_sleep_s() - began_s > longest_s:\n",
        "if False:\n",
        (f"{_HTTP_TESTS}::test_what_the_computer_slept_over_is_not_sent_to_its_end[its turn]",),
        "a computer that slept while it connected sends what another station has taken over",
    ),
    Guard(
        _HTTP,
        "    if isinstance(error, _UnreadableError):\n",
        "    if False:\n",
        (f"{_HTTP_TESTS}::test_an_endless_response_is_cut_off_at_the_limit",),
        "why an answer cannot be read is not told",
    ),
    Guard(
        _HTTP,
        "return await pool.handle_async_request(request)",
        "return await self._kept.handle_async_request(request)",
        (f"{_HTTP_TESTS}::test_a_request_that_must_not_be_duplicated_has_a_socket_of_its_own",),
        "a notification goes over a kept line, of whose end nobody can say whether it arrived",
    ),
    Guard(
        _HTTP,
        "        follow_redirects=False,\n",
        "        follow_redirects=True,\n",
        (f"{_HTTP_TESTS}::test_a_redirect_is_a_response_and_is_not_followed",),
        "keys go to another address, and a call is made twice",
    ),
    Guard(
        _HTTP,
        'reason = reason.replace(word, "********") if len(word) > 3 else reason',
        "reason = reason",
        (f"{_HTTP_TESTS}::test_a_key_that_a_server_sends_back_is_not_in_our_message",),
        "a key that a server sends back is told in words",
    ),
    Guard(
        _HTTP,
        "    if len(body) > BODY_LIMIT:\n",
        "    if False:\n",
        (f"{_HTTP_TESTS}::test_an_endless_response_is_cut_off_at_the_limit",),
        "an answer without end fills the memory",
    ),
    Guard(
        _HTTP,
        "    if has_content and not decompressor.eof:\n",
        "    if False:\n",
        (f"{_HTTP_TESTS}::test_a_response_that_cannot_be_decompressed_counts_as_no_response",),
        "a packed answer that is cut off counts as whole",
    ),
    Guard(
        _HTTP,
        "        if not all(map(_is_sendable, headers.values())):\n",
        "        if False:\n",
        (f"{_HTTP_TESTS}::test_a_key_that_no_header_can_hold_is_neither_sent_nor_shown",),
        "a key that no header can hold gets into an error",
    ),
    Guard(
        _FIELD_ERRORS,
        "if 400 <= status < 500 and status not in (408, 425):",
        "if 400 <= status < 500:",
        (_TESTS + "/test_field_errors.py::test_a_status_decides_the_outcome",),
        "a call that may have been acted on counts as refused",
    ),
    Guard(
        _FIELD_ERRORS,
        '    return Unsure(sentences(Message("platform.status", platform=vendor, status=str(status)), quoted))\n',
        '    return TryLater(sentences(Message("platform.status", platform=vendor, status=str(status)), quoted))\n',
        (_TESTS + "/test_field_errors.py::test_a_status_decides_the_outcome",),
        "a platform that failed after it had acted is told again",
    ),
    Guard(
        _FIELD_ERRORS,
        "return min(max(wait_s, 1.0), 3_600.0)",
        "return wait_s",
        (_TESTS + "/test_field_errors.py::test_how_long_to_wait",),
        "a platform's mistake has its calls wait for days, or not at all",
    ),
    Guard(
        _FIELD_ERRORS,
        "    if device.stopped_request:\n        return TryLater",
        "    if True:\n        return TryLater",
        (f"{_TESTS}/test_intermediary.py::test_any_other_page_does_not_blame_the_key_and_is_unsure",),
        "a page that a proxy put in an answer's place has the call sent again",
    ),
    Guard(
        _FIELD_ERRORS,
        "    if response.status != ACCEPTED_ONLY or intermediary(response):\n",
        "    if True:\n",
        (_TESTS + "/test_intermediary.py::test_a_202_is_accepted_and_not_done",),
        "what is only taken in counts as done",
    ),
    Guard(
        _FIELD_ERRORS,
        "[: MAX_MESSAGE - 1].rstrip(_KEY_CHARACTERS)",
        "[: MAX_MESSAGE - 1]",
        (
            "tests/operations/sending/test_masked_answers.py::test_no_part_of_a_key_is_kept_where_a_long_sentence_is_cut",
        ),
        "half a key is stored where a long sentence is cut",
    ),
    Guard(
        "shipconsole/vendors/shipengine/requests.py",
        "        repeatable=False,\n",
        "        repeatable=True,\n",
        ("tests/operations/outbox/test_outbox.py::test_a_notification_that_may_have_arrived_is_not_sent_again",),
        "the shop writes to the buyer twice",
    ),
    Guard(
        "shipconsole/vendors/shipengine/outcome_check.py",
        'if found == _ABSENT and ShipEngineOptions.read(sent.options).reports_immediately == "yes":',
        "if found == _ABSENT:",
        ("tests/operations/outbox/test_read_back.py::test_absence_proves_nothing_for_a_store_that_may_report_late",),
        "a shop that is slow to tell has a notification sent twice",
    ),
    Guard(
        "shipconsole/vendors/shipengine/outcome_check.py",
        "(found == _ALONE and not sent.others_sent)",
        "found == _ALONE",
        ("tests/operations/outbox/test_read_back.py::test_a_part_beside_another_package_proves_nothing",),
        "a notification that never arrived counts as confirmed",
    ),
    Guard(
        "shipconsole/vendors/starshipit/outcome_check.py",
        "if added and len(found) == len(added):",
        "if found:",
        ("tests/operations/outbox/test_read_back.py::test_starshipit_is_asked_for_what_was_added",),
        "half of what was sent counts as all",
    ),
    Guard(
        "shipconsole/vendors/starshipit/replies.py",
        "    if outcome is None and reply.success is False:\n",
        "    if False:\n",
        (f"{_TESTS}/starshipit/test_replies.py::test_a_rejection_with_status_200",),
        "a refusal with status 200 counts as a success",
    ),
    Guard(
        "shipconsole/vendors/shipup/replies.py",
        "    if outcome is None and field_errors:\n",
        "    if False:\n",
        (_TESTS + "/shipup/test_replies.py::test_a_success_that_names_errors_is_a_rejection_and_a_page_is_unsure",),
        "a refusal with a status of success counts as one",
    ),
    Guard(
        "shipconsole/vendors/request.py",
        'sent = "\\n".join((self.method, self.path, repr(self.query), self.body_text))',
        'sent = "\\n".join((self.method, self.path, repr(self.query)))',
        ("tests/operations/outbox/test_late_states.py::test_a_state_that_waits_says_why_and_goes_by_itself",),
        "two states of an order count as the same, and the older one comes last",
    ),
)

# What is believed of what comes.
_BELIEVED = (
    Guard(
        _SIGNATURES,
        "        except InvalidSignature:\n            return False\n",
        "        except InvalidSignature:\n            return True\n",
        ("tests/receiver/test_signatures.py::test_only_the_right_signature_is_accepted",),
        "every signature is right",
    ),
    Guard(
        _SIGNATURES,
        'text = timestamp.encode("latin-1", "replace") + b"." + body',
        'text = timestamp.encode("latin-1", "replace") + b"."',
        ("tests/receiver/test_signatures.py::test_only_the_right_signature_is_accepted",),
        "one signature is right for every body",
    ),
    Guard(
        _SIGNATURES,
        'if entry.get("kty") != "RSA" or not is_for_signing or modulus.bit_length() not in KEY_BITS:',
        'if entry.get("kty") != "RSA" or not is_for_signing:',
        ("tests/receiver/test_signatures.py::test_only_the_right_signature_is_accepted",),
        "a key is believed that can be broken",
    ),
    Guard(
        "shipconsole/vendors/shipengine/webhook_events.py",
        'key = content_hash(json_text([kind, address, fields.get("data")]).encode())',
        "key = content_hash(body)",
        (_TESTS + "/shipengine/test_webhook_events.py::test_the_same_event_is_recognized_however_it_is_spaced",),
        "an event that comes again is a new one",
    ),
    Guard(
        "shipconsole/vendors/swiftpod/webhook_events.py",
        'key = f"{name}:{uuid}"[:200] if has_id else content_hash(body)',
        'key = f"{uuid}"[:200] if has_id else content_hash(body)',
        (_TESTS + "/swiftpod/test_webhook_events.py::test_events_with_the_same_uuid_are_distinguished_by_their_names",),
        "news are taken for a duplicate and never looked at",
    ),
)

# Lists and answers come to an end.
_ENDS = (
    Guard(
        _PAGING,
        "        if self._pages > 1 and page.entries and not has_new:\n",
        "        if False:\n",
        (f"{_TESTS}/test_paging.py::test_a_page_without_new_entries_ends_the_list_whatever_its_cursor",),
        "a platform that gives the same page for ever is read for ever, or counts as read to its end",
    ),
    Guard(
        _PAGING,
        "        elif page.next_cursor in self._requested_cursors:\n",
        "        elif False:\n",
        (f"{_TESTS}/test_paging.py::test_a_repeated_cursor_ends_the_list_whatever_is_on_the_page",),
        "a platform that leads in a circle is read round and round",
    ),
    Guard(
        _PAGING,
        "        if not page.entries:\n            self.shortfalls",
        "        if False:\n            self.shortfalls",
        (f"{_TESTS}/test_paging.py::test_an_empty_page_with_a_cursor_ends_the_list",),
        "empty pages are read for ever",
    ),
    Guard(
        _PAGING,
        "self._pages >= PAGES_MOST or self._thin_pages > THIN_PAGES_MOST:",
        "self._pages >= PAGES_MOST:",
        (f"{_TESTS}/test_paging.py::test_reading_stops_early_after_many_nearly_empty_pages",),
        "a thousand pages with an order each are read, at the timings of the platform",
    ),
    Guard(
        _PAGING,
        "if self._total is not None and len(self._received.keys() | self._known) < self._total:",
        "if False:",
        (f"{_TESTS}/test_paging.py::test_fewer_entries_than_the_platform_counted_are_a_shortfall",),
        "a list that lacks orders counts as read to its end",
    ),
    Guard(
        _LIMITS,
        "    if _has_long_text(body):\n",
        "    if False:\n",
        (f"{_TESTS}/test_response_limits.py::test_a_text_is_measured_as_it_will_stand_in_memory",),
        "one text fills the memory",
    ),
    Guard(
        _LIMITS,
        "return containers <= CONTAINERS and containers + separators < PARTS",
        "return containers + separators < PARTS",
        (f"{_TESTS}/test_response_limits.py::test_an_excessive_response_is_rejected_and_costs_no_memory",),
        "objects of a few bytes fill the memory",
    ),
    Guard(
        _LIMITS,
        "    if len(body) * _width(body) > TEXT_BYTES:\n",
        "    if len(body) > TEXT_BYTES:\n",
        (f"{_TESTS}/test_response_limits.py::test_a_text_is_measured_as_it_will_stand_in_memory",),
        "one unusual character has a text fill four times the memory",
    ),
    Guard(
        _FIELD_ERRORS,
        "        if inside and depth > MAX_NESTING:\n",
        "        if False:\n",
        (_TESTS + "/test_field_errors.py::test_nesting_has_an_end",),
        "an answer that is nested without end ends the program",
    ),
)

VENDORS: tuple[Guard, ...] = (*_ONCE, *_BELIEVED, *_ENDS)
