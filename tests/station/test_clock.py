"""The system clock, and the manual clock of tests."""

import time

from shipconsole.station.clock import Clock, SystemClock
from tests.support.clock import ManualClock


def test_the_system_clock_has_the_time() -> None:
    clock: Clock = SystemClock()
    assert abs(clock.now_ms() - time.time() * 1000) < 1000
    first_s = clock.monotonic_s()
    assert clock.monotonic_s() >= first_s


def test_one_process_has_one_boot_id() -> None:
    assert SystemClock().boot_id() == SystemClock().boot_id()
    assert len(SystemClock().boot_id()) == 32


def test_the_manual_clock_moves_when_set() -> None:
    manual = ManualClock(now_ms=1_000)
    clock: Clock = manual
    manual.pass_s(2.5)
    assert (clock.now_ms(), clock.monotonic_s()) == (3_500, 2.5)
    manual.set_wall_ms(0)
    assert (clock.now_ms(), clock.monotonic_s()) == (0, 2.5)
    boot_id = clock.boot_id()
    manual.reboot()
    assert clock.boot_id() != boot_id
    assert clock.monotonic_s() == 0
