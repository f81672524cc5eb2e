-- Substring search over orders: trigrams of a column that other databases index in their own way.
CREATE VIRTUAL TABLE order_search USING fts5 (
    search_text, content = 'orders', content_rowid = 'id', tokenize = 'trigram'
);
CREATE TRIGGER orders_search_insert AFTER INSERT ON orders BEGIN
    INSERT INTO order_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER orders_search_update AFTER UPDATE OF search_text ON orders WHEN old.search_text <> new.search_text BEGIN
    INSERT INTO order_search (order_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
    INSERT INTO order_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER orders_search_delete AFTER DELETE ON orders BEGIN
    INSERT INTO order_search (order_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
END;

-- Append-only tables. Only a removal of data changes or deletes their rows, and a blanking only their names, addresses,
-- scans and free texts: everything that counts stays as it was.
CREATE TRIGGER attempts_are_never_deleted BEFORE DELETE ON attempt
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove') BEGIN
    SELECT RAISE(ABORT, 'attempts are append-only');
END;
CREATE TRIGGER manual_changes_are_never_deleted BEFORE DELETE ON manual_change
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove') BEGIN
    SELECT RAISE(ABORT, 'manual changes are append-only');
END;
CREATE TRIGGER package_changes_are_never_deleted BEFORE DELETE ON package_change
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove') BEGIN
    SELECT RAISE(ABORT, 'package changes are append-only');
END;
CREATE TRIGGER shipments_are_never_deleted BEFORE DELETE ON shipment
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove') BEGIN
    SELECT RAISE(ABORT, 'shipments are append-only');
END;
CREATE TRIGGER packages_are_never_deleted BEFORE DELETE ON package
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove') BEGIN
    SELECT RAISE(ABORT, 'packages are append-only');
END;
CREATE TRIGGER contents_are_never_deleted BEFORE DELETE ON packed
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'remove') BEGIN
    SELECT RAISE(ABORT, 'the contents of a package are append-only');
END;
CREATE TRIGGER attempts_never_change BEFORE UPDATE OF id, call_id, number, at_ms, what, status, vendor_request_id, owner, station, elapsed_ms ON attempt BEGIN
    SELECT RAISE(ABORT, 'attempts are append-only');
END;
CREATE TRIGGER attempts_are_only_blanked BEFORE UPDATE OF answer, message, operator ON attempt
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank') BEGIN
    SELECT RAISE(ABORT, 'attempts are append-only');
END;
CREATE TRIGGER manual_changes_never_change BEFORE UPDATE OF id, order_id, at_ms, station, joined_order_id ON manual_change BEGIN
    SELECT RAISE(ABORT, 'manual changes are append-only');
END;
CREATE TRIGGER manual_changes_are_only_blanked BEFORE UPDATE OF operator, what, reason ON manual_change
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank') BEGIN
    SELECT RAISE(ABORT, 'manual changes are append-only');
END;
CREATE TRIGGER package_changes_never_change BEFORE UPDATE OF id, package_id, at_ms, station, old_number, number, old_carrier, carrier, old_service, service,
    old_accepted, accepted ON package_change BEGIN
    SELECT RAISE(ABORT, 'package changes are append-only');
END;
CREATE TRIGGER package_changes_are_only_blanked BEFORE UPDATE OF operator, reason ON package_change
WHEN NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank') BEGIN
    SELECT RAISE(ABORT, 'package changes are append-only');
END;
CREATE TRIGGER contents_never_change BEFORE UPDATE ON packed BEGIN
    SELECT RAISE(ABORT, 'the contents of a package are append-only');
END;
-- A shipment never changes, except that it may be marked as undone, once, and that its packer's name is blanked.
CREATE TRIGGER shipments_never_change BEFORE UPDATE ON shipment
WHEN new.id <> old.id OR new.order_id <> old.order_id OR new.created_at_ms <> old.created_at_ms
    OR new.station <> old.station
    OR (new.undone_at_ms IS NOT old.undone_at_ms AND old.undone_at_ms IS NOT NULL)
    OR (new.undone_at_ms IS old.undone_at_ms AND old.undone_at_ms IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank'))
    OR (new.operator <> old.operator AND NOT EXISTS (SELECT 1 FROM data_removal WHERE kind = 'blank')) BEGIN
    SELECT RAISE(ABORT, 'a shipment can only be marked as undone');
END;
CREATE TRIGGER sent_requests_never_change BEFORE UPDATE OF request, fingerprint ON call
WHEN old.request IS NOT NULL AND NOT (old.may_act_until_ms = 0 AND old.state IN ('pending', 'retry_wait'))
AND (new.request IS NOT old.request OR new.fingerprint IS NOT old.fingerprint)
AND NOT (old.state IN ('confirmed', 'cancelled', 'superseded') AND new.fingerprint IS old.fingerprint
    AND EXISTS (SELECT 1 FROM data_removal)) BEGIN
    SELECT RAISE(ABORT, 'a request never changes once it may have taken effect');
END;

-- The counts beside the views of the order list.
CREATE TRIGGER orders_counted_insert AFTER INSERT ON orders BEGIN
    UPDATE view_count SET orders = orders + CASE view
        WHEN 'to_ship' THEN new.left_units > 0
        WHEN 'partly' THEN new.state = 'partly_shipped'
        WHEN 'shipped' THEN new.state = 'shipped'
        WHEN 'waiting' THEN new.waiting_updates > 0
        WHEN 'needs_attention' THEN new.needs_attention > 0
        ELSE 1 END;
END;
CREATE TRIGGER orders_counted_delete AFTER DELETE ON orders BEGIN
    UPDATE view_count SET orders = orders - CASE view
        WHEN 'to_ship' THEN old.left_units > 0
        WHEN 'partly' THEN old.state = 'partly_shipped'
        WHEN 'shipped' THEN old.state = 'shipped'
        WHEN 'waiting' THEN old.waiting_updates > 0
        WHEN 'needs_attention' THEN old.needs_attention > 0
        ELSE 1 END;
END;
CREATE TRIGGER orders_counted_update AFTER UPDATE OF left_units, state, waiting_updates, needs_attention ON orders
WHEN (new.left_units > 0) <> (old.left_units > 0)
    OR (new.state = 'partly_shipped') <> (old.state = 'partly_shipped')
    OR (new.state = 'shipped') <> (old.state = 'shipped')
    OR (new.waiting_updates > 0) <> (old.waiting_updates > 0)
    OR (new.needs_attention > 0) <> (old.needs_attention > 0) BEGIN
    UPDATE view_count SET orders = orders + CASE view
        WHEN 'to_ship' THEN (new.left_units > 0) - (old.left_units > 0)
        WHEN 'partly' THEN (new.state = 'partly_shipped') - (old.state = 'partly_shipped')
        WHEN 'shipped' THEN (new.state = 'shipped') - (old.state = 'shipped')
        WHEN 'waiting' THEN (new.waiting_updates > 0) - (old.waiting_updates > 0)
        WHEN 'needs_attention' THEN (new.needs_attention > 0) - (old.needs_attention > 0)
        ELSE 0 END;
END;
-- How many updates of an order are under way.
CREATE TRIGGER calls_counted_insert AFTER INSERT ON call
WHEN new.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking') BEGIN
    UPDATE orders SET waiting_updates = waiting_updates + 1 WHERE id = new.order_id;
END;
CREATE TRIGGER calls_counted_update AFTER UPDATE OF state, order_id ON call
WHEN new.order_id <> old.order_id
    OR (new.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking'))
    <> (old.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking')) BEGIN
    UPDATE orders SET waiting_updates = waiting_updates - 1
    WHERE id = old.order_id AND old.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking');
    UPDATE orders SET waiting_updates = waiting_updates + 1
    WHERE id = new.order_id AND new.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking');
END;
CREATE TRIGGER calls_counted_delete AFTER DELETE ON call
WHEN old.state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking') BEGIN
    UPDATE orders SET waiting_updates = waiting_updates - 1 WHERE id = old.order_id;
END;
