-- Times are whole milliseconds of UTC in BIGINT, truths are 0 or 1, JSON is TEXT: the same in every database.
-- What waits (due_at_ms, check_at_ms, lease_until_ms, held_until_ms, next_at_ms of calls, connections, turns and
-- follow-up jobs) does so by the steady time of store/steady_time.py; what is only told has the wall time.

CREATE TABLE steady_time (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    at_ms BIGINT NOT NULL,
    -- Which run of the computer, and its clock that nobody sets at that moment.
    run TEXT NOT NULL,
    monotonic_ms BIGINT NOT NULL
);

CREATE TABLE connection (
    id {identity},
    name TEXT NOT NULL UNIQUE,
    vendor TEXT NOT NULL,
    base_url TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{{}}',
    -- Why no call can pass at present (key, plan, certificate), in words; empty when all is well.
    is_blocked INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
    blocked_message TEXT NOT NULL DEFAULT '',
    -- No call goes before this: the vendor asked to hold back.
    held_until_ms BIGINT NOT NULL DEFAULT 0,
    -- How many calls in a row found nobody there, since when; from some number on a harmless question goes first.
    failures BIGINT NOT NULL DEFAULT 0,
    failing_since_ms BIGINT NOT NULL DEFAULT 0,
    failing_message TEXT NOT NULL DEFAULT '',
    -- How long its vendor took at most: what is not answered may be acted on for some multiple of that.
    longest_answer_ms BIGINT NOT NULL DEFAULT 0,
    -- How often its webhooks got another path: the secret in it stands in the keyring, and is read anew for each.
    path_changes BIGINT NOT NULL DEFAULT 0,
    pulled_at_ms BIGINT,
    -- Why its orders were last not read to the end, a code of `operations.pulling.Trouble`; empty where they were.
    pull_trouble TEXT NOT NULL DEFAULT ''
);

CREATE TABLE orders (
    id {identity},
    number TEXT NOT NULL,
    -- The number in its normal form, by which it is found: 0001001 and 1001 are two.
    match_key TEXT NOT NULL,
    -- The number with its digits filled up, so that 9 stands before 10; for sorting only.
    number_key TEXT NOT NULL,
    -- The connection whose word on lines and address counts; the others only add their ids.
    primary_connection_id BIGINT REFERENCES connection (id),
    ship_to TEXT NOT NULL DEFAULT '{{}}',
    -- Who and where in a few words, as the list shows it.
    recipient TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('open', 'partly_shipped', 'shipped', 'cancelled')),
    cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    -- Units, and one for each line whose quantity is no whole number of units.
    ordered_pieces BIGINT NOT NULL DEFAULT 0,
    shipped_pieces BIGINT NOT NULL DEFAULT 0,
    left_pieces BIGINT NOT NULL DEFAULT 0,
    -- How many of those lines wait for a person to say what became of them.
    unresolved_lines BIGINT NOT NULL DEFAULT 0,
    -- How many calls of the order wait for a person.
    needs_attention BIGINT NOT NULL DEFAULT 0,
    ordered_at_ms BIGINT,
    -- Year 9999 where no date is known, so that such orders stand last.
    due_at_ms BIGINT NOT NULL DEFAULT 253402300799000,
    note TEXT NOT NULL DEFAULT '',
    -- What the search looks through, as `store.search_text` makes it of number, name, town, SKUs, tracking numbers.
    search_text TEXT NOT NULL DEFAULT '',
    changed_at_ms BIGINT NOT NULL
);
CREATE INDEX orders_by_number ON orders (number);
CREATE INDEX orders_by_match_key ON orders (match_key, id);
CREATE INDEX orders_by_number_key ON orders (number_key, id);
CREATE INDEX orders_by_changed ON orders (changed_at_ms, id);
CREATE INDEX orders_to_ship_by_due ON orders (due_at_ms, number_key, id) WHERE left_pieces > 0;
CREATE INDEX orders_to_ship_by_number ON orders (number_key, id) WHERE left_pieces > 0;
CREATE INDEX orders_to_ship_by_recipient ON orders (recipient, id) WHERE left_pieces > 0;
CREATE INDEX orders_partly_by_due ON orders (due_at_ms, number_key, id) WHERE state = 'partly_shipped';
CREATE INDEX orders_shipped_by_changed ON orders (changed_at_ms, id) WHERE state = 'shipped';
CREATE INDEX orders_needing_you ON orders (due_at_ms, number_key, id) WHERE needs_attention > 0;

