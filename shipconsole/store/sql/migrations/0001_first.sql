-- Times are whole milliseconds of UTC in BIGINT, booleans are 0 or 1, JSON is TEXT: the same in every database.
-- Times that the program waits for are in the steady time of store/steady_time.py, which lists their columns; all others
-- are in wall time.
-- Messages are stored as ids with arguments (domain/message.py).

CREATE TABLE steady_time (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    at_ms BIGINT NOT NULL,
    -- The computer's boot, and its monotonic clock at that moment.
    run TEXT NOT NULL,
    monotonic_ms BIGINT NOT NULL,
    -- The time that ages are counted by (store/age_time.py) is the steady time plus this; it follows a clock that was
    -- set by `step_ms` once the computer has run for long enough since `step_at_ms`, a steady time.
    apart_ms BIGINT NOT NULL DEFAULT 0,
    step_ms BIGINT NOT NULL DEFAULT 0,
    step_at_ms BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE connection (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    vendor TEXT NOT NULL,
    base_url TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{{}}',
    -- Whether updates are blocked (API key, plan, certificate), and the message that says why.
    is_blocked INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    blocked_message TEXT NOT NULL DEFAULT '',
    -- No request is sent before this time: the platform asked to wait.
    held_until_ms BIGINT NOT NULL DEFAULT 0,
    -- How many requests in a row got no response, since when, and the last message. Above a limit a harmless request
    -- probes the platform first.
    failures BIGINT NOT NULL DEFAULT 0,
    failing_since_ms BIGINT NOT NULL DEFAULT 0,
    failing_message TEXT NOT NULL DEFAULT '',
    -- The longest time to a response: a request without a response may still take effect for a multiple of it.
    longest_response_ms BIGINT NOT NULL DEFAULT 0,
    -- How often the webhook URL was rotated; its secret is in the keyring, and is read again after each rotation.
    path_changes BIGINT NOT NULL DEFAULT 0,
    -- Since when a person has paused sending, 0 while it is not paused, and who did so at which station.
    paused_at_ms BIGINT NOT NULL DEFAULT 0,
    paused_by TEXT NOT NULL DEFAULT '',
    paused_station TEXT NOT NULL DEFAULT '',
    synced_at_ms BIGINT,
    -- Why the last sync was incomplete (`operations.importing.import_orders.SyncProblem`); empty if it was complete.
    sync_problem TEXT NOT NULL DEFAULT ''
);

-- The programs that send updates: a window or a `serve`, one for each profile. `seen_at_ms` is the steady time of the
-- last heartbeat, or one too old to count once a program has ended: one without a heartbeat for long sends nothing.
CREATE TABLE sending_station (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    is_serve INTEGER NOT NULL DEFAULT 0 CHECK (is_serve IN (0, 1)),
    -- 0 if a person chose in its settings that it sends nothing.
    sends INTEGER NOT NULL DEFAULT 1 CHECK (sends IN (0, 1)),
    seen_at_ms BIGINT NOT NULL
);

-- What each of them last learned of its keys: it sends for a connection, or why it leaves that to others.
CREATE TABLE sender (
    station_id TEXT NOT NULL,
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    state TEXT NOT NULL CHECK (state IN ('sends', 'no_key', 'no_keyring', 'failed')),
    message TEXT NOT NULL DEFAULT '',
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (station_id, connection_id)
);
CREATE INDEX senders_by_connection ON sender (connection_id, station_id);

-- Work that one station does for all, until a time unless it is renewed. Whoever does it a second time does no harm, but
-- requests the same from the platform again.
CREATE TABLE lease (
    task TEXT NOT NULL,
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    station_id TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (task, connection_id)
);

CREATE TABLE orders (
    id {identity},
    number TEXT NOT NULL,
    -- The number in its normal form, by which it is found; 0001001 and 1001 differ.
    match_key TEXT NOT NULL,
    -- The number with padded digits, so that 9 sorts before 10; for sorting only.
    number_key TEXT NOT NULL,
    -- The connection whose items and address are used; the others only add their ids.
    primary_connection_id BIGINT REFERENCES connection (id),
    ship_to TEXT NOT NULL DEFAULT '{{}}',
    -- Name and city, as the order list shows them.
    recipient TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('open', 'partly_shipped', 'shipped', 'cancelled')),
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    -- Units, and 1 for each line whose quantity is not a whole number of units.
    ordered_units BIGINT NOT NULL DEFAULT 0,
    shipped_units BIGINT NOT NULL DEFAULT 0,
    left_units BIGINT NOT NULL DEFAULT 0,
    -- How many of those lines a person still has to resolve.
    unresolved_lines BIGINT NOT NULL DEFAULT 0,
    -- How many updates of the order need attention.
    needs_attention BIGINT NOT NULL DEFAULT 0,
    ordered_at_ms BIGINT,
    -- Year 9999 if no date is known, so that such orders sort last.
    due_at_ms BIGINT NOT NULL DEFAULT 253402300799000,
    note TEXT NOT NULL DEFAULT '',
    -- The shipping service that the customer chose, in the store's words.
    service TEXT NOT NULL DEFAULT '',
    -- 1 if it is packed first, and who decided: 'person', the rule that it met, or '' while nobody did.
    is_first INTEGER NOT NULL DEFAULT 0 CHECK (is_first IN (0, 1)),
    first_by TEXT NOT NULL DEFAULT '',
    -- 1 until the rules for orders to pack first were applied to what it has now.
    rules_due INTEGER NOT NULL DEFAULT 1 CHECK (rules_due IN (0, 1)),
    -- How many updates of the order are under way: scheduled, queued, sent, retried or checked. Kept by triggers.
    waiting_updates BIGINT NOT NULL DEFAULT 0,
    -- The text to search, made by `store.search_text` from number, name, city, SKUs and tracking numbers.
    search_text TEXT NOT NULL DEFAULT '',
    changed_at_ms BIGINT NOT NULL,
    -- When its names, addresses and scans were removed some days after its end (store/blanking.py); NULL while it has
    -- them, and earlier than `changed_at_ms` once there may be new ones.
    blanked_at_ms BIGINT
);
CREATE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_match_key ON orders (match_key, id);
CREATE INDEX orders_by_number_key ON orders (number_key, id);
CREATE INDEX orders_by_changed ON orders (changed_at_ms, id);
CREATE INDEX orders_to_ship_by_due ON orders (is_first DESC, due_at_ms, number_key, id) WHERE left_units > 0;
CREATE INDEX orders_to_ship_by_number ON orders (is_first DESC, number_key, id) WHERE left_units > 0;
CREATE INDEX orders_to_ship_by_recipient ON orders (is_first DESC, recipient, id) WHERE left_units > 0;
CREATE INDEX orders_to_ship_by_id ON orders (id) WHERE left_units > 0;
CREATE INDEX orders_with_same_recipient ON orders (recipient, id) WHERE left_units > 0;
CREATE INDEX orders_partly_by_due ON orders (is_first DESC, due_at_ms, number_key, id) WHERE state = 'partly_shipped';
CREATE INDEX orders_waiting_by_changed ON orders (changed_at_ms, id) WHERE waiting_updates > 0;
CREATE INDEX orders_with_rules_due ON orders (id) WHERE rules_due = 1 AND left_units > 0;
CREATE INDEX orders_shipped_by_changed ON orders (changed_at_ms, id) WHERE state = 'shipped';
CREATE INDEX orders_needing_attention ON orders (due_at_ms, number_key, id) WHERE needs_attention > 0;
-- Finished orders that still have names and addresses, by age.
CREATE INDEX orders_to_blank ON orders (changed_at_ms, id) WHERE left_units = 0 AND waiting_updates = 0
    AND needs_attention = 0 AND unresolved_lines = 0 AND (blanked_at_ms IS NULL OR blanked_at_ms < changed_at_ms);

