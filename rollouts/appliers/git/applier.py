"""The git applier: one commit for one order, and the word of each target read from a branch.

    order -> head, now -> there already? overtaken? -> plan -> commit -> guard -> push -> receipt

Every way through begins with the remote's head and ends with a push that the remote takes only on
that head. So a killed process leaves either nothing or the one commit, a second process finds the
first one's commit by its key, and one that slept through a newer generation finds that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from rollouts.appliers.git.commits import write_commit
from rollouts.appliers.git.content import Content
from rollouts.appliers.git.history import find_order
from rollouts.appliers.git.holdings import NotHeld, files_of, held
from rollouts.appliers.git.message import message_of
from rollouts.appliers.git.mirrors import Mirror, locked_mirror
from rollouts.appliers.git.plan import Plan, plan
from rollouts.appliers.git.program import Broken
from rollouts.appliers.git.pushes import Fate, push
from rollouts.appliers.git.remotes import open_remote
from rollouts.appliers.git.settings import GitSettings
from rollouts.appliers.order import Kept, NotNow, Order, Place, Preview, Receipt, Refused

MOST_TRIES = 5
Branch = tuple[str, str | None, str]
Result = TypeVar("Result")


class Git:
    """Writes modes as values of YAML files in a repository."""

    kind = "git"
    keeps_modes = True

    def __init__(self, settings: GitSettings) -> None:
        """Take the deployment's settings; nothing is opened yet."""
        self._settings = settings

    def preview(self, order: Order) -> Preview:
        """Return the commit as it would be made now; see Applier."""
        branch = _one_branch(order.places)

        def look(mirror: Mirror) -> Preview:
            head = mirror.refresh(branch[-1])
            planned = plan(order, _on(branch, order.others), Content.of(mirror, head))
            has_commit = planned.files or order.needs_commit
            message = message_of(order, planned.left_out) if has_commit else ""
            return _shown(planned, head, message)

        return self._in_mirror(branch, look)

    def apply(self, order: Order, *, guard: Callable[[], None]) -> Receipt:
        """Commit and push what the order asks for, once; see Applier.

        What the receipt means to whoever keeps the books: `was_there` false is a commit of this
        call. With `was_there` true, `reference` is this order's own commit of an earlier call, or,
        where every place held the word without us, the head that says so: no commit carries this
        order's key then, and none is needed. An order that `needs_commit` always has one. In all
        cases a call again answers alike.
        """
        branch = _one_branch(order.places)
        return self._in_mirror(branch, lambda mirror: _apply(mirror, branch, order, guard))

    def read(
        self, places: Sequence[Place], words: Mapping[str, str]
    ) -> tuple[str, dict[str, Kept]]:
        """Return the word of each place on its branch's head; see Applier.

        Where places lie on several branches, their heads are joined by spaces.
        """
        modes = {word: mode for mode, word in words.items()}
        heads: list[str] = []
        kept: dict[str, Kept] = {}
        for branch in dict.fromkeys(_branch(place) for place in places):
            here = _on(branch, places)

            def look(
                mirror: Mirror, branch: Branch = branch, here: tuple[Place, ...] = here
            ) -> Content:
                content = Content.of(mirror, mirror.refresh(branch[-1]))
                content.load(path for place in here for path in files_of(place))
                kept.update((place.target, _kept(place, content, modes)) for place in here)
                return content

            heads.append(self._in_mirror(branch, look).head)
        return " ".join(heads), kept

    def _in_mirror(self, branch: Branch, work: Callable[[Mirror], Result]) -> Result:
        """Work in a mirror; one that is broken is made anew, once."""
        url, credential, _ = branch
        with locked_mirror(open_remote(url, credential, self._settings), self._settings) as mirror:
            try:
                return work(mirror)
            except (Broken, OSError):
                mirror.make_anew()
            try:
                return work(mirror)
            except (Broken, OSError) as broken:
                raise NotNow(f"{url}: {broken}.") from None


def _apply(mirror: Mirror, branch: Branch, order: Order, guard: Callable[[], None]) -> Receipt:
    """Try until the push lands, the order is found to be there, or it cannot be."""
    said, last = "", ""
    fate = Fate.BEHIND
    for _ in range(MOST_TRIES):
        head = mirror.refresh(branch[-1])
        if commit := find_order(mirror, head, order):
            return _receipt_of(mirror, branch, order, commit)
        if fate is Fate.DECLINED:
            raise Refused(f"The remote does not take the commit: {said}")
        if fate is Fate.UNKNOWN and head == last:
            raise NotNow(f"The push did not come through: {said}")
        content = Content.of(mirror, head)
        planned = plan(order, _on(branch, order.others), content)
        if not (planned.files or order.needs_commit):
            return Receipt(head, was_there=True)
        message = message_of(order, planned.left_out)
        commit = write_commit(content, planned.files, message)
        guard()
        fate, said = push(mirror, commit, branch[-1])
        if fate is Fate.LANDED:
            return Receipt(commit, False, planned.left_out, _shown(planned, head, message))
        last = head
    raise NotNow(f"Others were faster {MOST_TRIES} times. {said}")


def _receipt_of(mirror: Mirror, branch: Branch, order: Order, commit: str) -> Receipt:
    """Return the receipt of an earlier call's commit: the same plan on the same parent."""
    parent = mirror.git("rev-parse", "--verify", f"{commit}^").decode().strip()
    try:
        planned = plan(order, _on(branch, order.others), Content.of(mirror, parent))
    except Refused:
        return Receipt(commit, was_there=True)  # what is meant by the order changed since
    message = mirror.git("log", "-1", "--format=%B", commit, "--").decode(errors="replace")
    shown = _shown(planned, parent, message.rstrip("\n") + "\n")
    return Receipt(commit, True, planned.left_out, shown)


def _shown(planned: Plan, head: str, message: str) -> Preview:
    """Return a plan as people are shown it."""
    return Preview(
        head=head,
        diff=planned.diff,
        files=tuple(sorted(planned.files)),
        message=message,
        governed=planned.governed,
        instructions="",
        left_out=planned.left_out,
    )


def _kept(place: Place, content: Content, modes: Mapping[str, str]) -> Kept:
    """Return what is kept for one place."""
    try:
        value = held(place, content)
    except NotHeld as fault:
        return Kept(mode="", word="", where="", problem=str(fault))
    word = value.scalar.word
    if word in modes:
        return Kept(modes[word], word, value.where, "")
    known = ", ".join(repr(known) for known in modes)
    return Kept("", word, value.where, f"{value.where} says {word[:40]!r}, none of {known}.")


def _branch(place: Place) -> Branch:
    """Return where a place is kept: remote, credential, branch."""
    options = place.options
    return options["remote"], options.get("credential"), options["branch"]


def _on(branch: Branch, places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the places that are kept on a branch, as far as they say."""
    url, _, name = branch
    return tuple(
        place
        for place in places
        if place.options.get("remote", url) == url and place.options.get("branch", name) == name
    )


def _one_branch(places: Sequence[Place]) -> Branch:
    """Return the branch of an order.

    Errors
        Refused     it names none, or several: one order is one commit
    """
    branches = dict.fromkeys(_branch(place) for place in places)
    if len(branches) != 1:
        names = ", ".join(f"{branch[-1]} of {branch[0]}" for branch in branches)
        raise Refused(
            f"One promotion is one commit, and this one is about {len(branches)} branches"
            f"{': ' if names else ''}{names}. Name the targets of one branch."
        )
    return next(iter(branches))
