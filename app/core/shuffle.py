"""An order of one's own for each phone, so that what stands first is not supported more for it. Pure.

`static/js/phone-support.js` puts the same ids in the same order.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

_START: Final = 2166136261
_STEP: Final = 16777619
_32_BITS: Final = 0xFFFFFFFF


def own_seed(participant_id: str) -> str:
    """The seed of a participant's own order, always the same: eight hexadecimal digits."""
    return hashlib.blake2b(participant_id.encode(), digest_size=4, person=b"order").hexdigest()


def place(seed: str, id_: str) -> int:
    """Where an id stands in the order of ``seed``: a number below 2**32. Source: FNV-1a, with Murmur3's last step."""
    found = _START
    for byte in f"{seed}:{id_}".encode():
        found = (found ^ byte) * _STEP & _32_BITS
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        found = (found ^ found >> shift) * factor & _32_BITS
    return found ^ found >> 16


def in_own_order(ids: Iterable[str], seed: str) -> list[str]:
    """The ids in the order of ``seed``."""
    return sorted(ids, key=lambda id_: (place(seed, id_), id_))
