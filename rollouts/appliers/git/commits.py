"""A commit made of objects alone: no work tree, no index, no filter, no hook.

Each tree on the way to a changed file is written again with that one entry changed and every other
as it is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rollouts.appliers.git.content import Content, Entry
from rollouts.appliers.git.program import Broken
from rollouts.appliers.order import Refused

MODIFIED = "M"


def write_commit(content: Content, files: Mapping[str, bytes], message: str) -> str:
    """Write a commit on the head that was read, with other bytes in some files; return its hash.

    Errors
        Refused     the commit would hold more than these changes
        Broken      the mirror cannot be written
    """
    mirror = content.mirror
    hashes = {
        path: _hash(mirror.git("hash-object", "-w", "--no-filters", "--stdin", stdin=data))
        for path, data in files.items()
    }
    tree = _write_trees(content, hashes) if files else f"{content.head}^{{tree}}"
    argv = ["commit-tree", tree, "-p", content.head]
    commit = _hash(mirror.git(*argv, stdin=message.encode()))
    _check(content, commit, hashes)
    return commit


def _write_trees(content: Content, hashes: Mapping[str, str]) -> str:
    """Write every tree on the way to the changed files, deepest first; return the top one."""
    children: dict[str, list[Entry]] = defaultdict(list)
    for entry in content.entries.values():
        children[entry.path.rpartition("/")[0]].append(entry)
    changed = dict(hashes)
    folders = {
        "/".join(steps[:count])
        for path in hashes
        for steps in [path.split("/")]
        for count in range(len(steps))
    }
    for folder in sorted(folders, key=lambda path: path.count("/") + bool(path), reverse=True):
        lines = [
            f"{entry.mode} {entry.kind} {changed.get(entry.path, entry.hash)}"
            f"\t{entry.path.rpartition('/')[2]}"
            for entry in children[folder]
        ]
        listed = "\0".join([*lines, ""]).encode("utf-8", "surrogateescape")
        changed[folder] = _hash(content.mirror.git("mktree", "-z", stdin=listed))
    return changed[""]


def _check(content: Content, commit: str, hashes: Mapping[str, str]) -> None:
    """Compare the commit with its parent: the changed files, each as it was but for its bytes."""
    argv = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", content.head, commit]
    facts = content.mirror.git(*argv).split(b"\0")
    found = {
        path.decode("utf-8", "surrogateescape"): fact.decode("ascii").split()
        for fact, path in zip(facts[::2], facts[1::2], strict=False)
    }
    expected = {
        path: [f":{entry.mode}", entry.mode, entry.hash, name, MODIFIED]
        for path, name in hashes.items()
        for entry in [content.entries[path]]
    }
    if found != expected:
        raise Refused("The commit would change more than the values it is about.")


def _hash(printed: bytes) -> str:
    name = printed.decode("ascii", "replace").strip()
    if not name:
        raise Broken("git printed no hash")
    return name
