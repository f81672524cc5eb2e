-- The last commit that each program has stored, by a random token of its profile. A server that lacks a commit which a
-- program was told of (a restored backup, a standby that was behind) is found by it, whoever wrote there since.
CREATE TABLE writer (
    token TEXT COLLATE "C" PRIMARY KEY,
    commits BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);
-- Whether the server lacks commits: then nothing is stored until a person has decided.
CREATE TABLE behind (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    lost_commits BIGINT NOT NULL,
    -- Up to which commit a person has accepted that commits are missing.
    accepted_commits BIGINT NOT NULL DEFAULT 0
);

-- Substring search over orders: an index of trigrams, where the server has that extension and this user may create it;
-- without it the search reads the texts one by one. New entries wait in a list that each search reads: a short one, or
-- the planner rather reads all orders.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX orders_by_search_text ON orders USING gin (search_text gin_trgm_ops)
        WITH (gin_pending_list_limit = 256);
EXCEPTION WHEN OTHERS THEN
    NULL;
END $$;

-- The normal form of texts for the search of the audit log, as `domain.code.search_key` without its rarer forms. In
-- lower case by the server's Unicode rules, where it has them.
DO $$
DECLARE
    unicode_rules TEXT := 'default';
BEGIN
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_collation WHERE collname = 'und-x-icu') THEN
        unicode_rules := 'und-x-icu';
    END IF;
    EXECUTE format($function$
        CREATE FUNCTION search_key(found TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $body$
            SELECT normalize(translate(
                replace(replace(replace(replace(regexp_replace(regexp_replace(
                    normalize(lower(normalize(found, NFKC) COLLATE %1$I), NFKD),
                    E'[\u0300-\u036f\u001d\u00ad\u200b-\u200f\u2060\ufeff]', '', 'g'), '\s+', ' ', 'g'),
                    E'\u00df', 'ss'), E'\u00e6', 'ae'), E'\u0153', 'oe'), E'\u00fe', 'th'),
                E'\u2018\u2019\u02bc\u201b\u2032\u201c\u201d\u201e\u2033\u2010\u2011\u2012\u2013\u2014\u2015\u2212'
                    || E'\u00f8\u0142\u0111\u00f0\u0127\u0131\u014b\u03c2',
                E'\'\'\'\'\'""""-------' || E'olddhin\u03c3'), NFC)
        $body$
    $function$, unicode_rules);
END $$;
CREATE FUNCTION is_found(typed TEXT, together TEXT, found TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $body$
    SELECT position(typed IN search_key(found)) > 0 OR (together <> '' AND position(together IN search_key(found)) > 0)
$body$;

CREATE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0];
END $$;
-- Append-only tables. Only a removal of data changes or deletes their rows, and a blanking only their names, addresses,
-- scans and free texts: everything that counts stays as it was.
CREATE FUNCTION refuse_unless_removing() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM data_removal WHERE TG_ARGV[1] IN ('', kind)) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0];
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN old;
    END IF;
    RETURN new;
END $$;
-- A removal belongs to one transaction: it begins after its entry in the audit log, which is stored in the same one
-- (its row is as young as this transaction), and ends before the commit.
CREATE FUNCTION refuse_other_removal() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM manual_change WHERE id = new.manual_change_id
        AND age(xmin) BETWEEN 0 AND age(pg_current_xact_id()::xid)) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
            MESSAGE = 'a removal needs an entry in the audit log in its transaction';
    END IF;
    RETURN new;
END $$;
CREATE FUNCTION refuse_open_removal() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM data_removal WHERE manual_change_id = new.manual_change_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
            MESSAGE = 'a removal ends in its transaction';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER removals_are_told BEFORE INSERT ON data_removal
FOR EACH ROW EXECUTE FUNCTION refuse_other_removal();
CREATE CONSTRAINT TRIGGER removals_end AFTER INSERT ON data_removal DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION refuse_open_removal();
CREATE TRIGGER attempts_are_never_deleted BEFORE DELETE ON attempt
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('attempts are append-only', 'remove');
CREATE TRIGGER manual_changes_are_never_deleted BEFORE DELETE ON manual_change
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('manual changes are append-only', 'remove');
CREATE TRIGGER package_changes_are_never_deleted BEFORE DELETE ON package_change
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('package changes are append-only', 'remove');
CREATE TRIGGER shipments_are_never_deleted BEFORE DELETE ON shipment
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('shipments are append-only', 'remove');
CREATE TRIGGER packages_are_never_deleted BEFORE DELETE ON package
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('packages are append-only', 'remove');
CREATE TRIGGER contents_are_never_deleted BEFORE DELETE ON packed
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('the contents of a package are append-only', 'remove');
CREATE TRIGGER attempts_never_change BEFORE UPDATE OF id, call_id, number, at_ms, what, status, vendor_request_id, owner, station, elapsed_ms ON attempt
FOR EACH ROW EXECUTE FUNCTION refuse_change('attempts are append-only');
CREATE TRIGGER attempts_are_only_blanked BEFORE UPDATE OF answer, message, operator ON attempt
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('attempts are append-only', 'blank');
CREATE TRIGGER manual_changes_never_change BEFORE UPDATE OF id, order_id, at_ms, station, joined_order_id ON manual_change
FOR EACH ROW EXECUTE FUNCTION refuse_change('manual changes are append-only');
CREATE TRIGGER manual_changes_are_only_blanked BEFORE UPDATE OF operator, what, reason ON manual_change
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('manual changes are append-only', 'blank');
CREATE TRIGGER package_changes_never_change BEFORE UPDATE OF id, package_id, at_ms, station, old_number, number, old_carrier, carrier, old_service, service,
    old_accepted, accepted ON package_change
