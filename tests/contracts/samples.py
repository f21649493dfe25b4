"""A small sound document of each format, for the contract over all of them."""

from __future__ import annotations

SAMPLES = {
    "eskip": b"\n".join(
        [
            b'kube_a__api: Host("^api[.]example[.]org$") && Method("GET") && Path("/orders")'
            b' -> flowId("reuse") -> setPath("/v2") -> "http://10.2.0.7:8080";',
            b'kube_a__web: Host("^web[.]example[.]org$") && PathSubtree("/")'
            b' -> fifo(2000, 20, "1s") -> <roundRobin, "http://10.2.0.8:80", "http://10.2.0.9:80">;',
            b'kube_b__gone: Path("/gone") && Header("X-Old", "yes")'
            b' -> status(410) -> inlineContent("gone") -> <shunt>;',
            b'kube_b__loop: Path("/loop") && Traffic(0.5) -> setPath("/orders") -> <loopback>;',
        ]
    ),
    "records": b"""{"items": [
{"name": "a.example.org", "type": "A", "targets": ["10.0.0.1", "10.0.0.2"], "ttl": 300},
{"name": "b.example.org", "type": "A", "targets": ["10.0.0.3"], "ttl": 60, "seen": 17},
{"name": "b.example.org", "type": "TXT", "targets": ["v=spf1 -all"], "ttl": 3.6e3}
]}""",
}

OPTIONS: dict[str, dict[str, object]] = {
    "records": {
        "key": ["/name", "/type"],
        "root": "/items",
        "ignore": ["/seen"],
        "unordered": ["/targets"],
        "tolerance": {"/ttl": "1%"},
    },
}
"""The options with which a format reads its sample, for formats that have some."""
