"""Entries of lists are found by the platform's key, at whatever position."""

from shipconsole.domain.entries import EntryList, current_paths, entries_of, keys_of, list_of, moved, next_position
from shipconsole.domain.field import EACH, FieldPath, Value

LISTS = (
    EntryList(("items",), "item", "item_id"),
    EntryList(("parts",), "part", "id"),
    EntryList(("parts", EACH, "boxes"), "box", "number"),
    EntryList(("notes",), "note", named=True),
)


def items(*ids: int) -> dict[FieldPath, Value]:
    return {("items", str(position), "item_id"): id_ for position, id_ in enumerate(ids)}


def test_the_entries_of_a_path_start_with_the_outermost() -> None:
    assert entries_of(LISTS, ("parts", "1", "boxes", "0", "number")) == (("parts", "1"), ("parts", "1", "boxes", "0"))
    assert entries_of(LISTS, ("notes", "gift")) == ()
    assert list_of(LISTS, ("notes", "gift")) is LISTS[3]
    assert list_of(LISTS, ("items", "first")) is None


def test_an_entry_is_found_by_its_key_after_others_were_added_and_removed() -> None:
    sku: FieldPath = ("items", "1", "sku")
    keys = keys_of(LISTS, items(11, 12, 13), [sku, ("items", "2")])
    assert keys == {("items", "1"): "12", ("items", "2"): "13"}
    current = current_paths(LISTS, [sku, ("items", "2")], (), keys, items(10, 11, 12))
    assert moved(sku, current) == ("items", "2", "sku")
    assert moved(("items", "2"), current) is None, "it was taken away"
    assert moved(("name",), current) == ("name",)


def test_new_entries_follow_the_existing_ones() -> None:
    new = [("items", "1"), ("items", "2")]
    current = current_paths(LISTS, [("items", "2", "sku"), ("items", "1", "sku")], new, {}, items(1, 2, 3))
    assert [moved(entry, current) for entry in new] == [("items", "3"), ("items", "4")]
    assert next_position([("items",)], ("items",)) == 0


def test_an_entry_inside_a_moved_entry_moves_with_it() -> None:
    box: FieldPath = ("parts", "0", "boxes", "0", "number")
    before: dict[FieldPath, Value] = {("parts", "0", "id"): "a", box: "N1"}
    now: dict[FieldPath, Value] = {
        ("parts", "0", "id"): "b",
        ("parts", "1", "id"): "a",
        ("parts", "1", "boxes", "0", "number"): "N0",
        ("parts", "1", "boxes", "1", "number"): "N1",
    }
    current = current_paths(LISTS, [box], (), keys_of(LISTS, before, [box]), now)
    assert moved(box, current) == ("parts", "1", "boxes", "1", "number")
