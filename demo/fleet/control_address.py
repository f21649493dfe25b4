"""Where a cluster says in which mode it is, and where somebody at the keyboard may change it.

GET    /ALIAS/mode   {"skipper_routesrv_enabled": "pre"}
PUT    /ALIAS/mode   the same document with another value: what a change by hand does
DELETE /ALIAS/pods   every Skipper pod of the cluster starts anew
"""

from __future__ import annotations

import json

from demo.fleet.cluster import RunningCluster
from demo.fleet.fleet import Fleet
from demo.fleet.wire import METHOD_NOT_ALLOWED, NOT_FOUND, Answer, Request, refusal

KEY = "skipper_routesrv_enabled"


def answer_control(request: Request, fleet: Fleet, *, now: float) -> Answer:
    """Answer for the cluster whose alias the path begins with."""
    alias, _, thing = request.path.strip("/").partition("/")
    cluster = fleet.clusters.get(alias)
    if cluster is None or thing not in ("mode", "pods"):
        return NOT_FOUND
    if thing == "pods":
        if request.method != "DELETE":
            return METHOD_NOT_ALLOWED
        cluster.restart_pods(now)
        return Answer(204)
    if request.method == "PUT":
        return _put_mode(request, cluster, now)
    if request.method not in ("GET", "HEAD"):
        return METHOD_NOT_ALLOWED
    return _mode(cluster)


def _mode(cluster: RunningCluster) -> Answer:
    body = json.dumps({KEY: cluster.mode}).encode() + b"\n"
    return Answer(200, {"Content-Type": "application/json"}, body)


def _put_mode(request: Request, cluster: RunningCluster, now: float) -> Answer:
    try:
        cluster.set_mode(json.loads(request.body)[KEY], now)
    except (ValueError, KeyError, TypeError) as fact:
        return refusal(400, f"no mode was set: {fact}")
    return _mode(cluster)
