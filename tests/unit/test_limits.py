"""How fast somebody may be. Time is moved by hand."""

import time

import pytest

from app.live import limits
from app.live.limits import (
    WRONG_CODES_INSTALL_WIDE,
    WRONG_CODES_PER_MINUTE,
    Bucket,
    Buckets,
    PhoneLimits,
    SignInThrottle,
    TurnedAway,
    WrongCodes,
)


class Clock:
    def __init__(self) -> None:
        self.now = time.monotonic() + 10_000  # buckets are as full as they get

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(limits, "time", found)
    return found


def test_a_bucket_gives_its_burst_and_then_its_rate(clock: Clock) -> None:
    bucket = Bucket(5, 10)
    assert [bucket.take() for _ in range(11)] == [True] * 10 + [False]
    assert bucket.wait_s() == pytest.approx(0.2)

    clock.now += 0.2
    assert [bucket.take(), bucket.take()] == [True, False]
    clock.now += 3600
    assert sum(bucket.take() for _ in range(20)) == 10


@pytest.mark.parametrize("start", [0.0, 32_131.98477695399, 1e6 / 3])
def test_a_fifth_of_a_second_is_a_turn_whatever_the_clock_shows(clock: Clock, start: float) -> None:
    clock.now = start
    bucket = Bucket(5, 10)
    bucket.lose(10)
    for _ in range(200):
        clock.now += 0.2
        assert [bucket.take(), bucket.take()] == [True, False]


def test_what_others_took_is_missing_here_and_never_more_than_there_is(clock: Clock) -> None:
    bucket = Bucket(per_s=5, burst=10)
    bucket.lose(9)
    assert [bucket.take() for _ in range(2)] == [True, False]

    bucket.lose(100)
    clock.now += 0.2
    assert bucket.take()


def test_a_participant_answers_ten_at_once_and_five_a_second(clock: Clock) -> None:
    phone = PhoneLimits()
    assert sum(phone.may_answer() for _ in range(20)) == 10
    assert sum(phone.may_write() for _ in range(20)) == 6
    clock.now += 1
    assert sum(phone.may_answer() for _ in range(20)) == 5
    assert sum(phone.may_write() for _ in range(20)) == 0
    clock.now += 60
    assert sum(phone.may_write() for _ in range(20)) == 6
    assert phone.must_stay_out() == 0
    assert sum(phone.may_go_on() for _ in range(200)) == 100
    assert phone.must_stay_out() == 5
    clock.now += 5
    assert phone.must_stay_out() == 0


def test_who_was_turned_away_is_known_by_the_token_until_the_wait_is_over(clock: Clock) -> None:
    door, phone = TurnedAway(), PhoneLimits()
    assert door.must_stay_out("token", phone) == 0
    assert not all(phone.may_go_on() for _ in range(200))

    assert door.must_stay_out("token") == 0, "nobody has asked whose it is"
    assert door.must_stay_out("token", phone) == 5
    clock.now += 2
    assert [door.must_stay_out(token) for token in ("token", "another", "token")] == [3, 0, 3]
    clock.now += 3
    assert door.must_stay_out("token") == 0


def test_no_more_tokens_are_kept_than_can_be_of_use(clock: Clock) -> None:
    door, phone = TurnedAway(), PhoneLimits()
    assert not all(phone.may_go_on() for _ in range(200))
    for number in range(TurnedAway.AT_MOST + 1):
        door.must_stay_out(f"{number}", phone)

    assert [door.must_stay_out(token) for token in ("0", "1", f"{TurnedAway.AT_MOST}")] == [0, 5, 5]


def test_thirty_wrong_codes_a_minute_are_let_through_and_the_wait_is_at_most_thirty_seconds(clock: Clock) -> None:
    codes = WrongCodes()
    for _ in range(WRONG_CODES_PER_MINUTE):
        assert codes.must_wait("a") == 0
        codes.wrong("a")

    assert 1 <= codes.must_wait("a") <= 30
    assert codes.must_wait("b") == 0
    clock.now += 30
    assert codes.must_wait("a") == 0


def test_the_whole_installation_waits_after_six_hundred_wrong_codes(clock: Clock) -> None:
    codes = WrongCodes()
    for number in range(WRONG_CODES_INSTALL_WIDE):
        codes.wrong(f"address {number}")

    assert 1 <= codes.must_wait("somebody new") <= 30


def test_each_failed_sign_in_makes_the_next_wait_longer_up_to_a_minute(clock: Clock) -> None:
    throttle = SignInThrottle()
    waits = []
    for _ in range(14):
        throttle.failed("user:x")
        waits.append(throttle.must_wait("user:x"))

    assert waits[:4] == [0] * 4
    assert waits[4:] == sorted(waits[4:])
    assert (waits[4], waits[-1]) == (1, 60)
    assert throttle.must_wait("user:y") == 0
    clock.now += 61
    assert throttle.must_wait("user:x") == 0
    throttle.worked("user:x")
    throttle.failed("user:x")
    assert throttle.must_wait("user:x") == 0


def test_buckets_forget_the_longest_unused() -> None:
    buckets = Buckets(1, 1, at_most=2)
    first = buckets.of("a")
    buckets.of("b")
    assert buckets.of("a") is first
    buckets.of("c")

    assert buckets.of("a") is first
    assert len(buckets._buckets) == 2
