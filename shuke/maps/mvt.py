"""Vector tiles written by hand: the few parts of Mapbox's format, version 2.1, that our tiles need. Only whole numbers of the grid."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

EXTENT = 4096
TILE = "application/vnd.mapbox-vector-tile"
POINT, LINE, POLYGON = 1, 2, 3
Value: TypeAlias = str | bool | int
Path: TypeAlias = Sequence[tuple[int, int]]


class Feature(msgspec.Struct, frozen=True):
    """One feature: points, lines, or the closed rings of polygons (outer ones clockwise as y grows downwards, without the last point)."""

    kind: int
    paths: Sequence[Path]
    properties: Mapping[str, Value]
    number: int = 0


def encode(layers: Mapping[str, Sequence[Feature]]) -> bytes:
    """The tile; layers without a feature are left out."""
    return b"".join(_field(3, _layer(name, features)) for name, features in layers.items() if features)


def _layer(name: str, features: Iterable[Feature]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    body = bytearray(_field(1, name.encode()))
    for feature in features:
        tags: list[int] = []
        for key, value in feature.properties.items():
            tags += (keys.setdefault(key, len(keys)), values.setdefault((type(value), value), len(values)))
        body += _field(2, _feature(feature, tags))
    for key in keys:
        body += _field(3, key.encode())
    for _kind, value in values:
        body += _field(4, _value(value))
    body += _varint(5 << 3) + _varint(EXTENT) + _varint(15 << 3) + _varint(2)
    return bytes(body)


def _feature(feature: Feature, tags: Sequence[int]) -> bytes:
    number = _varint(1 << 3) + _varint(feature.number) if feature.number else b""
    packed = _field(2, b"".join(map(_varint, tags))) if tags else b""
    return number + packed + _varint(3 << 3) + _varint(feature.kind) + _field(4, _geometry(feature))


def _geometry(feature: Feature) -> bytes:
    made = bytearray()
    x = y = 0
    if feature.kind == POINT:
        made += _varint(len(feature.paths) << 3 | 1)
    for path in feature.paths:
        for at, (east, south) in enumerate(path):
            if feature.kind != POINT and at < 2:
                made += _varint(1 << 3 | 1 if at == 0 else (len(path) - 1) << 3 | 2)
            made += _varint(_zigzag(east - x)) + _varint(_zigzag(south - y))
            x, y = east, south
        if feature.kind == POLYGON:
            made += _varint(1 << 3 | 7)
    return bytes(made)


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return _varint(7 << 3) + _varint(int(value))
    if isinstance(value, str):
        return _field(1, value.encode())
    return _varint(6 << 3) + _varint(_zigzag(value))


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)
