"""No more calls a second than are allowed, and fewer once the service complains."""

from __future__ import annotations

from linktui.providers.rate import LONGEST_TURN, Bucket, at_share


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def taken(bucket: Bucket, times: int) -> None:
    for _ in range(times):
        await bucket.take()


async def test_a_seconds_worth_goes_at_once_and_the_rest_at_the_rate() -> None:
    time = Time()
    bucket = Bucket(10, now=time, sleep=time.sleep)
    await taken(bucket, 10)
    assert time.now == 100.0
    await taken(bucket, 50)
    assert 104.8 <= time.now <= 105.2


async def test_rest_does_not_pile_up_into_a_flood() -> None:
    time = Time()
    bucket = Bucket(10, now=time, sleep=time.sleep)
    time.now += 1000
    await taken(bucket, 30)
    assert time.now >= 1101.8


async def test_a_complaint_halts_then_slows_and_going_well_brings_it_back() -> None:
    time = Time()
    bucket = Bucket(10, now=time, sleep=time.sleep)
    bucket.complain(3.0)
    await bucket.take()
    assert time.now >= 103.0
    slow = time.now
    await taken(bucket, 10)
    assert time.now - slow >= 1.9
    for _ in range(100):
        bucket.went_well()
    await bucket.take()
    quick = time.now
    await taken(bucket, 10)
    assert time.now - quick <= 1.2


async def test_calls_at_a_share_keep_to_it_and_leave_the_rest_to_others() -> None:
    time = Time()
    bucket = Bucket(10, now=time, sleep=time.sleep)
    with at_share(0.1):
        await taken(bucket, 11)
    assert 109.9 <= time.now <= 110.1
    before = time.now
    await taken(bucket, 8)
    assert time.now == before


async def test_a_call_at_a_share_is_never_put_off_for_long() -> None:
    time = Time()
    bucket = Bucket(1, now=time, sleep=time.sleep)
    with at_share(0.001):
        await taken(bucket, 3)
    assert time.now <= 100 + 2 * LONGEST_TURN
