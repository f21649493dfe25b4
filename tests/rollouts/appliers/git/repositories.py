"""Real bare repositories for the git applier to work on, and orders about what is in them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from rollouts.appliers import Git, GitSettings, Order, Place

PROGRAM = "/usr/bin/git"
WORDS = {"off": "false", "shadow": "pre", "exec": "exec"}
KUBE_1 = 'id: kube-1\nconfig_items:\n  other: "1"\n  flag: "pre" # by channel\n  last: x\n'
KUBE_2 = KUBE_1.replace("kube-1", "kube-2")
NOT_OURS = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Dora",
    "GIT_AUTHOR_EMAIL": "dora@example.org",
    "GIT_COMMITTER_NAME": "Dora",
    "GIT_COMMITTER_EMAIL": "dora@example.org",
}


def run(*argv, cwd, stdin=None):
    """Run git as somebody else would; return what it printed, as bytes."""
    return subprocess.run(
        ["git", *argv], cwd=cwd, input=stdin, env=NOT_OURS, check=True, capture_output=True
    ).stdout


@dataclass(frozen=True)
class Repository:
    """One bare repository on disk and its branch main."""

    path: Path

    @property
    def url(self):
        return f"file://{self.path}"

    def commit(self, files, *, message="Change by hand", branch="main", links=()):
        """Commit files as somebody else, beside what is there; bytes as given; None removes."""
        index = {"GIT_INDEX_FILE": str(self.path / "index.by-hand")}
        env = {**NOT_OURS, **index}

        def git(*argv, stdin=None):
            done = subprocess.run(
                ["git", *argv], cwd=self.path, input=stdin, env=env, check=True, capture_output=True
            )
            return done.stdout.decode().strip()

        parent = self.head(branch)
        git("read-tree", parent or "--empty")
        for path, data in files.items():
            mode = "120000" if path in links else "100644"
            if data is None:
                gone = f"0 {'0' * len(parent)}\t{path}\n"
                git("update-index", "--index-info", stdin=gone.encode())
                continue
            written = data.encode() if isinstance(data, str) else data
            blob = git("hash-object", "-w", "--stdin", "--no-filters", stdin=written)
            git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
        parents = ["-p", parent] if parent else []
        made = git("commit-tree", git("write-tree"), *parents, stdin=message.encode())
        git("update-ref", f"refs/heads/{branch}", made)
        return made

    def head(self, branch="main"):
        """Return the head of a branch, empty where it has none."""
        done = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"],
            cwd=self.path,
            env=NOT_OURS,
            check=False,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def file(self, path, *, at="main"):
        """Return a file's bytes."""
        return run("cat-file", "blob", f"{at}:{path}", cwd=self.path)

    def commits(self, branch="main"):
        """Return all commits of a branch, newest first."""
        return run("rev-list", f"refs/heads/{branch}", cwd=self.path).decode().split()

    def message(self, commit="main"):
        """Return the message of a commit."""
        return run("log", "-1", "--format=%B", commit, cwd=self.path).decode().rstrip("\n") + "\n"

    def trailers(self, commit="main"):
        """Return the trailers of a commit as git itself reads them."""
        printed = run("log", "-1", "--format=%(trailers:only,unfold)", commit, cwd=self.path)
        lines = printed.decode().strip().split("\n")
        return [tuple(line.split(": ", 1)) for line in lines if line]

    def people(self):
        """Return author and committer of the head."""
        printed = run("log", "-1", "--format=%an <%ae>%n%cn <%ce>", "main", cwd=self.path)
        return printed.decode().splitlines()

    def changed(self, commit="main"):
        """Return the paths that a commit changed."""
        printed = run("diff-tree", "-r", "-t", "--name-only", f"{commit}^", commit, cwd=self.path)
        return [path for path in printed.decode().splitlines() if "." in path]

    def wind_back(self, commit, branch="main"):
        """Take commits off a branch, as only its owner may."""
        run("update-ref", f"refs/heads/{branch}", commit, cwd=self.path)

    def hook(self, name, script):
        """Put a hook into the repository."""
        path = self.path / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


def make_repository(folder, files, *, name="clusters", kind="sha1"):
    """Make a bare repository that holds some files on main."""
    path = folder / f"{name}.git"
    argv = ["init", "--quiet", "--bare", "--initial-branch=main", f"--object-format={kind}"]
    run(*argv, str(path), cwd=folder)
    repository = Repository(path)
    repository.commit(files, message="Begin")
    return repository


def make_two_clusters(folder):
    """Make a repository with a file for kube-1 and one for kube-2."""
    files = {"clusters/kube-1.yaml": KUBE_1, "clusters/kube-2.yaml": KUBE_2, "README.md": "Hi\n"}
    return make_repository(folder, files)


def settings_for(folder, *repositories, **others):
    """Return the settings of a deployment that may use these repositories."""
    values = {
        "folder": folder / "mirrors",
        "remotes": tuple(repository.url for repository in repositories),
        "lock_seconds": 20.0,
    }
    return GitSettings(**{**values, **others})


def applier_for(folder, *repositories, **others):
    """Return a git applier that may use these repositories."""
    return Git(settings_for(folder, *repositories, **others))


def place(repository, alias, *, environment="test", **options):
    """Return where the mode of one cluster is kept."""
    key = f"aws:1:eu-central-1:{alias}"
    filled = {
        "remote": repository.url,
        "branch": "main",
        "file": f"clusters/{alias}.yaml",
        "key": "config_items.flag",
    }
    fields = {"alias": alias, "key": key, "environment": environment, "region": "eu-central-1"}
    kept = {name: text for name, text in {**filled, **options}.items() if text is not None}
    return Place(target=key, name=alias, options=kept, fields=fields)


def order(*places, others=(), step=("shadow", "exec"), **changes):
    """Return an order to move some places."""
    values = Order(
        promotion="P-42",
        idempotency_key="5f" * 32,
        rollout="routesrv",
        tier="playground",
        generation=3,
        from_mode=step[0],
        to_mode=step[1],
        words=WORDS,
        places=tuple(places),
        others=tuple(others),
        requested_by="alice",
        approved_by=("bob", "charlie"),
        evidence="ab" * 32,
        audit_head="cd" * 32,
        title="routesrv: playground from shadow to exec",
        reason="Equal for a week.",
    )
    return replace(values, **changes)


def free():
    """Guard nothing."""
