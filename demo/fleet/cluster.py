"""One cluster acted out: endpoints come and go, and each reader learns of it a little later.

Theory: the agenda holds all that will happen. A change of the cluster is told to each Skipper pod
and to the route server within SKEW_SECONDS. In mode "exec" the pods hear of it from the route
server instead. The whole state follows from story, seed, start and the modes that were set.
"""

from __future__ import annotations

import itertools
from functools import partial

from demo.fleet.agenda import Agenda
from demo.fleet.dice import dice
from demo.fleet.parts import plot_of, revision
from demo.fleet.plot import swap
from demo.fleet.routes import Route
from demo.fleet.routesrv import RouteServer
from demo.fleet.services import other_endpoints
from demo.fleet.skipper import Pod, accepts_document
from demo.story import Cluster

MODES = ("false", "pre", "exec")
FLIP_SECONDS = (2.0, 4.0)
SKEW_SECONDS = 0.5
STARTING_SECONDS = 2.0
"""How long a new pod or a new route server takes to load its first table."""
RUNNING_SECONDS = 600.0
"""For how long the fleet has been running when it is first looked at."""
KEPT_SHARE = 0.6
"""Which part of its services a cluster keeps when it shrinks."""


class RunningCluster:
    """A cluster with its pods and its route server; call `advance` before reading from it."""

    def __init__(self, story: Cluster, *, seed: int, start: float) -> None:
        self.story = story
        self.mode = story.mode
        self._agenda = Agenda()
        self._chance = dice(seed, story.key, "churn")
        self._plot = plot_of(story, seed=seed)
        self._services = self._plot.services
        self._busy = [place for place in range(len(self._services)) if self._may_churn(place)]
        self._truth = {one.ident: one for service in self._services for one in service.routes}
        self._flips = 1
        self._turn = itertools.cycle(range(story.pods))
        self._withheld: tuple[Route, ...] = ()
        self.pods = tuple(self._pod(number) for number in range(story.pods))
        zones = tuple(f"{story.region}{letter}" for letter in "abc")
        self.routesrv = RouteServer(zones)
        self._begin(start)

    def advance(self, now: float) -> None:
        """Let all happen that is due by this second; an earlier second than before does nothing."""
        self._agenda.run_until(now)

    def pod_in_turn(self) -> Pod:
        """Return the pod that answers the next request."""
        return self.pods[next(self._turn)]

    def set_mode(self, mode: str, now: float) -> None:
        """Follow another value of skipper_routesrv_enabled.

        Errors
            ValueError  the value is none of MODES
        """
        if mode not in MODES:
            raise ValueError(f"mode {mode!r} is none of {', '.join(MODES)}")
        self.advance(now)
        self.mode = mode
        if mode == "false":
            self.routesrv.remove()
        elif not self.routesrv.is_deployed:
            self.routesrv.is_deployed = True
            self._agenda.add(now + STARTING_SECONDS, self._load_routesrv)
        self._reload_pods(now)

    def restart_pods(self, now: float) -> None:
        """Replace every Skipper pod: each shows an empty table until it has loaded one."""
        self.advance(now)
        for pod in self.pods:
            pod.restart(now)
            self._agenda.add(now + STARTING_SECONDS, partial(self._load_pod, pod))

    def _pod(self, number: int) -> Pod:
        return Pod(
            clock_error=-2.0 * number,
            is_stuck=number == self._plot.stuck,
            defaults=self._plot.defaults,
            inline=self._plot.inline,
        )

    def _begin(self, start: float) -> None:
        loaded_at = start - RUNNING_SECONDS
        if not self._plot.writes_at:
            self.routesrv.writes.update(self._plot.writes)
        for pod in self.pods:
            pod.load(self._truth.values(), loaded_at)
        if self._plot.loads and self.mode != "false":
            self.routesrv.load(self._truth.values(), loaded_at)
        if not self._plot.follows:
            self.routesrv.failing_since = loaded_at
        wait = 0.0 if self._plot.starts_moving else self._chance.uniform(*self._plot.churn)
        self._agenda.add(start + wait, self._churn)
        if self._plot.writes_at:
            self._agenda.add(start + self._plot.writes_at, self._write)
        if self._plot.shrinks_at is not None:
            self._agenda.add(start + self._plot.shrinks_at, self._shrink)
        if self._plot.flipping:
            self._agenda.add(start + self._chance.uniform(*FLIP_SECONDS), self._flip)

    def _churn(self, at: float) -> None:
        """Change the endpoints of one service."""
        place = self._chance.choice(self._busy)
        service = self._services[place]
        service = service.with_endpoints(other_endpoints(service.endpoints, self._chance))
        self._services[place] = service
        self._truth.update({route.ident: route for route in service.routes})
        idents = tuple(route.ident for route in service.routes)

        for pod in self.pods:
            self._tell_pod(pod, idents, at)
        told = service.routes
        if self._plot.is_behind:
            told, self._withheld = self._withheld, told
        self._agenda.add(at + self._skew(), lambda then: self._tell_routesrv(told, then))
        self._agenda.add(at + self._chance.uniform(*self._plot.churn), self._churn)

    def _may_churn(self, place: int) -> bool:
        return place not in self._plot.quiet and any(
            not route.backend for route in self._services[place].routes
        )

    def _write(self, at: float) -> None:
        """Let the route server write from now on what its part says."""
        self.routesrv.writes.update(self._plot.writes)
        self._tell_routesrv(tuple(self._truth[ident] for ident in self._plot.writes), at)

    def _shrink(self, at: float) -> None:
        """Lose the last services; both sides learn of it as of any other change."""
        kept = int(len(self._services) * KEPT_SHARE)
        del self._services[kept:]
        self._busy = [place for place in self._busy if place < kept]
        self._truth = {one.ident: one for service in self._services for one in service.routes}
        self._reload_pods(at)
        self._agenda.add(at + self._skew(), self._load_routesrv)

    def _flip(self, at: float) -> None:
        """Let the route server write the next value into its flipping route."""
        ident = self._plot.flipping
        self._flips += 1
        self.routesrv.writes[ident] = swap(revision(0), revision(self._flips))
        self._tell_routesrv((self._truth[ident],), at)
        self._agenda.add(at + self._chance.uniform(*FLIP_SECONDS), self._flip)

    def _tell_routesrv(self, routes: tuple[Route, ...], at: float) -> None:
        if not self._plot.follows or not self.routesrv.is_loaded:
            return
        self.routesrv.take(routes, at)
        if self.mode == "exec":
            for pod in self.pods:
                self._tell_pod(pod, tuple(route.ident for route in routes), at)

    def _tell_pod(self, pod: Pod, idents: tuple[str, ...], at: float) -> None:
        """Let a pod learn of these routes shortly, from where it reads by then."""

        def take(then: float) -> None:
            source = self._pods_read()
            if source is not None:
                pod.take((source[ident] for ident in idents if ident in source), then)

        self._agenda.add(at + self._skew(), take)

    def _reload_pods(self, now: float) -> None:
        """Let every pod take a whole table from where it reads now."""
        for pod in self.pods:
            if pod.is_loaded:
                self._agenda.add(now + self._skew(), partial(self._load_pod, pod))

    def _load_pod(self, pod: Pod, at: float) -> None:
        source = self._pods_read()
        if source is not None:
            pod.load(source.values(), at)
        elif not pod.is_loaded:
            self._agenda.add(at + STARTING_SECONDS, partial(self._load_pod, pod))

    def _load_routesrv(self, at: float) -> None:
        if self.routesrv.is_deployed and self._plot.follows:
            self.routesrv.load(self._truth.values(), at)
            if self.mode == "exec":
                self._reload_pods(at)

    def _pods_read(self) -> dict[str, Route] | None:
        """Return the routes that pods read in this mode; None where they keep their last table."""
        if self.mode != "exec":
            return self._truth
        served = self.routesrv.routes
        return served if served and accepts_document(served.values()) else None

    def _skew(self) -> float:
        return self._chance.uniform(0.0, SKEW_SECONDS)
