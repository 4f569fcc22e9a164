"""Random names and join codes."""

import re

from app.store.ids import CODE_SYMBOLS, new_code, new_id, new_token, now_ms, token_hash


def test_a_code_is_made_of_thirty_symbols_that_nobody_mixes_up() -> None:
    assert len(CODE_SYMBOLS) == len(set(CODE_SYMBOLS)) == 30
    assert not set("01ILOS") & set(CODE_SYMBOLS)
    assert CODE_SYMBOLS.upper() == CODE_SYMBOLS
    for length in (6, 8):
        assert re.fullmatch(f"[{CODE_SYMBOLS}]{{{length}}}", new_code(length))


def test_every_symbol_is_as_likely_as_every_other() -> None:
    drawn = "".join(new_code(8) for _ in range(3000))
    counts = [drawn.count(symbol) for symbol in CODE_SYMBOLS]

    assert min(counts) > 600
    assert max(counts) < 1000


def test_tokens_have_at_least_128_bits_and_ids_no_order() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000
    assert all(re.fullmatch(r"[\w-]{32}", new_token()) for _ in range(50))
    ids = [new_id() for _ in range(100)]
    assert all(re.fullmatch(r"[a-z2-7]{20}", id_) for id_ in ids)
    assert ids != sorted(ids)


def test_only_the_hash_of_a_token_is_like_itself() -> None:
    assert token_hash("a") == token_hash("a") != token_hash("b")
    assert len(token_hash("a")) == 64


def test_time_is_in_milliseconds() -> None:
    assert 1_700_000_000_000 < now_ms() < 10_000_000_000_000
