"""Frames of GB/T 20999-2017: head, items, checksum, escapes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

START, END, ESCAPE = 0x7E, 0x7D, 0x5C
VERSION, HOST, CONTROLLER, SET = 0x0102, 0x01, 1, 0x30
POLYNOMIAL = 0x1005  # x^16 + x^12 + x^2 + 1


def frame(junction: int, sequence: int, items: Sequence[tuple[int, int, int, int, bytes]]) -> bytes:
    """Return a frame that sets items (class, object, attribute, element, value), escaped as on TCP."""
    body = b"".join(
        bytes([index, 4 + len(value), kind, thing, attribute, element]) + value
        for index, (kind, thing, attribute, element, value) in enumerate(items, start=1)
    )
    head = struct.pack(">HBIBBBB", VERSION, HOST, CONTROLLER, junction, sequence, SET, len(items))
    inner = struct.pack(">H", len(head) + len(body) + 2) + head + body
    whole = inner + struct.pack(">H", checksum(inner))
    escaped = bytearray()
    for byte in whole:
        escaped += bytes([ESCAPE, byte]) if byte in (START, END, ESCAPE) else bytes([byte])
    return bytes([START, *escaped, END])


def checksum(content: bytes) -> int:
    """Return the CRC-16 of the polynomial 0x1005, most significant bit first, from 0."""
    register = 0
    for byte in content:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ POLYNOMIAL if register & 0x8000 else register << 1
            register &= 0xFFFF
    return register
