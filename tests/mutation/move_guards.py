"""The lines that guard a database while it moves to a server."""

from tests.mutation.guard import Guard

_MOVE = "shipconsole/operations/maintenance/move.py"
_TARGET = "shipconsole/store/postgresql/move_target.py"
_ROWS = "shipconsole/store/moved_rows.py"
_TESTS = "tests/operations/maintenance/test_move.py"

MOVING: tuple[Guard, ...] = (
    Guard(
        "shipconsole/store/sqlite.py",
        "                fitness.refuse_moved(connection, self.file)\n",
        "                pass\n",
        (f"{_TESTS}::test_the_old_database_says_where_it_went_and_a_person_can_go_back",),
        "a station packs on a database that was moved, and ships twice",
    ),
    Guard(
        "shipconsole/store/postgresql/checks.py",
        "    refuse_arriving(connection, address)\n",
        "",
        (f"{_TESTS}::test_no_station_opens_a_database_that_is_being_filled",),
        "a station is told that a database that is being filled is broken",
    ),
    Guard(
        _MOVE,
        "        if not counted == progress.copied == there.rows or progress.row_sum != there.row_sum:\n",
        "        if not counted == progress.copied == there.rows:\n",
        (f"{_TESTS}::test_a_difference_is_noticed",),
        "the moved rows are counted, and not compared",
    ),
    Guard(
        _MOVE,
        "        if known is None or known.mark != mark:\n",
        "        if known is None:\n",
        (f"{_TESTS}::test_a_file_that_changed_meanwhile_is_copied_anew",),
        "the server's database is behind the file that it came from",
    ),
    Guard(
        _MOVE,
        "(there.move_id, there.mark) == (known.move_id, mark):",
        "there.move_id == known.move_id:",
        (f"{_TESTS}::test_a_file_that_changed_meanwhile_is_copied_anew",),
        "rows of two states of the file are mixed at the server",
    ),
    Guard(
        _MOVE,
        '            if known.state == "ending":\n',
        "            if False:\n",
        (f"{_TESTS}::test_while_the_outcome_is_open_only_the_server_decides",),
        "both databases count, and stations pack on both",
    ),
    Guard(
        _MOVE,
        '                if there.state == "arrived":\n',
        "                if False:\n",
        (f"{_TESTS}::test_a_program_that_ends_after_the_server_has_everything",),
        "a move is taken back although the server's database counts",
    ),
    Guard(
        _ROWS,
        "            values[lease] = 0\n",
        "            pass\n",
        (f"{_TESTS}::test_an_update_that_was_being_sent_is_taken_over_and_not_sent",),
        "an update that was being sent waits for a lease by another clock",
    ),
    Guard(
        _ROWS,
        "            values[evidence] = _shifted(str(values[evidence]), steady_offset_ms)\n",
        "            pass\n",
        (f"{_TESTS}::test_waiting_times_go_on_by_the_clock_of_the_server",),
        "an update counts as missing at its platform too early, and is sent twice",
    ),
    Guard(
        _TARGET,
        "                if last := last_ids.get(str(name), 0):\n",
        "                if last := 0 * last_ids.get(str(name), 0):\n",
        (f"{_TESTS}::test_the_database_goes_on_where_the_file_ended",),
        "an id is given to two things",
    ),
    Guard(
        "shipconsole/store/restoring.py",
        "            fitness.refuse_moved(connection, store, unless_left=True)\n",
        "",
        (f"{_TESTS}::test_an_unfinished_move_is_not_taken_back_by_accepting",),
        "a database is used here while its move is about to count at the server",
    ),
)
