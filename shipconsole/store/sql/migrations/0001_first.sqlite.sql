-- Substring search over orders: trigrams of the same column that other databases index in their own way.
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

CREATE TRIGGER attempts_are_kept BEFORE DELETE ON attempt BEGIN
    SELECT RAISE(ABORT, 'attempts are only ever added to');
END;
CREATE TRIGGER attempts_stay_as_they_were BEFORE UPDATE ON attempt BEGIN
    SELECT RAISE(ABORT, 'attempts are only ever added to');
END;
CREATE TRIGGER hand_changes_are_kept BEFORE DELETE ON hand_change BEGIN
    SELECT RAISE(ABORT, 'what was done by hand is only ever added to');
END;
CREATE TRIGGER hand_changes_stay_as_they_were BEFORE UPDATE ON hand_change BEGIN
    SELECT RAISE(ABORT, 'what was done by hand is only ever added to');
END;
CREATE TRIGGER package_changes_are_kept BEFORE DELETE ON package_change BEGIN
    SELECT RAISE(ABORT, 'what was corrected is only ever added to');
END;
CREATE TRIGGER package_changes_stay_as_they_were BEFORE UPDATE ON package_change BEGIN
    SELECT RAISE(ABORT, 'what was corrected is only ever added to');
END;
CREATE TRIGGER shipments_are_kept BEFORE DELETE ON shipment BEGIN
    SELECT RAISE(ABORT, 'shipments are only ever added to');
END;
-- What a packer did stays: all that may be said of it later, once, is that it was taken back.
CREATE TRIGGER shipments_stay_as_they_were BEFORE UPDATE ON shipment
WHEN old.taken_back_at_ms IS NOT NULL OR new.id <> old.id OR new.order_id <> old.order_id
    OR new.created_at_ms <> old.created_at_ms OR new.station <> old.station OR new.operator <> old.operator BEGIN
    SELECT RAISE(ABORT, 'of a shipment only that it was taken back is ever added');
END;
CREATE TRIGGER packages_are_kept BEFORE DELETE ON package BEGIN
    SELECT RAISE(ABORT, 'parcels are only ever added to');
END;
CREATE TRIGGER contents_are_kept BEFORE DELETE ON packed BEGIN
    SELECT RAISE(ABORT, 'what was in a parcel is only ever added to');
END;
CREATE TRIGGER contents_stay_as_they_were BEFORE UPDATE ON packed BEGIN
    SELECT RAISE(ABORT, 'what was in a parcel is only ever added to');
END;
CREATE TRIGGER requests_stay_as_sent BEFORE UPDATE OF request, fingerprint ON call
WHEN old.request IS NOT NULL AND NOT (old.may_act_until_ms = 0 AND old.state IN ('pending', 'retry_wait'))
AND (new.request IS NOT old.request OR new.fingerprint IS NOT old.fingerprint) BEGIN
    SELECT RAISE(ABORT, 'a request never changes once its platform may have acted on it');
END;
