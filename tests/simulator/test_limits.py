"""The rate limits."""

from shipconsole.simulator.limits import LeakyBucket, RollingWindow


def test_a_window_rolls() -> None:
    window = RollingWindow(2, 10)
    assert [window.take(0), window.take(4), window.take(5)] == [0, 0, 5]
    assert window.headers() == {"RateLimit-Limit": "2", "RateLimit-Remaining": "0"}
    assert [window.take(10), window.take(11), window.take(14)] == [0, 3, 0]


def test_a_bucket_drains() -> None:
    bucket = LeakyBucket(3, 2)
    assert [bucket.take(100) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.headers() == {"X-Shipup-Api-Call-Limit": "3/3"}
    assert [bucket.take(100.5), bucket.take(100.5)] == [0, 0.5]
    assert [bucket.take(1000) for _ in range(4)] == [0, 0, 0, 0.5]
