-- While an order is blanked, the search index forgets its words for good, instead of when its parts are merged some day.
-- name: begin_search
INSERT INTO order_search (order_search, rank) VALUES ('secure-delete', 1);

-- name: end_search
INSERT INTO order_search (order_search, rank) VALUES ('secure-delete', 0);