-- How many orders each view of the order list has, so that none is counted by reading them. Kept by triggers.
CREATE TABLE view_count (
    view TEXT PRIMARY KEY,
    orders BIGINT NOT NULL DEFAULT 0
);
INSERT INTO view_count (view) VALUES ('to_ship'), ('partly'), ('shipped'), ('waiting'), ('needs_attention'), ('all');

-- The packer and the station that pack an order at present. `at_ms` is when the claim began, `seen_at_ms` when its
-- station last worked on the order: a claim that was not renewed for long no longer counts.
CREATE TABLE claim (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    station TEXT NOT NULL,
    operator TEXT NOT NULL DEFAULT '',
    at_ms BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    -- 1 if it ends when the order is closed: it began when the order was opened.
    by_opening INTEGER NOT NULL DEFAULT 0 CHECK (by_opening IN (0, 1))
);
CREATE INDEX claims_by_station ON claim (station, order_id);
CREATE INDEX claims_by_operator ON claim (operator, order_id) WHERE operator <> '';

-- How a platform changed an order whose updates or draft were waiting, until a person has seen it.
CREATE TABLE order_change (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    at_ms BIGINT NOT NULL,
    connection TEXT NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    -- A list of [SKU, units before, units now]; an empty SKU is the address.
    changes TEXT NOT NULL DEFAULT '[]'
);

-- How far the rules of each station for orders to pack first were applied since they were last changed.
CREATE TABLE station_rules (
    station TEXT PRIMARY KEY,
    rules TEXT NOT NULL,
    applied_to_id BIGINT NOT NULL DEFAULT 0
);

-- Filters of the order list that people saved, shared by all stations.
CREATE TABLE saved_filter (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    view TEXT NOT NULL,
    sort TEXT NOT NULL,
    words TEXT NOT NULL DEFAULT ''
);

-- The people who pack. The PIN is stored as a slow, salted hash, the badge as the code printed on it.
CREATE TABLE packer (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    badge TEXT NOT NULL DEFAULT '',
    badge_key TEXT NOT NULL DEFAULT '',
    pin_salt TEXT NOT NULL DEFAULT '',
    pin_hash TEXT NOT NULL DEFAULT '',
    -- Wrong PINs in a row, and until when no PIN is accepted after too many.
    wrong_pins BIGINT NOT NULL DEFAULT 0,
    locked_until_ms BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX packers_by_badge ON packer (badge_key) WHERE badge_key <> '';

CREATE TABLE order_line (
    id {identity},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    -- What a scan is compared with: the normal forms of the SKU and of the platform's barcode for the item, if any.
    sku_key TEXT NOT NULL,
    barcode TEXT NOT NULL DEFAULT '',
    barcode_key TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    shipped BIGINT NOT NULL DEFAULT 0 CHECK (shipped >= 0),
    -- The greater of the two below.
    cancelled BIGINT NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
    -- As the order's primary connection reports.
    cancelled_by_platform BIGINT NOT NULL DEFAULT 0 CHECK (cancelled_by_platform >= 0),
    -- As cancelled at a station, whatever the platform reports.
    cancelled_here BIGINT NOT NULL DEFAULT 0 CHECK (cancelled_here >= 0),
    weight_g BIGINT,
    -- The quantity as JSON text if it is not a whole number of units; `ordered` is then the last known number.
    quantity_text TEXT NOT NULL DEFAULT '',
    -- How a person resolved such a line, and the quantity (JSON text) at that time.
    resolution TEXT NOT NULL DEFAULT '' CHECK (resolution IN ('', 'shipped', 'cancelled')),
    resolved_quantity TEXT NOT NULL DEFAULT '',
    UNIQUE (order_id, position)
);
CREATE INDEX order_lines_by_sku ON order_line (sku_key, sku);
CREATE INDEX order_lines_by_barcode ON order_line (barcode_key) WHERE barcode_key <> '';

-- How many units a case holds, by the 14 digits on it, as entered by a person.
CREATE TABLE case_units (
    code TEXT PRIMARY KEY,
    units BIGINT NOT NULL CHECK (units > 0),
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT ''
);

CREATE TABLE link (
    id {identity},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    remote_id TEXT NOT NULL,
    remote_number TEXT NOT NULL DEFAULT '',
    match_key TEXT NOT NULL DEFAULT '',
    source_id TEXT NOT NULL DEFAULT '',
    source_name TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT '',
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    shipped_elsewhere INTEGER NOT NULL DEFAULT 0 CHECK (shipped_elsewhere IN (0, 1)),
    -- The platform's complete JSON as last read.
    document TEXT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    -- The newest attempt of any update when the document was requested.
    as_of BIGINT NOT NULL DEFAULT 0,
    UNIQUE (connection_id, remote_id),
    UNIQUE (order_id, connection_id)
);

CREATE TABLE line_link (
    link_id BIGINT NOT NULL REFERENCES link (id),
    line_id BIGINT NOT NULL REFERENCES order_line (id),
    remote_id TEXT NOT NULL,
    -- NULL if it is not a whole number of units; quantity_text then has it as JSON text.
    quantity BIGINT,
    quantity_text TEXT NOT NULL DEFAULT '',
    -- 1 if a person paired the two: then the id alone counts, whatever the SKUs.
    is_manual INTEGER NOT NULL DEFAULT 0 CHECK (is_manual IN (0, 1)),
    PRIMARY KEY (link_id, line_id)
);
CREATE INDEX links_by_match_key ON link (connection_id, match_key);
CREATE INDEX links_by_source ON link (connection_id, source_id, source_name);
CREATE INDEX line_links_by_line ON line_link (line_id);

-- Orders that a person decided to keep separate; each pair is stored both ways round.
CREATE TABLE kept_separate (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    other_id BIGINT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (order_id, other_id)
);
CREATE INDEX kept_separate_by_other ON kept_separate (other_id);

-- Orders that became part of others; their numbers and ids still find those.
CREATE TABLE joined_order (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    match_key TEXT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id)
);
CREATE INDEX joined_orders_by_match_key ON joined_order (match_key, order_id);
CREATE INDEX joined_orders_by_order ON joined_order (order_id, id);

-- Each scan at a station, and each answer of a person to a verdict: the raw text, how it was identified and the
-- verdict shown, as codes. Append-only.
CREATE TABLE scan (
    id {identity},
    order_id BIGINT,
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    raw TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    number TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL,
    -- '' for a scan with a verdict, 'typed' for one with a typed quantity, else 'repeated' or the answer a person gave.
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX scans_by_order ON scan (order_id, id);
CREATE INDEX scans_by_time ON scan (at_ms);

-- Which of several possible carriers a connection's labels belong to; `carriers` are ids separated by spaces.
CREATE TABLE carrier_choice (
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    carriers TEXT NOT NULL,
    carrier TEXT NOT NULL,
    PRIMARY KEY (connection_id, carriers)
);

-- The order that is open at a station, to open it again after a crash.
CREATE TABLE open_order (
    station TEXT PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    -- The field that had the keyboard focus and its cursor, as JSON, empty for the scan field.
    focus TEXT NOT NULL DEFAULT ''
);

-- What people changed by hand, append-only. It stays when its order becomes part of another.
CREATE TABLE manual_change (
    id {identity},
    -- 0 for a change that is about no order.
    order_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    -- What was done, a message.
    what TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    -- The order that became part of this one through this change.
    joined_order_id BIGINT
);
CREATE INDEX manual_changes_by_order ON manual_change (order_id, id);
CREATE INDEX manual_changes_by_time ON manual_change (at_ms);

CREATE TABLE shipment (
    id {identity},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    created_at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    -- When it was undone or voided; its units are left to ship again since then.
    undone_at_ms BIGINT
);
CREATE INDEX shipments_by_order ON shipment (order_id, id);
CREATE INDEX shipments_by_time ON shipment (created_at_ms);

CREATE TABLE package (
    id {identity},
    shipment_id BIGINT NOT NULL REFERENCES shipment (id),
    position INTEGER NOT NULL,
    tracking_number TEXT NOT NULL CHECK (tracking_number <> ''),
    -- The number as it is compared: upper case, without blanks and dashes.
    tracking_key TEXT NOT NULL,
    carrier TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    weight_g BIGINT,
    length_mm BIGINT,
    width_mm BIGINT,
    height_mm BIGINT,
    -- Units that a person entered instead of scanning each.
    typed_units BIGINT NOT NULL DEFAULT 0,
    raw_scan TEXT NOT NULL DEFAULT '',
    -- 1 if neither a check digit nor a unique prefix identifies the carrier.
    unverified INTEGER NOT NULL DEFAULT 0 CHECK (unverified IN (0, 1)),
    -- What a person accepted about the label, a list of codes (domain/label.py), and why.
    accepted TEXT NOT NULL DEFAULT '[]',
    kept_reason TEXT NOT NULL DEFAULT '',
    -- The same for the packages of several orders that are in one box, on purpose; else empty.
    box TEXT NOT NULL DEFAULT '',
    UNIQUE (shipment_id, position)
);
CREATE INDEX packages_by_box ON package (box) WHERE box <> '';
CREATE INDEX packages_by_tracking_key ON package (tracking_key);
-- The newest unverified numbers of a length, from which a station learns label formats.
CREATE INDEX packages_unverified ON package (LENGTH(tracking_key), id) WHERE unverified = 1;
CREATE INDEX packages_by_tracking_number ON package (tracking_number);

-- Hand-over lists: which packages a carrier was given, when and by whom. A package is on one list at most.
CREATE TABLE hand_over (
    id {identity},
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT ''
);
CREATE INDEX hand_overs_by_time ON hand_over (at_ms, id);

CREATE TABLE hand_over_package (
    package_id BIGINT PRIMARY KEY REFERENCES package (id),
    hand_over_id BIGINT NOT NULL REFERENCES hand_over (id)
);
CREATE INDEX hand_over_packages_by_list ON hand_over_package (hand_over_id, package_id);

-- Packages that shipped after the restored backup was made, so that their shipments are missing here.
CREATE TABLE lost_package (
    tracking_key TEXT PRIMARY KEY,
    order_number TEXT NOT NULL,
    shipped_at_ms BIGINT NOT NULL,
    packer TEXT NOT NULL DEFAULT ''
);

-- A package's tracking details before and after each edit, append-only.
CREATE TABLE package_change (
    id {identity},
    package_id BIGINT NOT NULL REFERENCES package (id),
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    old_number TEXT NOT NULL,
    number TEXT NOT NULL,
    old_carrier TEXT NOT NULL DEFAULT '',
    carrier TEXT NOT NULL DEFAULT '',
    old_service TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    -- What was accepted about the label before and after, lists of codes.
    old_accepted TEXT NOT NULL DEFAULT '[]',
    accepted TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX package_changes_by_package ON package_change (package_id, id);

CREATE TABLE packed (
    package_id BIGINT NOT NULL REFERENCES package (id),
    line_id BIGINT NOT NULL REFERENCES order_line (id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (package_id, line_id)
);

-- The outbox. A row is one update for one connection, about a shipment or about a person's change of the order
-- there. The states are in domain/call.py.
CREATE TABLE call (
    id {identity},
    -- Our own id of the request, created before the first byte is sent and never changed.
    key TEXT NOT NULL UNIQUE,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    shipment_id BIGINT REFERENCES shipment (id),
    -- The change that a person wants, as JSON, if the update is not about a shipment.
    intent TEXT,
    -- Set if the platform takes one package per request.
    package_id BIGINT REFERENCES package (id),
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    state TEXT NOT NULL CHECK (state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking',
        'needs_attention', 'confirmed', 'rejected', 'blocked', 'dead', 'cancelled', 'superseded')),
    summary TEXT NOT NULL DEFAULT '',
    created_at_ms BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- 0 is at once, whatever the clock says.
    due_at_ms BIGINT NOT NULL,
    -- 1 while the countdown of a shipment that nobody commanded runs: only the program that counts releases it.
    counts_down INTEGER NOT NULL DEFAULT 0 CHECK (counts_down IN (0, 1)),
    -- The next check of the platform, after an attempt with an unknown outcome.
    check_at_ms BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    first_try_ms BIGINT NOT NULL DEFAULT 0,
    -- Until when an attempt without a response may still take effect at the platform, and overwrite anything newer.
    may_act_until_ms BIGINT NOT NULL DEFAULT 0,
    -- The request as JSON and its hash, fixed from the first attempt on that may have taken effect.
    request TEXT,
    fingerprint TEXT,
    repeatable INTEGER NOT NULL DEFAULT 0 CHECK (repeatable IN (0, 1)),
    -- The process that is working on it, and until when its lease lasts.
    owner TEXT NOT NULL DEFAULT '',
    lease_epoch BIGINT NOT NULL DEFAULT 0,
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    problems TEXT NOT NULL DEFAULT '[]',
    vendor_request_id TEXT NOT NULL DEFAULT '',
    supersedes BIGINT REFERENCES call (id),
    -- How often the platform was checked after an attempt with an unknown outcome.
    checks BIGINT NOT NULL DEFAULT 0,
    -- What the platform had before the last attempt, and what later checks found, as JSON.
    evidence TEXT NOT NULL DEFAULT '{{}}',
    -- Its position among the updates of its order and connection: its id, or the position of the update it supersedes.
    position BIGINT NOT NULL,
    -- The platform's id of the batch job that it is or was in; in_job is 1 while the job runs.
    job TEXT NOT NULL DEFAULT '',
    in_job INTEGER NOT NULL DEFAULT 0 CHECK (in_job IN (0, 1)),
    -- 1 if it must be sent by itself: a batch job's result did not say what became of it.
    alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    -- 1 while it is not sent because its order changed and no person has seen that yet.
    on_hold INTEGER NOT NULL DEFAULT 0 CHECK (on_hold IN (0, 1)),
    CHECK ((shipment_id IS NULL) <> (intent IS NULL)),
    CHECK (state <> 'sending' OR (request IS NOT NULL AND attempts > 0))
);
-- Never two updates of one order and connection in flight or undecided at once.
CREATE UNIQUE INDEX one_call_in_flight ON call (connection_id, order_id)
    WHERE state IN ('sending', 'unknown', 'checking', 'needs_attention');
CREATE INDEX calls_waiting ON call (due_at_ms, id) WHERE state = 'retry_wait';
CREATE INDEX calls_held ON call (due_at_ms, id) WHERE state = 'held';
CREATE INDEX calls_unknown ON call (check_at_ms, id) WHERE state = 'unknown';
CREATE INDEX calls_leased ON call (lease_until_ms) WHERE state IN ('sending', 'checking');
CREATE INDEX calls_in_jobs ON call (connection_id, job) WHERE in_job = 1;
CREATE INDEX calls_by_order ON call (order_id, connection_id, id);
CREATE INDEX calls_by_changed ON call (changed_at_ms, id);
CREATE INDEX calls_by_connection ON call (connection_id, state, id);
CREATE INDEX calls_by_shipment ON call (shipment_id);
CREATE INDEX calls_to_connection ON call (connection_id, shipment_id);
CREATE INDEX calls_unfinished ON call (state, changed_at_ms, id)
    WHERE state NOT IN ('confirmed', 'cancelled', 'superseded');
CREATE INDEX calls_withdrawn ON call (state, changed_at_ms, id) WHERE state IN ('cancelled', 'superseded');

-- Updates with order number and connection name; the columns are in the order of `store.calls.Call`.
CREATE VIEW call_with_names AS
SELECT call.id, call.key, call.order_id, orders.number, call.shipment_id, call.intent, call.package_id,
    call.connection_id, connection.name, connection.vendor, call.state, call.summary, call.created_at_ms,
    call.changed_at_ms, call.due_at_ms, call.check_at_ms, call.attempts, call.request, call.repeatable, call.message,
    call.problems, call.vendor_request_id, call.supersedes, call.checks, call.evidence, call.first_try_ms
FROM call JOIN orders ON orders.id = call.order_id JOIN connection ON connection.id = call.connection_id;

-- Each attempt to send an update, and each check of it, append-only.
CREATE TABLE attempt (
    id {identity},
    call_id BIGINT NOT NULL REFERENCES call (id),
    number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    -- 'sending' before the first byte, then 'answered', 'not_sent', 'lost' or 'abandoned'; 'read_back' for a check of
    -- the platform, 'person' for a person's decision, 'failed' for an error in the program.
    what TEXT NOT NULL,
    status INTEGER,
    vendor_request_id TEXT NOT NULL DEFAULT '',
    -- The beginning of the response, keys masked.
    answer TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL DEFAULT '',
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    elapsed_ms BIGINT
);
CREATE INDEX attempts_by_call ON attempt (call_id, id);
CREATE INDEX attempts_by_time ON attempt (at_ms);

-- Follow-up tasks, which may run twice without harm: refresh a store, read an order again.
CREATE TABLE follow_up_job (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    order_id BIGINT NOT NULL REFERENCES orders (id),
    kind TEXT NOT NULL,
    due_at_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    UNIQUE (connection_id, order_id, kind)
);
CREATE INDEX follow_up_jobs_by_due ON follow_up_job (due_at_ms, id);
CREATE INDEX follow_up_jobs_by_order ON follow_up_job (order_id);

-- The state of each platform's import from a store, as last seen.
CREATE TABLE store_state (
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    source_id TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    -- The platform's own status, and its own text for the time of its last import.
    status TEXT NOT NULL,
    refreshed_at TEXT NOT NULL DEFAULT '',
    -- Since when it has been importing; NULL while it is not.
    since_ms BIGINT,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (connection_id, source_id)
);

-- When the next request to a connection may be sent, shared by all processes.
CREATE TABLE rate_limit (
    -- Without a foreign key: a new connection is tested before it is stored.
    connection_id BIGINT PRIMARY KEY,
    next_at_ms BIGINT NOT NULL
);

-- How a platform's order differs from what was sent: values stored differently, values that changed by themselves.
CREATE TABLE platform_drift (
    call_id BIGINT PRIMARY KEY REFERENCES call (id),
    at_ms BIGINT NOT NULL,
    -- A list of [path, sent or null, before, now].
    changes TEXT NOT NULL DEFAULT '[]'
);

-- Webhook events as received, each once: stored before the sender gets a response, processed afterwards.
CREATE TABLE webhook_event (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    received_at_ms BIGINT NOT NULL,
    -- The headers that identify the sender, by their names in lower case.
    headers TEXT NOT NULL DEFAULT '{{}}',
    body {bytes} NOT NULL,
    sha256 TEXT NOT NULL,
    -- The platform's id of the event; if it has none, a hash of its contents.
    dedupe_key TEXT NOT NULL,
    -- 1 if its signature is valid, 0 if it was not verified, NULL if the platform signs nothing.
    verified INTEGER CHECK (verified IN (0, 1)),
    verify_message TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'processed', 'failed', 'ignored')),
    -- The result of processing it.
    message TEXT NOT NULL DEFAULT '',
    -- How often the same event was received again.
    duplicates BIGINT NOT NULL DEFAULT 0,
    processed_at_ms BIGINT,
    -- The match key of an order that is not here yet: once it is, the event is processed again.
    waits_for TEXT NOT NULL DEFAULT '',
    -- The platform's id of an order that does not show this event yet: once it does, the event is processed again.
    unconfirmed_of TEXT NOT NULL DEFAULT '',
    -- When its body was removed for its age; its key stays, so that a duplicate is still recognized.
    removed_at_ms BIGINT,
    UNIQUE (connection_id, dedupe_key)
);
CREATE INDEX webhook_events_new ON webhook_event (id) WHERE state = 'new';
CREATE INDEX webhook_events_new_of ON webhook_event (connection_id, id) WHERE state = 'new';
CREATE INDEX webhook_events_kept ON webhook_event (received_at_ms) WHERE removed_at_ms IS NULL;
CREATE INDEX webhook_events_kept_by_id ON webhook_event (id) WHERE removed_at_ms IS NULL;
CREATE INDEX webhook_events_waiting ON webhook_event (waits_for) WHERE waits_for <> '';
CREATE INDEX webhook_events_unconfirmed ON webhook_event (connection_id, unconfirmed_of) WHERE unconfirmed_of <> '';

-- What platforms report about packages in transit: one row per tracking number and connection.
CREATE TABLE track (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    tracking_number TEXT NOT NULL,
    -- The number as it is compared, however it is written.
    tracking_key TEXT NOT NULL,
    carrier TEXT NOT NULL DEFAULT '',
    -- NULL while its order is unknown.
    order_id BIGINT,
    status TEXT NOT NULL,
    -- The dates as the platform wrote them.
    expected TEXT NOT NULL DEFAULT '',
    expected_at_ms BIGINT,
    delivered TEXT NOT NULL DEFAULT '',
    -- Everything reported except the events, as JSON.
    details TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- How often the platform was queried since the last change, and when the next query is due, until delivered.
    checks BIGINT NOT NULL DEFAULT 0,
    next_check_at_ms BIGINT NOT NULL,
    -- 1 if the platform accepted a subscription to tracking events.
    subscribed INTEGER NOT NULL DEFAULT 0 CHECK (subscribed IN (0, 1)),
    UNIQUE (connection_id, tracking_key)
);
CREATE INDEX tracks_by_order ON track (order_id, id);
CREATE INDEX tracks_by_key ON track (tracking_key);
CREATE INDEX tracks_to_check ON track (connection_id, next_check_at_ms) WHERE status <> 'delivered';
-- Late, quiet and failed packages: ranges of few rows, however many packages were delivered.
CREATE INDEX tracks_expected ON track (expected_at_ms, order_id) WHERE status <> 'delivered';
CREATE INDEX tracks_in_transit ON track (changed_at_ms, order_id) WHERE status <> 'delivered';
CREATE INDEX tracks_with_exception ON track (changed_at_ms, order_id) WHERE status = 'exception';

-- Tracking events of a package, each once; the carrier's local time is stored and never compared.
CREATE TABLE track_event (
    id {identity},
    track_id BIGINT NOT NULL REFERENCES track (id),
    -- Identifies the event by the platform's own values (domain/track_events.py), never by our texts.
    event_key TEXT NOT NULL,
    -- As the platform wrote it, and as a time if it can be read.
    occurred_at TEXT NOT NULL DEFAULT '',
    occurred_at_ms BIGINT,
    code TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL,
    location TEXT NOT NULL DEFAULT '',
    -- The platform's own sentence.
    description TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    platform_text TEXT NOT NULL DEFAULT '',
    local_time TEXT NOT NULL DEFAULT '',
    postal_code TEXT NOT NULL DEFAULT '',
    -- The carrier's own codes.
    event_code TEXT NOT NULL DEFAULT '',
    detail_code TEXT NOT NULL DEFAULT '',
    company TEXT NOT NULL DEFAULT '',
    signer TEXT NOT NULL DEFAULT '',
    proof_url TEXT NOT NULL DEFAULT '',
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    UNIQUE (track_id, event_key)
);

-- When each connection was last queried about a package without updates, and how many queries in a row failed.
CREATE TABLE track_check (
    connection_id BIGINT PRIMARY KEY REFERENCES connection (id),
    at_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0
);

-- What platforms reported in webhook events, as messages for the activity list.
CREATE TABLE platform_notice (
    id {identity},
    at_ms BIGINT NOT NULL,
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    webhook_event_id BIGINT NOT NULL REFERENCES webhook_event (id),
    order_id BIGINT,
    kind TEXT NOT NULL,
    -- Its position among the event's messages.
    position INTEGER NOT NULL,
    message TEXT NOT NULL,
    -- 1 if a person should see it.
    stands_out INTEGER NOT NULL DEFAULT 0 CHECK (stands_out IN (0, 1)),
    -- The package that it is about, and 1 if it stands out only while that package has an issue.
    tracking_key TEXT NOT NULL DEFAULT '',
    is_package_issue INTEGER NOT NULL DEFAULT 0 CHECK (is_package_issue IN (0, 1)),
    -- The platform's id of the store that it is about.
    source_id TEXT NOT NULL DEFAULT '',
    UNIQUE (webhook_event_id, position)
);

CREATE INDEX platform_notices_by_order ON platform_notice (order_id) WHERE order_id IS NOT NULL;

-- Notices as of now: a package's order may become known later than the notice, and its issue may be over.
CREATE VIEW current_notice AS
SELECT platform_notice.id, platform_notice.at_ms, connection.name,
    COALESCE(platform_notice.order_id, track.order_id) AS order_id, platform_notice.kind, platform_notice.message,
    CASE WHEN platform_notice.is_package_issue = 1 AND COALESCE(track.status, '') <> 'exception' THEN 0
        ELSE platform_notice.stands_out END AS stands_out,
    platform_notice.webhook_event_id, platform_notice.source_id
FROM platform_notice JOIN connection ON connection.id = platform_notice.connection_id
LEFT JOIN track ON track.connection_id = platform_notice.connection_id
    AND track.tracking_key = platform_notice.tracking_key;

-- Which connections are notified of the packages that another connection ships by itself.
CREATE TABLE forwarding_rule (
    from_id BIGINT PRIMARY KEY REFERENCES connection (id),
    -- A list of ids of connections.
    to_ids TEXT NOT NULL DEFAULT '[]',
    mode TEXT NOT NULL DEFAULT 'off' CHECK (mode IN ('off', 'review', 'auto'))
);

-- A package of such a connection that is to become a shipment of its order here, once. Carriers reuse numbers.
CREATE TABLE forward_review (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    tracking_number TEXT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    carrier TEXT NOT NULL DEFAULT '',
    -- A list of [the connection's id of an item, units or null].
    items TEXT NOT NULL DEFAULT '[]',
    -- 1 if the platform confirmed it when queried.
    confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
    state TEXT NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'shipped', 'refused', 'declined')),
    message TEXT NOT NULL DEFAULT '',
    -- The shipment that it became; if the state is 'refused', that shipment was undone.
    shipment_id BIGINT REFERENCES shipment (id),
    at_ms BIGINT NOT NULL,
    -- When the platform changed the order that reported it, by its own clock; 0 if unknown.
    remote_changed_at_ms BIGINT NOT NULL DEFAULT 0,
    UNIQUE (connection_id, tracking_number, order_id)
);
CREATE INDEX forward_reviews_open ON forward_review (connection_id, id) WHERE state IN ('proposed', 'refused');
CREATE INDEX forward_reviews_undecided ON forward_review (id) WHERE state IN ('proposed', 'refused');
CREATE INDEX forward_reviews_by_order ON forward_review (order_id);

-- Reviews with connection name and order number; the columns are in the order of `store.forwarding.ForwardReview`.
CREATE VIEW forward_review_with_names AS
SELECT forward_review.id, forward_review.connection_id, connection.name, forward_review.tracking_number,
    forward_review.order_id, orders.number, forward_review.carrier, forward_review.items, forward_review.confirmed,
    forward_review.state, forward_review.message, forward_review.shipment_id, forward_review.at_ms
FROM forward_review JOIN connection ON connection.id = forward_review.connection_id
JOIN orders ON orders.id = forward_review.order_id;

-- What was typed for an order and has not shipped yet.
CREATE TABLE draft (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    body TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- The station at which it was typed last.
    station TEXT NOT NULL DEFAULT ''
);
CREATE INDEX drafts_by_station ON draft (station, order_id);

-- Finished orders of which nothing is left to do: no update is unfinished or needs attention, and nobody works on them.
-- Their data may be blanked or removed once they are old enough.
CREATE VIEW finished_order AS
SELECT orders.id, orders.number, orders.changed_at_ms, orders.blanked_at_ms FROM orders
WHERE orders.left_units = 0 AND orders.waiting_updates = 0 AND orders.needs_attention = 0
AND orders.unresolved_lines = 0 AND orders.state IN ('shipped', 'cancelled')
AND NOT EXISTS (SELECT 1 FROM call WHERE call.order_id = orders.id
    AND call.state NOT IN ('confirmed', 'cancelled', 'superseded'))
AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.order_id = orders.id)
AND NOT EXISTS (SELECT 1 FROM open_order WHERE open_order.order_id = orders.id)
AND NOT EXISTS (SELECT 1 FROM order_change WHERE order_change.order_id = orders.id)
AND NOT EXISTS (SELECT 1 FROM follow_up_job WHERE follow_up_job.order_id = orders.id)
AND NOT EXISTS (SELECT 1 FROM forward_review WHERE forward_review.order_id = orders.id
    AND forward_review.state IN ('proposed', 'refused'))
AND NOT EXISTS (SELECT 1 FROM webhook_event WHERE webhook_event.waits_for = orders.match_key
    AND webhook_event.waits_for <> '');

-- The removal of data that is running, in the transaction that does it and nowhere else: append-only tables give way to
-- it alone. It names its entry in the audit log, so that none happens without one.
CREATE TABLE data_removal (
    manual_change_id BIGINT PRIMARY KEY REFERENCES manual_change (id),
    -- 'blank' replaces names, addresses and scans by a mark, 'remove' deletes whole rows.
    kind TEXT NOT NULL CHECK (kind IN ('blank', 'remove'))
);

-- Platforms' orders that were finished here and removed for their age: none of them comes back as a new order.
CREATE TABLE removed_link (
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    remote_id TEXT NOT NULL,
    number TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (connection_id, remote_id)
);

-- How far, in time, the rows that belong to no order or came after its blanking were looked through.
CREATE TABLE blanked_until (
    kind TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);

-- Which columns of imported files a person chose, by the signature of the header.
CREATE TABLE import_mapping (
    signature TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('shipments', 'orders')),
    -- The column titles by field, as JSON.
    titles TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT ''
);

-- The rows of imported files that became an order or part of a shipment, each stored in the same transaction, so that
-- no row is imported twice. They stay when their order becomes part of another.
CREATE TABLE imported_row (
    row_key TEXT PRIMARY KEY,
    order_id BIGINT NOT NULL,
    shipment_id BIGINT,
    file TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT ''
);

CREATE INDEX imported_rows_by_order ON imported_row (order_id);

-- What changed, for windows to refresh; old rows are deleted.
CREATE TABLE change (
    seq {identity},
    kind TEXT NOT NULL,
    ref_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);

-- One row about the database itself. Its id never changes, also in backups. `commits` counts the groups of writes and
-- never goes back, not even with a restore; a file beside the database keeps the last known count. `fingerprint` is
-- that of the schema.
CREATE TABLE database_info (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    database_id TEXT NOT NULL,
    commits BIGINT NOT NULL DEFAULT 0,
    fingerprint TEXT NOT NULL
);

-- The profile ids under which the keyring holds API keys, in case a settings file is lost.
CREATE TABLE profile (
    computer TEXT NOT NULL,
    folder TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    noted_at_ms BIGINT NOT NULL,
    PRIMARY KEY (computer, folder)
);

-- The move of a profile's database from a file to a server, in both; without a row there was none. Until it has ended,
-- no program works on either.
CREATE TABLE move (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    -- The same in both databases, another one for each move.
    move_id TEXT NOT NULL,
    -- In the file: 'leaving' while its rows are copied, 'ending' from the moment on when the server may count, 'left'
    -- when it does. At the server: 'arriving', then 'arrived'.
    state TEXT NOT NULL CHECK (state IN ('leaving', 'ending', 'left', 'arriving', 'arrived')),
    -- Where the rows go, or come from: the address without its password, or the computer and the file.
    other TEXT NOT NULL,
    began_at_ms BIGINT NOT NULL,
    ended_at_ms BIGINT,
    -- The file's last commit when the move began: rows of another state of the file are never mixed.
    database_id TEXT NOT NULL,
    commits BIGINT NOT NULL,
    -- What is added to a steady time of the file to get that of the server.
    steady_offset_ms BIGINT NOT NULL DEFAULT 0,
    -- The statements that create what slows the copying down, as a list: indexes, and keys of other tables.
    deferred TEXT NOT NULL DEFAULT '[]'
);

-- At the server: how far each table was copied. The sums are those of store/moved_rows.py.
CREATE TABLE move_progress (
    name TEXT PRIMARY KEY,
    -- The row of the file that was copied last.
    last_row BIGINT NOT NULL,
    copied BIGINT NOT NULL,
    row_sum TEXT NOT NULL,
    -- How many characters had to be replaced because the server can't store them.
    replaced BIGINT NOT NULL,
    verified INTEGER NOT NULL DEFAULT 0 CHECK (verified IN (0, 1))
);
