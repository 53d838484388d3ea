#!/usr/bin/env python3
"""safetensors.py FILE - read tensors as other programs do, print them as JSON:
{"metadata": {…}, "tensors": {"W": {"shape": [3, 4], "values": […]}}}."""
import json
import math
import struct
import sys

with open(sys.argv[1], "rb") as file:
    octets = file.read()
size, = struct.unpack("<Q", octets[:8])
header, data = json.loads(octets[8:8 + size]), octets[8 + size:]
metadata, tensors, ends = header.pop("__metadata__", {}), {}, [0]
for name, tensor in header.items():
    begin, end = tensor["data_offsets"]
    letter, width = {"F64": ("d", 8), "F32": ("f", 4)}[tensor["dtype"]]
    assert begin == ends[-1], f"{name} does not begin where the last one ends"
    assert end - begin == width * math.prod(tensor["shape"]), name
    values = struct.unpack(f"<{(end - begin) // width}{letter}",
                           data[begin:end])
    tensors[name] = {"shape": tensor["shape"], "values": list(values)}
    ends.append(end)
assert ends[-1] == len(data) and (8 + size) % 8 == 0
assert all(isinstance(text, str) for text in metadata.values())
json.dump({"metadata": metadata, "tensors": tensors}, sys.stdout)