FOR EACH ROW EXECUTE FUNCTION refuse_change('package changes are append-only');
CREATE TRIGGER package_changes_are_only_blanked BEFORE UPDATE OF operator, reason ON package_change
FOR EACH ROW EXECUTE FUNCTION refuse_unless_removing('package changes are append-only', 'blank');
CREATE TRIGGER contents_never_change BEFORE UPDATE ON packed
FOR EACH ROW EXECUTE FUNCTION refuse_change('the contents of a package are append-only');
-- A shipment never changes, except that it may be marked as undone, once, and that its packer's name is blanked.
CREATE TRIGGER shipments_never_change BEFORE UPDATE ON shipment
FOR EACH ROW WHEN (new.id <> old.id OR new.order_id <> old.order_id OR new.created_at_ms <> old.created_at_ms
    OR new.station <> old.station
    OR (new.undone_at_ms IS DISTINCT FROM old.undone_at_ms AND old.undone_at_ms IS NOT NULL))
EXECUTE FUNCTION refuse_change('a shipment can only be marked as undone');
CREATE TRIGGER shipments_are_only_blanked BEFORE UPDATE ON shipment
FOR EACH ROW WHEN (new.operator <> old.operator
    OR (new.undone_at_ms IS NOT DISTINCT FROM old.undone_at_ms AND old.undone_at_ms IS NOT NULL))
EXECUTE FUNCTION refuse_unless_removing('a shipment can only be marked as undone', 'blank');
CREATE TRIGGER sent_requests_never_change BEFORE UPDATE OF request, fingerprint ON call
FOR EACH ROW WHEN (old.request IS NOT NULL
    AND NOT (old.may_act_until_ms = 0 AND old.state IN ('pending', 'retry_wait'))
    AND (new.request IS DISTINCT FROM old.request OR new.fingerprint IS DISTINCT FROM old.fingerprint)
    AND NOT (old.state IN ('confirmed', 'cancelled', 'superseded')
        AND new.fingerprint IS NOT DISTINCT FROM old.fingerprint))
EXECUTE FUNCTION refuse_change('a request never changes once it may have taken effect');
CREATE TRIGGER sent_requests_are_only_blanked BEFORE UPDATE OF request ON call
FOR EACH ROW WHEN (old.request IS NOT NULL AND old.state IN ('confirmed', 'cancelled', 'superseded')
    AND new.request IS DISTINCT FROM old.request)
EXECUTE FUNCTION refuse_unless_removing('a request never changes once it may have taken effect', '');

-- The counts beside the views of the order list; only those that change are written.
CREATE FUNCTION count_orders() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE view_count SET orders = view_count.orders + step.by FROM (
        SELECT counted.view, SUM(counted.by) AS by FROM (
            SELECT view, 1 AS by FROM (VALUES ('all', TRUE), ('to_ship', new.left_units > 0),
                ('partly', new.state = 'partly_shipped'), ('shipped', new.state = 'shipped'),
                ('waiting', new.waiting_updates > 0), ('needs_attention', new.needs_attention > 0)) AS now (view, is_in)
            WHERE TG_OP <> 'DELETE' AND now.is_in
            UNION ALL
            SELECT view, -1 FROM (VALUES ('all', TRUE), ('to_ship', old.left_units > 0),
                ('partly', old.state = 'partly_shipped'), ('shipped', old.state = 'shipped'),
                ('waiting', old.waiting_updates > 0), ('needs_attention', old.needs_attention > 0)) AS before (view, is_in)
            WHERE TG_OP <> 'INSERT' AND before.is_in
        ) AS counted GROUP BY counted.view
    ) AS step WHERE step.view = view_count.view AND step.by <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER orders_counted_insert AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION count_orders();
CREATE TRIGGER orders_counted_delete AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION count_orders();
CREATE TRIGGER orders_counted_update AFTER UPDATE OF left_units, state, waiting_updates, needs_attention ON orders
FOR EACH ROW WHEN ((new.left_units > 0) <> (old.left_units > 0)
    OR (new.state = 'partly_shipped') <> (old.state = 'partly_shipped')
    OR (new.state = 'shipped') <> (old.state = 'shipped')
    OR (new.waiting_updates > 0) <> (old.waiting_updates > 0)
    OR (new.needs_attention > 0) <> (old.needs_attention > 0))
EXECUTE FUNCTION count_orders();

-- How many updates of an order are under way.
CREATE FUNCTION count_updates() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND old.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking') THEN
        UPDATE orders SET waiting_updates = waiting_updates - 1 WHERE id = old.order_id;
    END IF;
    IF TG_OP <> 'DELETE' AND new.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking') THEN
        UPDATE orders SET waiting_updates = waiting_updates + 1 WHERE id = new.order_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER calls_counted_insert AFTER INSERT ON call
FOR EACH ROW WHEN (new.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking'))
EXECUTE FUNCTION count_updates();
CREATE TRIGGER calls_counted_update AFTER UPDATE OF state, order_id ON call
FOR EACH ROW WHEN (new.order_id <> old.order_id
    OR (new.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking'))
    <> (old.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking')))
EXECUTE FUNCTION count_updates();
CREATE TRIGGER calls_counted_delete AFTER DELETE ON call
FOR EACH ROW WHEN (old.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking'))
EXECUTE FUNCTION count_updates();
