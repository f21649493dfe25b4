"""The reference deployment keeps its promises: health, no default secrets, a worker a queue."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network

import pytest
from celery.bin.beat import beat
from celery.bin.worker import worker
from gunicorn.config import Config

from config.celery import app
from config.embedded import QUEUES, EmbeddedServer
from tests.house.compose import document, option, services
from tests.house.tree import ROOT, read

OURS = {name: service for name, service in services().items() if "build" in service}
CELERY = {name: service for name, service in OURS.items() if service["command"][0] == "celery"}
DOCKERFILE = read(ROOT / "Dockerfile")


@pytest.mark.parametrize("name", sorted(set(services()) - {"migrate"}))
def test_every_service_that_stays_has_a_health_check_and_comes_back(name):
    service = services()[name]

    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", services())
def test_every_secret_and_address_must_be_said_by_whoever_deploys(name):
    settings = services()[name].get("environment", {})

    for key, value in settings.items():
        if re.search("PASSWORD|SECRET|AUTH|URL|ADDRESSES", key):
            assert re.search(r"\$\{[A-Z_]+:\?[^}]+\}", value), f"{key} has a default"
            assert not re.search(r"\$\{[A-Z_]+:?-", value), f"{key} has a default"


@pytest.mark.parametrize("name", OURS)
def test_nothing_of_ours_runs_as_root_or_may_become_it(name):
    assert re.search(r"(?m)^USER (?!root|0)\w+$", DOCKERFILE)
    assert OURS[name]["cap_drop"] == ["ALL"]
    assert OURS[name]["security_opt"] == ["no-new-privileges:true"]
    assert OURS[name]["read_only"] is True


@pytest.mark.parametrize("name", sorted(set(OURS) - {"migrate"}))
def test_nothing_of_ours_starts_before_the_migrations_are_through(name):
    assert OURS[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_each_queue_has_a_worker_service_of_its_own_name():
    served = {name: option(s["command"], "-Q") for name, s in CELERY.items() if name != "beat"}

    assert served == {queue: queue for queue in QUEUES}
    scheduled = {entry["options"]["queue"] for entry in app.conf.beat_schedule.values()}
    assert scheduled <= set(served)


def test_looks_run_on_threads_and_what_runs_in_processes_has_a_time_limit():
    for name, service in CELERY.items():
        if name != "beat":
            is_threads = option(service["command"], "-P") == "threads"
            assert is_threads == (name == "look")
            assert ("--time-limit" in service["command"]) == (name != "look")


def test_workers_wait_for_redis_and_whoever_publishes_does_not():
    marked = {name for name, s in OURS.items() if s["environment"].get("PENUMBRA_PROCESS")}

    assert marked == set(QUEUES)


@pytest.mark.parametrize("name", CELERY)
def test_celery_understands_every_command_line(name):
    _, _, where, subcommand, *arguments = CELERY[name]["command"]
    command = {"worker": worker, "beat": beat}[subcommand]

    assert where == "config.celery"
    command.make_context(subcommand, list(arguments), obj=_Context())


class _Context:
    """What Celery's command line passes down."""

    app = app
    no_color = True
    quiet = True


def test_no_header_of_a_client_says_where_penumbra_is_mounted():
    _, *arguments = services()["web"]["command"]
    last = json.loads(DOCKERFILE.strip().splitlines()[-1].removeprefix("CMD "))

    assert "--forwarder-headers=" in arguments
    assert "--forwarder-headers=" in last
    assert EmbeddedServer("127.0.0.1", 0, print).cfg.forwarder_headers == []


def test_the_one_proxy_whose_word_counts_is_the_gateway_that_this_machine_comes_through():
    (network,) = document()["networks"]["default"]["ipam"]["config"]

    assert services()["web"]["environment"]["PENUMBRA_TRUSTED_PROXIES"] == network["gateway"]
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])
    assert all(port.startswith("127.0.0.1:") for port in services()["web"]["ports"])


def test_gunicorn_understands_its_command_line():
    program, *arguments = services()["web"]["command"]

    parsed = Config().parser().parse_args(arguments)

    assert program == "gunicorn"
    assert parsed.args == ["config.wsgi"]
    assert parsed.worker_class == "gthread"


def test_the_image_copies_what_exists_and_what_the_build_may_see():
    copied = re.findall(r"(?m)^COPY (.+) \S+$", DOCKERFILE)
    seen = {line.removeprefix("!") for line in read(ROOT / ".dockerignore").splitlines()}

    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert source in seen, source
