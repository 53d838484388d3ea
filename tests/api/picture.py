"""Read a picture on stdin as a browser does; print what it says as JSON.

Fails where it is no XML, or has anything that runs or is fetched.
"""
import json
import re
import sys
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "style", "g", "rect", "path", "text",
            "animate", "animateTransform"}

root = ET.fromstring(sys.stdin.buffer.read())
assert root.tag == SVG + "svg", root.tag
counts = {}
for element in root.iter():
    assert element.tag.startswith(SVG), element.tag
    name = element.tag[len(SVG):]
    assert name in ELEMENTS, name
    counts[name] = counts.get(name, 0) + 1
    for key, value in element.attrib.items():
        assert not key.startswith("on") and "href" not in key, key
        assert not re.search(r"url|script|http", value), value
    if name == "style":
        assert not re.search(r"url|@import|http", element.text), element.text
print(json.dumps({
    "width": root.get("width"), "height": root.get("height"),
    "role": root.get("role"),
    "title": root.findtext(SVG + "title"), "desc": root.findtext(SVG + "desc"),
    "texts": [element.text for element in root.iter(SVG + "text")],
    "elements": counts,
}))
