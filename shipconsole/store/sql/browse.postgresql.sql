-- Orders whose search text has all of some parts, and whether it has an exact number. Each of these statements has one
-- good plan, and `store.parts_search` chooses among them: the planner does not know how many orders have a text, nor
-- that most of those are old or new. LIMIT and OFFSET keep it from another plan.

-- All, by the index of trigrams: the longest part, the others in what that finds.
-- name: containing
SELECT id, search_text LIKE :exact FROM (
    SELECT id, search_text FROM orders WHERE search_text LIKE :longest AND search_text LIKE ALL (:others) OFFSET 0
) AS found ORDER BY id DESC LIMIT :most;

-- The same for two parts of several. The index finds what has both, which are few where each alone is common.
-- name: containing_both
SELECT id, search_text LIKE :exact FROM (
    SELECT id, search_text FROM orders
    WHERE search_text LIKE :longest AND search_text LIKE :second AND search_text LIKE ALL (:others) OFFSET 0
) AS found ORDER BY id DESC LIMIT :most;

-- Those among the newest orders, compared one by one until there are enough.
-- name: containing_among_newest
SELECT id, search_text LIKE :exact FROM (SELECT id, search_text FROM orders ORDER BY id DESC LIMIT :newest) AS newest
WHERE search_text LIKE :longest AND search_text LIKE ALL (:others) ORDER BY id DESC LIMIT :most;

-- Those among the newest, as above. If they are not enough, also a row without an id about some orders in the middle: how
-- many, how many the index would find, how many have all parts. And the highest id.
-- name: containing_first
WITH newest AS MATERIALIZED (
    SELECT id, search_text LIKE :exact AS is_exact
    FROM (SELECT id, search_text FROM orders ORDER BY id DESC LIMIT :newest) AS compared
    WHERE search_text LIKE :longest AND search_text LIKE ALL (:others) ORDER BY id DESC LIMIT :most
)
SELECT id, is_exact, 0 AS orders, 0 AS in_index, 0 AS having_all, 0 AS highest FROM newest
UNION ALL
SELECT NULL, FALSE, COUNT(*), COUNT(*) FILTER (WHERE search_text LIKE ALL (:indexed)),
    COUNT(*) FILTER (WHERE search_text LIKE :longest AND search_text LIKE ALL (:others)), (SELECT MAX(id) FROM orders)
FROM (
    SELECT search_text FROM orders WHERE id <= (SELECT (MIN(id) + MAX(id)) / 2 FROM orders) ORDER BY id DESC LIMIT :newest
) AS sample
HAVING (SELECT COUNT(*) FROM newest) < :most;

-- Orders with a number whose normal form is one of these, as the order has it, a connection, or an order merged into it.
-- name: with_number
SELECT id FROM orders WHERE match_key = ANY (:keys) AND search_text LIKE :exact
UNION SELECT orders.id FROM joined_order JOIN orders ON orders.id = joined_order.order_id
WHERE joined_order.match_key = ANY (:keys) AND orders.search_text LIKE :exact
UNION SELECT orders.id FROM connection JOIN link ON link.connection_id = connection.id
JOIN orders ON orders.id = link.order_id
WHERE link.match_key = ANY (:keys) AND orders.search_text LIKE :exact;
