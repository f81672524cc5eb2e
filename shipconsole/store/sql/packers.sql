-- name: every
SELECT id, name, badge, pin_hash <> '' FROM packer ORDER BY name, id;

-- name: by_badge
SELECT name FROM packer WHERE badge_key = :badge_key AND badge_key <> '';

-- name: pin_of
SELECT pin_salt, pin_hash, wrong_pins, locked_until_ms FROM packer WHERE name = :name;

-- name: add
INSERT INTO packer (name, badge, badge_key, pin_salt, pin_hash)
VALUES (:name, :badge, :badge_key, :pin_salt, :pin_hash) ON CONFLICT DO NOTHING RETURNING id;

-- name: change
UPDATE packer SET name = :name, badge = :badge, badge_key = :badge_key WHERE id = :id;

-- name: set_pin
UPDATE packer SET pin_salt = :pin_salt, pin_hash = :pin_hash, wrong_pins = 0, locked_until_ms = 0 WHERE id = :id;

-- name: count_pin
UPDATE packer SET wrong_pins = :wrong_pins, locked_until_ms = :locked_until_ms WHERE name = :name;

-- name: drop
DELETE FROM packer WHERE id = :id;
