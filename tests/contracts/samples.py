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
}
