#!/usr/bin/env python3
"""Write a realistic pair of route tables: the same meaning, as Skipper and as routesrv print it.

    make_tables.py ROUTES OUT [--differences N] [--seed S]

writes OUT.legacy.eskip (Host and Method first, as Skipper prints) and OUT.shadow.eskip (original
order, endpoints in another order), nopretty, sorted by id, about 450 bytes a route. N routes of
the shadow differ in one filter argument; their ids go to standard output, one a line.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

SCOPED_RATE, LIMITED_RATE = 0.6, 0.3


def main() -> None:
    """Write the tables that the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("routes", type=int)
    arguments.add_argument("out")
    arguments.add_argument("--differences", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=7)
    options = arguments.parse_args()

    legacy, shadow, changed = tables(options.routes, options.differences, options.seed)
    for key in changed:
        sys.stdout.write(f"{key}\n")
    Path(f"{options.out}.legacy.eskip").write_text(legacy)
    Path(f"{options.out}.shadow.eskip").write_text(shadow)


def tables(routes: int, differences: int = 0, seed: int = 7) -> tuple[str, str, list[str]]:
    """Return the legacy table, the shadow table and the ids on which they differ."""
    rng = random.Random(seed)  # noqa: S311 - the same tables for the same seed
    rows = sorted(route(number, rng) for number in range(routes))
    changed = set(rng.sample(range(len(rows)), differences))
    legacy = [row[1] for row in rows]
    shadow = [
        row[2].replace('flowId("reuse")', 'flowId("renew")') if place in changed else row[2]
        for place, row in enumerate(rows)
    ]
    return printed(legacy), printed(shadow), [rows[place][0] for place in sorted(changed)]


def printed(routes: list[str]) -> str:
    """Print a nopretty table: every route ends with a semicolon, newlines between."""
    return "\n".join(f"{route};" for route in routes)


def route(number: int, rng: random.Random) -> tuple[str, str, str]:
    """Return (id, legacy line, shadow line) of one route."""
    namespace, app = f"ns{number % 120}", f"app-{number}"
    host = f"^({app}[.]{namespace}[.]example[.]org[.]?(:[0-9]+)?)$"
    ident = f"kube_rg__{namespace}__{app.replace('-', '_')}__all__{number % 7}_{number:05d}"

    tree = [f'PathSubtree("/v{number % 3}")'] + (["Weight(4)"] if number % 5 == 0 else [])
    method = ['Method("GET")'] if number % 4 == 0 else []
    headers = ['Header("X-A", "1")', 'Header("X-B", "2")'] if number % 9 == 0 else []
    legacy = [f"Host(/{host}/)", *method, *headers, *tree]
    shadow = [*tree, f'Host("{host}")', *headers[::-1], *method]

    filters = ["disableAccessLog(2, 3, 404, 429)", 'fifo(2000, 20, "1s")']
    if rng.random() < SCOPED_RATE:
        filters.append('oauthTokeninfoAllScope("uid", "svc.read")')
    if rng.random() < LIMITED_RATE:
        filters.append(f'ratelimit({rng.randrange(10, 999)}, "1s")')
    filters += [f'setRequestHeader("X-App", "{app}")', 'flowId("reuse")']

    count = rng.choice([1, 2, 2, 3, 5, 10])
    addresses = {
        f"http://10.{rng.randrange(8)}.{rng.randrange(256)}.{rng.randrange(256)}:8080"
        for _ in range(count)
    }
    return (
        ident,
        line(ident, legacy, filters, sorted(addresses)),
        line(ident, shadow, filters, rng.sample(sorted(addresses), len(addresses))),
    )


def line(ident: str, predicates: list[str], filters: list[str], addresses: list[str]) -> str:
    """Print one route in the nopretty form, without its semicolon."""
    quoted = ", ".join(f'"{address}"' for address in addresses)
    backend = quoted if len(addresses) == 1 else f"<roundRobin, {quoted}>"
    return f"{ident}: {' && '.join(predicates)} -> {' -> '.join(filters)} -> {backend}"


if __name__ == "__main__":
    main()