CREATE TABLE order_line (
    id {identity},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL,
    -- What a scan is compared with: the normal form of the SKU, and of the item's barcode where a platform has one.
    sku_key TEXT NOT NULL,
    barcode TEXT NOT NULL DEFAULT '',
    barcode_key TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    ordered BIGINT NOT NULL CHECK (ordered >= 0),
    shipped BIGINT NOT NULL DEFAULT 0 CHECK (shipped >= 0),
    -- The greater of the two below.
    cancelled BIGINT NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
    -- As the order's home says.
    cancelled_told BIGINT NOT NULL DEFAULT 0 CHECK (cancelled_told >= 0),
    -- As a person at a bench wants it, whatever the home says.
    cancelled_here BIGINT NOT NULL DEFAULT 0 CHECK (cancelled_here >= 0),
    weight_g BIGINT,
    -- The quantity as JSON text where it is no whole number of units; `ordered` is then what was known before.
    quantity_text TEXT NOT NULL DEFAULT '',
    -- What a person said became of such a line, and the quantity, as JSON text, that it had then.
    resolution TEXT NOT NULL DEFAULT '' CHECK (resolution IN ('', 'shipped', 'cancelled')),
    resolved_quantity TEXT NOT NULL DEFAULT '',
    UNIQUE (order_id, position)
);
CREATE INDEX order_lines_by_sku ON order_line (sku_key, sku);
CREATE INDEX order_lines_by_barcode ON order_line (barcode_key) WHERE barcode_key <> '';

-- How many units a case has, by the fourteen digits on it, as a person entered it once.
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
    -- The vendor's own JSON, whole, as last read.
    document TEXT NOT NULL,
    seen_at_ms BIGINT NOT NULL,
    -- The newest attempt there was, of any call, when the vendor was asked for the document.
    as_of BIGINT NOT NULL DEFAULT 0,
    UNIQUE (connection_id, remote_id),
    UNIQUE (order_id, connection_id)
);

CREATE TABLE line_link (
    link_id BIGINT NOT NULL REFERENCES link (id),
    line_id BIGINT NOT NULL REFERENCES order_line (id),
    remote_id TEXT NOT NULL,
    -- NULL where it is no whole number of units; it stands as JSON text beside it.
    quantity BIGINT,
    quantity_text TEXT NOT NULL DEFAULT '',
    -- A person said that the two are one: then the id alone counts, whatever the SKUs.
    by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)),
    PRIMARY KEY (link_id, line_id)
);
CREATE INDEX links_by_match_key ON link (connection_id, match_key);
CREATE INDEX line_links_by_line ON line_link (line_id);

-- A person said that two orders are two, whatever they have in common; each pair stands both ways round.
CREATE TABLE kept_apart (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    other_id BIGINT NOT NULL REFERENCES orders (id),
    PRIMARY KEY (order_id, other_id)
);
CREATE INDEX kept_apart_by_other ON kept_apart (other_id);

-- Orders that became part of others; by their numbers and ids those are still found.
CREATE TABLE joined_order (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    match_key TEXT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id)
);
CREATE INDEX joined_orders_by_match_key ON joined_order (match_key, order_id);
CREATE INDEX joined_orders_by_order ON joined_order (order_id, id);

-- What people did to orders by hand, only ever added to. It stays when its order becomes part of another.
-- Each scan at a station, and each answer of a person to a verdict: what came, what it was taken for and what was
-- shown, as codes. Only ever added to.
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
    -- '' for a scan that was judged, else 'repeated' or what a person's key said.
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX scans_by_order ON scan (order_id, id);
CREATE INDEX scans_by_time ON scan (at_ms);

-- Which of several carriers the labels of a connection's orders are of; `carriers` are their ids with blanks between.
CREATE TABLE carrier_choice (
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    carriers TEXT NOT NULL,
    carrier TEXT NOT NULL,
    PRIMARY KEY (connection_id, carriers)
);

-- The order that is open at a station, for a window that was ended by force.
CREATE TABLE open_order (
    station TEXT PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES orders (id)
);

CREATE TABLE hand_change (
    id {identity},
    order_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    -- What was done, a message.
    what TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    -- The order that became part of this one by it.
    joined_order_id BIGINT
);
CREATE INDEX hand_changes_by_order ON hand_change (order_id, id);
CREATE INDEX hand_changes_by_time ON hand_change (at_ms);

CREATE TABLE shipment (
    id {identity},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    created_at_ms BIGINT NOT NULL,
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    -- When it was taken back before anybody was told, or after; its pieces may ship again since.
    taken_back_at_ms BIGINT
);
CREATE INDEX shipments_by_order ON shipment (order_id, id);
CREATE INDEX shipments_by_time ON shipment (created_at_ms);

CREATE TABLE package (
    id {identity},
    shipment_id BIGINT NOT NULL REFERENCES shipment (id),
    position INTEGER NOT NULL,
    tracking_number TEXT NOT NULL CHECK (tracking_number <> ''),
    -- The number as numbers are compared: upper case, without blanks and dashes.
    tracking_key TEXT NOT NULL,
    carrier TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    weight_g BIGINT,
    raw_scan TEXT NOT NULL DEFAULT '',
    -- 1 where neither a check digit nor a unique prefix says whose number it is.
    unverified INTEGER NOT NULL DEFAULT 0 CHECK (unverified IN (0, 1)),
    -- What a person accepted about the label, a list of codes (domain/label.py), and why.
    accepted TEXT NOT NULL DEFAULT '[]',
    kept_reason TEXT NOT NULL DEFAULT '',
    UNIQUE (shipment_id, position)
);
CREATE INDEX packages_by_tracking_key ON package (tracking_key);
-- What teaches a station the formats of labels: the newest of a length.
CREATE INDEX packages_unverified ON package (LENGTH(tracking_key), id) WHERE unverified = 1;
CREATE INDEX packages_by_tracking_number ON package (tracking_number);

-- Packages that shipped after the backup that was restored was made, so that their shipments are not here.
CREATE TABLE lost_package (
    tracking_key TEXT PRIMARY KEY,
    order_number TEXT NOT NULL,
    shipped_at_ms BIGINT NOT NULL,
    packer TEXT NOT NULL DEFAULT ''
);

-- What was on a parcel's label before it was corrected and after, only ever added to.
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
    why TEXT NOT NULL DEFAULT '',
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

-- The outbox. A row is one call to one connection, about a shipment or about a change that a person made of the
-- order there. See domain/call.py for the states.
CREATE TABLE call (
    id {identity},
    -- Ours, for ever: made before the first byte leaves.
    key TEXT NOT NULL UNIQUE,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    shipment_id BIGINT REFERENCES shipment (id),
    -- What a person wants different, as JSON, where the call is about no shipment.
    intent TEXT,
    -- Set where the vendor takes one parcel a call.
    package_id BIGINT REFERENCES package (id),
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    state TEXT NOT NULL CHECK (state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking',
        'needs_attention', 'confirmed', 'rejected', 'blocked', 'dead', 'cancelled', 'superseded')),
    summary TEXT NOT NULL DEFAULT '',
    created_at_ms BIGINT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- 0 is at once, whatever the clock says.
    due_at_ms BIGINT NOT NULL,
    -- Not looked at again before this, after an attempt whose end is not known.
    check_at_ms BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    first_try_ms BIGINT NOT NULL DEFAULT 0,
    -- Until when its vendor may still act on an attempt that got no answer; a newer state sent before that could be
    -- overwritten by it.
    may_act_until_ms BIGINT NOT NULL DEFAULT 0,
    -- The request as JSON, fixed at the first attempt, and its hash.
    request TEXT,
    fingerprint TEXT,
    repeatable INTEGER NOT NULL DEFAULT 0 CHECK (repeatable IN (0, 1)),
    -- Which running program has it in hand, and until when it promised to be done.
    owner TEXT NOT NULL DEFAULT '',
    lease_epoch BIGINT NOT NULL DEFAULT 0,
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    problems TEXT NOT NULL DEFAULT '[]',
    vendor_request_id TEXT NOT NULL DEFAULT '',
    supersedes BIGINT REFERENCES call (id),
    -- How often the vendor was looked at after an attempt whose end is not known.
    checks BIGINT NOT NULL DEFAULT 0,
    -- What the vendor had before the first attempt, and what later looks found, as JSON.
    evidence TEXT NOT NULL DEFAULT '{{}}',
    -- Where it stands among the calls of its order and connection: its id, or the place of the call it supersedes.
    place BIGINT NOT NULL,
    -- Under which id the vendor works it off together with others, or did; 1 while it does.
    job TEXT NOT NULL DEFAULT '',
    in_job INTEGER NOT NULL DEFAULT 0 CHECK (in_job IN (0, 1)),
    -- 1 where it goes by itself: what was said of several together did not tell what became of it.
    alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    CHECK ((shipment_id IS NULL) <> (intent IS NULL)),
    CHECK (state <> 'sending' OR (request IS NOT NULL AND attempts > 0))
);
-- Two calls of one order and connection are never in flight or undecided at once.
CREATE UNIQUE INDEX one_open_call ON call (connection_id, order_id)
    WHERE state IN ('sending', 'unknown', 'checking', 'needs_attention');
CREATE INDEX calls_waiting ON call (due_at_ms, id) WHERE state = 'retry_wait';
CREATE INDEX calls_held ON call (due_at_ms, id) WHERE state = 'held';
CREATE INDEX calls_unknown ON call (check_at_ms, id) WHERE state = 'unknown';
CREATE INDEX calls_in_hand ON call (lease_until_ms) WHERE state IN ('sending', 'checking');
CREATE INDEX calls_in_jobs ON call (connection_id, job) WHERE in_job = 1;
CREATE INDEX calls_by_order ON call (order_id, connection_id, id);
CREATE INDEX calls_by_changed ON call (changed_at_ms, id);
CREATE INDEX calls_by_connection ON call (connection_id, state, id);
CREATE INDEX calls_by_shipment ON call (shipment_id);
CREATE INDEX calls_unfinished ON call (state) WHERE state NOT IN ('confirmed', 'cancelled', 'superseded');

-- A call with the names that a person knows it by; the columns stand in the order of `store.calls.Call`.
CREATE VIEW told_call AS
SELECT call.id, call.key, call.order_id, orders.number, call.shipment_id, call.intent, call.package_id,
    call.connection_id, connection.name, connection.vendor, call.state, call.summary, call.created_at_ms,
    call.changed_at_ms, call.due_at_ms, call.check_at_ms, call.attempts, call.request, call.repeatable, call.message,
    call.problems, call.vendor_request_id, call.supersedes, call.checks, call.evidence, call.first_try_ms
FROM call JOIN orders ON orders.id = call.order_id JOIN connection ON connection.id = call.connection_id;

-- What was tried and what was seen, only ever added to.
CREATE TABLE attempt (
    id {identity},
    call_id BIGINT NOT NULL REFERENCES call (id),
    number BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    -- 'sending' before the first byte, then 'answered', 'not_sent', 'lost' or 'abandoned'; 'read_back' for a look at
    -- the vendor, 'person' for a person's word, 'failed' for an error of the program.
    what TEXT NOT NULL,
    status INTEGER,
    vendor_request_id TEXT NOT NULL DEFAULT '',
    -- The beginning of the answer, keys masked.
    answer TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL DEFAULT '',
    station TEXT NOT NULL DEFAULT '',
    operator TEXT NOT NULL DEFAULT '',
    elapsed_ms BIGINT
);
CREATE INDEX attempts_by_call ON attempt (call_id, id);
CREATE INDEX attempts_by_time ON attempt (at_ms);

-- Duties that may be done twice without harm: a source to refresh, an order to read again.
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

-- How far a vendor is with reading a shop, as last seen.
CREATE TABLE source_state (
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    source_id TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    -- The vendor's own word, and its own text for when it had read the shop last.
    status TEXT NOT NULL,
    refreshed_at TEXT NOT NULL DEFAULT '',
    -- Since when it has been at it; NULL while it is not.
    since_ms BIGINT,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (connection_id, source_id)
);

-- When the next call to a connection's vendor may leave, whichever program makes it.
CREATE TABLE turn (
    -- Not bound to the table of connections: one that is being set up is tried before it is stored.
    connection_id BIGINT PRIMARY KEY,
    next_at_ms BIGINT NOT NULL
);

-- What a vendor made of what it was told: values that are not as they were sent, values that it changed by itself.
CREATE TABLE platform_drift (
    call_id BIGINT PRIMARY KEY REFERENCES call (id),
    at_ms BIGINT NOT NULL,
    -- A list of [path, sent or null, before, now].
    changes TEXT NOT NULL DEFAULT '[]'
);

-- Webhooks just as they came, each once: stored before its sender is answered, worked off afterwards.
CREATE TABLE delivery (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    came_at_ms BIGINT NOT NULL,
    -- Those headers that say who sent it, by their names in lower case.
    headers TEXT NOT NULL DEFAULT '{{}}',
    body {bytes} NOT NULL,
    sha256 TEXT NOT NULL,
    -- What the vendor knows the event by; where it says nothing of the kind, a digest of what it says.
    dedupe_key TEXT NOT NULL,
    -- 1 where its signature is right, 0 where it was not looked at, NULL where its vendor signs nothing.
    verified INTEGER CHECK (verified IN (0, 1)),
    verify_message TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'processed', 'failed', 'ignored')),
    -- What it did.
    message TEXT NOT NULL DEFAULT '',
    -- How many times it came once more.
    duplicates BIGINT NOT NULL DEFAULT 0,
    processed_at_ms BIGINT,
    -- The number of an order that is not here yet, as the order's key is: once it is, this is worked off again.
    waits_for TEXT NOT NULL DEFAULT '',
    -- The vendor's id of the order that does not show yet what this tells of it: once it does, this is worked off again.
    unconfirmed_of TEXT NOT NULL DEFAULT '',
    -- When its body was removed for its age; what it is known by stays, so that it is known again.
    removed_at_ms BIGINT,
    UNIQUE (connection_id, dedupe_key)
);
CREATE INDEX deliveries_new ON delivery (id) WHERE state = 'new';
CREATE INDEX deliveries_new_of ON delivery (connection_id, id) WHERE state = 'new';
CREATE INDEX deliveries_kept ON delivery (came_at_ms) WHERE removed_at_ms IS NULL;
CREATE INDEX deliveries_waiting ON delivery (waits_for) WHERE waits_for <> '';
CREATE INDEX deliveries_unconfirmed ON delivery (connection_id, unconfirmed_of) WHERE unconfirmed_of <> '';

-- What connections told of parcels on their way: one row a number and connection.
CREATE TABLE track (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    tracking_number TEXT NOT NULL,
    carrier TEXT NOT NULL DEFAULT '',
    -- NULL while it is not known to which order it belongs.
    order_id BIGINT,
    status TEXT NOT NULL,
    -- The days as the vendor wrote them.
    expected TEXT NOT NULL DEFAULT '',
    expected_at_ms BIGINT,
    delivered TEXT NOT NULL DEFAULT '',
    -- All that was told but the events, as JSON.
    told TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- How often the vendor was asked since the last news, and when it is asked next, where it has not arrived.
    asks BIGINT NOT NULL DEFAULT 0,
    ask_at_ms BIGINT NOT NULL,
    -- 1 where the vendor promised to tell of news.
    subscribed INTEGER NOT NULL DEFAULT 0 CHECK (subscribed IN (0, 1)),
    UNIQUE (connection_id, tracking_number)
);
CREATE INDEX tracks_by_order ON track (order_id, id);
CREATE INDEX tracks_by_number ON track (tracking_number);
CREATE INDEX tracks_to_ask ON track (connection_id, ask_at_ms) WHERE status <> 'delivered';
-- Which parcels are late, quiet or in trouble: ranges of few rows, however many parcels have arrived.
CREATE INDEX tracks_expected ON track (expected_at_ms, order_id) WHERE status <> 'delivered';
CREATE INDEX tracks_on_their_way ON track (changed_at_ms, order_id) WHERE status <> 'delivered';
CREATE INDEX tracks_in_trouble ON track (changed_at_ms, order_id) WHERE status = 'exception';

-- What happened to a parcel, each event once; the carrier's own clock is kept and never compared.
CREATE TABLE track_event (
    id {identity},
    track_id BIGINT NOT NULL REFERENCES track (id),
    -- What it is known by, of what its vendor says of it alone: see domain/track_events.py. Our words are no part of it.
    known_by TEXT NOT NULL,
    -- As the vendor wrote it, and as time where it can be read.
    occurred_at TEXT NOT NULL DEFAULT '',
    occurred_at_ms BIGINT,
    code TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    -- The vendor's own sentence.
    description TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
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
    UNIQUE (track_id, known_by)
);

-- When each connection was asked last for a parcel of which nothing was heard, and how often in vain since.
CREATE TABLE track_asking (
    connection_id BIGINT PRIMARY KEY REFERENCES connection (id),
    at_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL DEFAULT 0
);

-- What vendors told by themselves, in words.
CREATE TABLE news (
    id {identity},
    at_ms BIGINT NOT NULL,
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    delivery_id BIGINT NOT NULL REFERENCES delivery (id),
    order_id BIGINT,
    kind TEXT NOT NULL,
    -- Which of the delivery's sentences it is.
    position INTEGER NOT NULL,
    message TEXT NOT NULL,
    -- 1 where somebody should look into it.
    stands_out INTEGER NOT NULL DEFAULT 0 CHECK (stands_out IN (0, 1)),
    -- The parcel that it is about, and 1 where it stands out only as long as that parcel is in trouble.
    tracking_number TEXT NOT NULL DEFAULT '',
    is_trouble INTEGER NOT NULL DEFAULT 0 CHECK (is_trouble IN (0, 1)),
    -- The vendor's id of the shop that it is about.
    source_id TEXT NOT NULL DEFAULT '',
    UNIQUE (delivery_id, position)
);

-- News as they are to be told now: the order of a parcel may be known later than the news, its trouble be over.
CREATE VIEW told_news AS
SELECT news.id, news.at_ms, connection.name, COALESCE(news.order_id, track.order_id) AS order_id, news.kind,
    news.message, CASE WHEN news.is_trouble = 1 AND COALESCE(track.status, '') <> 'exception' THEN 0
        ELSE news.stands_out END AS stands_out, news.delivery_id, news.source_id
FROM news JOIN connection ON connection.id = news.connection_id
LEFT JOIN track ON track.connection_id = news.connection_id AND track.tracking_number = news.tracking_number;

-- To whom the parcels of a connection that ships by itself are told.
CREATE TABLE pass_rule (
    from_id BIGINT PRIMARY KEY REFERENCES connection (id),
    -- A list of ids of connections.
    to_ids TEXT NOT NULL DEFAULT '[]',
    mode TEXT NOT NULL DEFAULT 'off' CHECK (mode IN ('off', 'review', 'auto'))
);

-- A parcel of such a connection, to become a shipment of its order here once. Carriers use numbers again.
CREATE TABLE proposal (
    id {identity},
    connection_id BIGINT NOT NULL REFERENCES connection (id),
    tracking_number TEXT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES orders (id),
    carrier TEXT NOT NULL DEFAULT '',
    -- A list of [the connection's id of an item, pieces or null].
    items TEXT NOT NULL DEFAULT '[]',
    -- 1 where the vendor said so when it was asked.
    confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
    state TEXT NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'shipped', 'refused', 'declined')),
    message TEXT NOT NULL DEFAULT '',
    -- What it became; where it is refused all the same that was taken back.
    shipment_id BIGINT REFERENCES shipment (id),
    at_ms BIGINT NOT NULL,
    -- When the vendor changed the order of which this was told, by its own clock; 0 where it does not say.
    told_at_ms BIGINT NOT NULL DEFAULT 0,
    UNIQUE (connection_id, tracking_number, order_id)
);
CREATE INDEX proposals_open ON proposal (connection_id, id) WHERE state IN ('proposed', 'refused');
CREATE INDEX proposals_undecided ON proposal (id) WHERE state IN ('proposed', 'refused');
CREATE INDEX proposals_by_order ON proposal (order_id);

-- What was typed for an order and not shipped yet.
CREATE TABLE draft (
    order_id BIGINT PRIMARY KEY REFERENCES orders (id),
    body TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL
);

CREATE TABLE change (
    seq {identity},
    kind TEXT NOT NULL,
    ref_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);

-- One row about the database itself. A database keeps its id for life, also in its backups. `commits` counts the groups
-- of writes and never goes back, also not by a restore; a file beside the database keeps how far it is known to have
-- come. `fingerprint` is that of the schema.
CREATE TABLE database_info (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    database_id TEXT NOT NULL,
    commits BIGINT NOT NULL DEFAULT 0,
    fingerprint TEXT NOT NULL
);

-- The ids under which the keyring has the keys of those profiles that use this database: a settings file may get lost.
CREATE TABLE profile (
    computer TEXT NOT NULL,
    folder TEXT NOT NULL,
    profile_id TEXT NOT NULL,
    noted_at_ms BIGINT NOT NULL,
    PRIMARY KEY (computer, folder)
);
