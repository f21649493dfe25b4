"""Every key that a fleet file may hold, section by section.

The readers take the keys from here and nothing else knows any; docs/fleet-file.md says the same in
prose, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

REQUIRED = "required"
NONE = "none"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what its value is, what holds where it is left out, and a value to copy."""

    name: str
    type: str
    default: str
    example: str

    @property
    def is_required(self) -> bool:
        """Whether a file without this key is refused."""
        return self.default == REQUIRED


SIDE = (
    Key("address", "address, or a list of them", REQUIRED, '"http://{alias}.example.org/routes"'),
    Key("credential", "credential name", NONE, "routes-reader"),
    Key("ca_bundle", "path of a PEM file", NONE, "/etc/penumbra/example-ca.pem"),
    Key("proxy", "address of a proxy", NONE, '"http://proxy.example.org:3128"'),
    Key("metrics", "address", NONE, '"http://{alias}.example.org:9912/metrics"'),
    Key("paging", "whole number of routes, 1 to 1000000", NONE, "1000"),
)

SECTIONS: dict[str, tuple[Key, ...]] = {
    "the file": (
        Key("version", "the number 1", REQUIRED, "1"),
        Key("clusters", "list of clusters", REQUIRED, "[]"),
        Key("rollouts", "mapping of rollout names", REQUIRED, "{}"),
    ),
    "clusters[]": (
        Key("key", "text", REQUIRED, '"aws:1234:eu-central-1:kube-1"'),
        Key("alias", "alias", REQUIRED, "kube-1"),
        Key("environment", "text", NONE, "test"),
        Key("region", "text", NONE, "eu-central-1"),
        Key("criticality", "whole number, 1 to 3", NONE, "1"),
    ),
    "rollouts.NAME": (
        Key("title", "text", "the rollout's name", "Skipper reads from the route server"),
        Key("evidence", "mapping", REQUIRED, "{format: eskip}"),
        Key("modes", "mapping", REQUIRED, '{"off": "false", shadow: pre, exec: exec}'),
        Key("applier", "mapping", REQUIRED, "{manual: {}}"),
        Key("policy", "mapping", "the defaults of its keys", "{soak: 3d}"),
        Key("tiers", "list of tiers, in order", REQUIRED, "[{name: test, targets: []}]"),
    ),
    "rollouts.NAME.evidence": (
        Key("format", "format name", REQUIRED, "eskip"),
        Key("interval", "duration, 1s to 1d", "60s", "60s"),
        Key("legacy", "mapping", "each target has its own", "{address: …}"),
        Key("shadow", "mapping", "each target has its own", "{address: …}"),
    ),
    "rollouts.NAME.evidence, format records": (
        Key("key", "pointer, or a list of them", REQUIRED, "/name"),
        Key("root", "JSON pointer", NONE, "/items"),
        Key("ignore", "pointer, or a list of them", NONE, '["/seen_at", "/nodes/*/age"]'),
        Key("ordered", "true, false, or a list of pointers", "false", "true"),
        Key("unordered", "pointer, or a list of them", NONE, '["/targets"]'),
        Key("tolerance", "tolerance, or a mapping of pointers to such", NONE, '{"/load": 0.01}'),
    ),
    "rollouts.NAME.evidence.legacy, .shadow": SIDE,
    "rollouts.NAME.modes": (
        Key("off", "text", REQUIRED, '"false"'),
        Key("shadow", "text", REQUIRED, "pre"),
        Key("exec", "text", REQUIRED, "exec"),
    ),
    "rollouts.NAME.applier": (
        Key("git", "mapping", "one applier is required", "{remote: …}"),
        Key("manual", "mapping", "one applier is required", "{}"),
        Key("read_back", "mapping", NONE, "{address: …, pointer: /mode}"),
    ),
    "rollouts.NAME.applier.git": (
        Key("remote", "remote", REQUIRED, "https://git.example.org/platform/clusters.git"),
        Key("branch", "branch", REQUIRED, "main"),
        Key("file", "path inside the repository", REQUIRED, '"clusters/{alias}.yaml"'),
        Key("key", "keys joined by dots", REQUIRED, "config_items.skipper_routesrv_enabled"),
        Key("defaults", "path inside the repository", NONE, "cluster/config-defaults.yaml"),
        Key("defaults_key", "keys joined by dots", "the last of key", "skipper_routesrv_enabled"),
        Key("credential", "credential name", NONE, "git-writer"),
        Key("commit_url", "address", NONE, '"https://git.example.org/clusters/commit/{commit}"'),
    ),
    "rollouts.NAME.applier.manual": (
        Key("instructions", "text of up to 2000 characters", NONE, "Ask the team on call."),
    ),
    "rollouts.NAME.applier.read_back": (
        Key("address", "address", REQUIRED, '"http://{alias}.example.org:8080/mode"'),
        Key("pointer", "JSON pointer", REQUIRED, "/skipper_routesrv_enabled"),
        Key("credential", "credential name", NONE, "mode-reader"),
        Key("ca_bundle", "path of a PEM file", NONE, "/etc/penumbra/example-ca.pem"),
        Key("proxy", "address of a proxy", NONE, '"http://proxy.example.org:3128"'),
    ),
    "rollouts.NAME.policy": (
        Key("quorum", "whole number from 1, or mapping of groups to such", "1", "{sre: 1}"),
        Key("soak", "duration", "3d", "3d"),
        Key("looks", "whole number from 1", "1000", "1000"),
        Key("changes", "whole number from 0", "0", "50"),
        Key("bake", "duration", "7d", "7d"),
        Key("expires", "duration, 1m to 30d", "24h", "24h"),
        Key("deadline", "duration, 10s to 7d", "1h", "1h"),
        Key("expected_needs_second", "true or false", "true", "false"),
    ),
    "rollouts.NAME.tiers[]": (
        Key("name", "name", REQUIRED, "production"),
        Key("production", "true or false", "false", "true"),
        Key("mode", "mode", NONE, "shadow"),
        Key("policy", "mapping", "the rollout's policy", "{soak: 1h}"),
        Key("targets", "list of targets", "[]", '["aws:1234:eu-central-1:kube-1"]'),
    ),
    "rollouts.NAME.tiers[].targets[]": (
        Key("cluster", "key of a cluster", REQUIRED, '"aws:1234:eu-central-1:kube-1"'),
        Key("legacy", "mapping", "the rollout's legacy", '{address: "http://10.0.0.7/routes"}'),
        Key("shadow", "mapping", "the rollout's shadow", '{address: "http://10.0.0.8/routes"}'),
        Key("read_back", "mapping", "the applier's read_back", "{pointer: /mode}"),
        Key("mode", "mode", "the tier's mode", "shadow"),
    ),
}

OPTION_SECTIONS = {"records": "rollouts.NAME.evidence, format records"}
"""The section of the keys that evidence has in a format of its own options."""


def keys_of(section: str) -> dict[str, Key]:
    """Return the keys of one section by name, in the order of the page."""
    return {key.name: key for key in SECTIONS[section]}
