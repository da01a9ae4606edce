#!/usr/bin/env python3
"""Changes fields of a replay's header, under right checksums: rehead.py FROM TO KEY=JSON... (Sources/Replay/ReplayFile.swift)."""
import ctypes
import json
import struct
import sys

zstd, xxhash = ctypes.CDLL("libzstd.so.1"), ctypes.CDLL("libxxhash.so.0")
zstd.ZSTD_decompress.restype = zstd.ZSTD_compress.restype = zstd.ZSTD_compressBound.restype = ctypes.c_size_t
xxhash.XXH3_64bits_withSeed.restype = ctypes.c_uint64

with open(sys.argv[1], "rb") as file:
    data = file.read()
kind, size, length, _ = struct.unpack_from("<BIIQ", data, 12)
assert kind == 1, "the header is not the first part"
packed = data[29:29 + length]
header = ctypes.create_string_buffer(size)
zstd.ZSTD_decompress(header, ctypes.c_size_t(size), packed, ctypes.c_size_t(length))
values = json.loads(header.raw)
for change in sys.argv[3:]:
    key, _, value = change.partition("=")
    values[key] = json.loads(value)
text = json.dumps(values).encode()
bound = zstd.ZSTD_compressBound(ctypes.c_size_t(len(text)))
again = ctypes.create_string_buffer(bound)
count = zstd.ZSTD_compress(again, ctypes.c_size_t(bound), text, ctypes.c_size_t(len(text)), 1)
packed = again.raw[:count]
check = xxhash.XXH3_64bits_withSeed(packed, ctypes.c_size_t(count), ctypes.c_uint64(0))
with open(sys.argv[2], "wb") as file:
    file.write(data[:12] + struct.pack("<BIIQ", kind, len(text), count, check) + packed + data[29 + length:])
