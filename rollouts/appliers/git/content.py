"""What a commit holds: its files as bytes, read from objects; symbolic links are never followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rollouts.appliers.git.mirrors import Mirror
from rollouts.appliers.git.program import Broken
from rollouts.appliers.go_yaml import Document

TREE, LINK, SUBMODULE = "040000", "120000", "160000"


class Unusable(Exception):
    """There is something at the path that is no file to read; the text says what."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tree, `path` from the top."""

    path: str
    mode: str
    kind: str
    hash: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """All files of one commit.

    Shapes
        edited      files that are to be other than in the commit
    """

    mirror: Mirror
    head: str
    entries: Mapping[str, Entry]
    edited: Mapping[str, bytes] = field(default_factory=dict)
    _read: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, mirror: Mirror, head: str) -> Content:
        """List the files of a commit."""
        listed = mirror.git("ls-tree", "-r", "-t", "-z", "-l", "--full-tree", head)
        entries = (_entry(line) for line in listed.split(b"\0") if line)
        return cls(mirror, head, {entry.path: entry for entry in entries})

    def with_files(self, edited: Mapping[str, bytes]) -> Content:
        """Return the same commit with other bytes at some paths."""
        return replace(self, edited={**self.edited, **edited})

    def load(self, paths: Iterable[str]) -> None:
        """Read many files by one command; what is no file is left for `file` to refuse."""
        wanted = {
            entry.hash: None
            for path in paths
            if (entry := self.entries.get(path)) and not self._fault(entry)
        }
        hashes = [name for name in wanted if name not in self._read]
        if not hashes:
            return
        printed = self.mirror.git("cat-file", "--batch", stdin="\n".join([*hashes, ""]).encode())
        at = 0
        for name in hashes:
            header, _, _ = printed[at : at + 200].partition(b"\n")
            kind, _, size = header.removeprefix(name.encode() + b" ").partition(b" ")
            if kind != b"blob" or not size.isdigit():
                raise Broken(f"object {name} cannot be read")
            start = at + len(header) + 1
            self._read[name] = printed[start : start + int(size)]
            at = start + int(size) + 1

    def file(self, path: str) -> bytes | None:
        """Return a file's bytes; None where there is none.

        Errors
            Unusable    a symbolic link at the path or on the way, a folder, too large a file
        """
        if path in self.edited:
            return self.edited[path]
        steps = path.split("/")
        for count in range(1, len(steps)):
            folder = self.entries.get("/".join(steps[:count]))
            if folder is not None and folder.mode != TREE:
                raise Unusable(f"{folder.path} is {_what(folder)}")
        entry = self.entries.get(path)
        if entry is None:
            return None
        if fault := self._fault(entry):
            raise Unusable(fault)
        self.load([path])
        return self._read[entry.hash]

    def document(self, path: str) -> Document | None:
        """Return a file as the YAML that a template may write; None where there is none.

        Errors
            Unusable    as for `file`
            Unclear     its template is not well formed
        """
        data = self.file(path)
        return None if data is None else _document(data)

    def _fault(self, entry: Entry) -> str:
        most = self.mirror.settings.most_bytes
        if entry.kind != "blob" or entry.mode == LINK:
            return f"{entry.path} is {_what(entry)}"
        if entry.size > most:
            return f"{entry.path} has {entry.size:,} bytes, more than {most:,}"
        return ""


@lru_cache(maxsize=300)
def _document(data: bytes) -> Document:
    """Keep what was worked out of files that are read again and again."""
    return Document(data)


def _entry(line: bytes) -> Entry:
    facts, _, path = line.partition(b"\t")
    mode, kind, name, size = facts.decode("ascii").split()
    return Entry(_text(path), mode, kind, name, int(size) if size.isdigit() else 0)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _what(entry: Entry) -> str:
    known = {TREE: "a folder", LINK: "a symbolic link", SUBMODULE: "a submodule"}
    return known.get(entry.mode, "a file")
