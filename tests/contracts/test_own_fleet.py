"""One's own fleet from nothing: what is missing is said, those lines are typed, and it runs."""

from __future__ import annotations

import pytest

from tests.contracts.browser_less import Visitor
from tests.contracts.own_fleet import lines_to_type, refusal, started, type_lines
from tests.plugins.redis_server import free_port
from tests.servers import answers, misbehaving
from tests.waiting import wait_until

PASSWORD = "rather a long way to say so"
FLEET = """\
version: 1
clusters:
  - {{key: "own:1", alias: own-1}}
rollouts:
  routesrv:
    evidence: {{format: eskip, interval: 1s}}
    modes: {{"off": "false", shadow: pre, exec: exec}}
    applier: {{manual: {{}}}}
    tiers:
      - name: mine
        mode: shadow
        targets:
          - cluster: "own:1"
            legacy: {{address: "{legacy}"}}
            shadow: {{address: "{shadow}"}}
"""
OTHER = answers.TABLE.replace(b"http://a.test", b"http://elsewhere.test")


def test_following_its_own_lines_makes_it_look_at_the_fleet_until_ctrl_c(tmp_path):
    with misbehaving(answers.table()) as legacy, misbehaving(answers.routesrv()) as shadow:
        fleet = tmp_path / "fleet.yaml"
        fleet.write_text(FLEET.format(legacy=legacy.url, shadow=shadow.url))

        said = refusal(tmp_path, fleet, {})

        lines = lines_to_type(said)
        assert said.startswith("Not yet:\n")
        assert [line.split(" ")[0] for line in lines] == ["export", *[".venv/bin/python"] * 2]
        assert not legacy.asked

        settings = type_lines(lines, tmp_path, password=PASSWORD)
        assert f"127.0.0.1/32:{min(legacy.port, shadow.port)}" in str(settings)

        with started(tmp_path, fleet, settings, "--port", str(free_port())) as run:
            visitor = Visitor(run.wait_for(r"Penumbra: (http://\S+)"))
            operator = lines[-1].rpartition(" ")[2]
            overview = visitor.post(
                "/sign-in/", "/sign-in/", username=operator, password=PASSWORD, next="/"
            )
            assert "mine" in overview
            wait_until(lambda: "Equal" in visitor.get("/targets/1/"), what=run.printed)

            shadow.answer_with(answers.routesrv(OTHER))
            wait_until(lambda: "Different" in visitor.get("/targets/1/"), what=run.printed)
            assert "elsewhere" in visitor.get("/targets/1/differences/")
            assert "export PENUMBRA_BASE_URL=" in run.printed()
            assert "export PENUMBRA_SECRET_KEY=" in run.printed()

            assert run.interrupt() == 0
            assert run.left_behind() == []
            assert "Traceback" not in run.printed()
            assert "warn" not in run.printed().lower()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PENUMBRA_SECRET_KEY": "short"}, "PENUMBRA_SECRET_KEY is shorter than 32 characters."),
        (
            {"DATABASE_URL": "postgres://a@127.0.0.1:9/b", "PENUMBRA_BROKER_URL": "redis://x"},
            "PENUMBRA_SECRET_KEY is not set.",
        ),
        (
            {"DATABASE_URL": "postgres://a@127.0.0.1:9/b", "PENUMBRA_DEMO": "1"},
            "PENUMBRA_BROKER_URL is not set.",
        ),
        (
            {
                "DATABASE_URL": "postgres://a@127.0.0.1:9/b",
                "PENUMBRA_BROKER_URL": "redis://x",
                "PENUMBRA_DEMO": "1",
            },
            "PENUMBRA_DEMO=1 signs anybody in.",
        ),
        (
            {
                "DATABASE_URL": "postgres://a@127.0.0.1:9/b",
                "PENUMBRA_BROKER_URL": "redis://x",
                "PENUMBRA_SECRET_KEY": "k" * 64,
                "PENUMBRA_AUDIT_KEY": "a" * 64,
            },
            "PENUMBRA_BASE_URL is not set.",
        ),
        (
            {"PENUMBRA_AUDIT_KEY": "k" * 64},
            "PENUMBRA_AUDIT_KEY is not 64 hexadecimal digits.",
        ),
        ({"PENUMBRA_ALLOWED_ADDRESSES": "everything"}, "must read NETWORK:PORT"),
        ({}, "fleet.yaml:2: "),
    ],
)
def test_what_is_unsafe_or_wrong_ends_in_one_sentence(tmp_path, settings, words):
    fleet = tmp_path / "fleet.yaml"
    good = FLEET.format(legacy="http://10.0.0.1/routes", shadow="http://10.0.0.2/routes")
    fleet.write_text(good if settings else good.replace("clusters:", "clutters:"))

    said = refusal(tmp_path, fleet, settings)

    assert words in said


def test_a_fleet_that_is_not_there_is_named(tmp_path):
    assert "fleet.yaml cannot be read: No such file" in refusal(
        tmp_path, tmp_path / "fleet.yaml", {}
    )
