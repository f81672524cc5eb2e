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
CREATE TRIGGER requests_stay_as_sent BEFORE UPDATE OF request, fingerprint ON call
WHEN old.request IS NOT NULL AND (new.request IS NOT old.request OR new.fingerprint IS NOT old.fingerprint) BEGIN
    SELECT RAISE(ABORT, 'a request never changes after its first attempt');
END;
