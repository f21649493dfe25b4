"""The demo's repository of configuration: bare, in the demo's own folder, made anew at each start.

cluster/config-defaults.yaml    a Go template that yields YAML: what every cluster takes
clusters/ALIAS.yaml             what one cluster has of its own; wins over the defaults
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from demo.story import Cluster

BRANCH = "main"
KEY = "skipper_routesrv_enabled"
DEFAULTS = "cluster/config-defaults.yaml"
OWN = "clusters/{alias}.yaml"

DEFAULTS_TEXT = """\
# What every cluster takes unless its own file says otherwise.

# skipper_routesrv_enabled has three states:
# - "false" the route server is absent, Skipper reads the cluster itself
# - "pre"   the route server runs beside it, Skipper still reads the cluster itself
# - "exec"  Skipper reads its routes from the route server
skipper_routesrv_enabled: "pre"

{{if eq .Cluster.Environment "production"}}
skipper_routesrv_cpu: "800m"
skipper_routesrv_memory: "1Gi"
{{else}}
skipper_routesrv_cpu: "100m"
skipper_routesrv_memory: "256Mi"
{{end}}

skipper_ingress_min_replicas: {{if eq .Cluster.Environment "production"}}"3"{{else}}"1"{{end}}
"""

OWN_TEXT = """\
# What {alias} has of its own.
config_items:
  skipper_routesrv_enabled: "{mode}"  # false, pre or exec: see cluster/config-defaults.yaml
  skipper_ingress_max_replicas: "{replicas}"
"""


def make_repository(path: Path, clusters: Iterable[Cluster]) -> str:
    """Make the bare repository with one commit and return its address.

    Errors
        CalledProcessError  git is broken; FileNotFoundError: it is not installed
    """
    files = {DEFAULTS: DEFAULTS_TEXT}
    for cluster in clusters:
        text = OWN_TEXT.format(
            alias=cluster.alias, mode=cluster.mode, replicas=10 * cluster.criticality
        )
        files[OWN.format(alias=cluster.alias)] = text
    git(path.parent, "init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(path))
    entries = []
    for name, text in sorted(files.items()):
        blob = git(path, "hash-object", "-w", "--stdin", text=text).strip()
        entries.append(f"100644 {blob}\t{name}\n")
    git(path, "update-index", "--add", "--index-info", text="".join(entries))
    tree = git(path, "write-tree").strip()
    commit = git(path, "commit-tree", tree, text="Describe the clusters of the demo\n").strip()
    git(path, "update-ref", f"refs/heads/{BRANCH}", commit)
    return path.as_uri()


def git(folder: Path, *words: str, text: str = "") -> str:
    """Run git in a folder, deaf to whatever else is configured on this machine; return its words.

    Errors
        CalledProcessError  it failed
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "The demo",
        "GIT_AUTHOR_EMAIL": "demo@localhost",
        "GIT_COMMITTER_NAME": "The demo",
        "GIT_COMMITTER_EMAIL": "demo@localhost",
    }
    done = subprocess.run(  # noqa: S603  (words of our own)
        ["git", *words],  # noqa: S607  (whichever git is on PATH)
        cwd=folder,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout
