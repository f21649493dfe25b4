"""Marks: the word, the colour and the icon of every state; never the colour alone."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

from rollouts.templatetags.icons import icon


class Mark(NamedTuple):
    """How one state is shown."""

    icon: str
    tone: str  # a CSS class: is-TONE
    word: str
    plural: str  # the word after a count above one: "2 differ"

    def counted(self, count: int) -> str:
        """Return "1 differs", "2 differ"."""
        return f"{count:,} {self.word if count == 1 else self.plural}"


def _mark(icon_name: str, tone: str, word: str, plural: str = "") -> Mark:
    return Mark(icon_name, tone, word, plural or word)


# In the order in which a proportion bar shows them: good first, blind last.
TARGET_STATES: dict[str, Mark] = {
    "clean": _mark("check", "clean", "clean"),
    "follows": _mark("check", "exec", "follows", "follow"),
    "expected": _mark("equal-approximately", "expected", "expected"),
    "settling": _mark("hourglass", "unconfirmed", "settling"),
    "unconfirmed": _mark("circle-question-mark", "unconfirmed", "unconfirmed"),
    "differs": _mark("equal-not", "differs", "differs", "differ"),
    "refused": _mark("ban", "refused", "refused"),
    "suspect": _mark("triangle-alert", "suspect", "suspect"),
    "stale": _mark("clock-alert", "stale", "stale"),
    "not_ready": _mark("power-off", "stale", "not ready"),
    "unreachable": _mark("unplug", "unreachable", "unreachable"),
    "not_compared": _mark("circle-dashed", "off", "not compared"),
    "unseen": _mark("hourglass", "off", "not looked at yet"),
    "blind": _mark("heart-pulse", "unreachable", "not looked at"),
}

OUTCOMES: dict[str, Mark] = {
    "untrusted": _mark("shield-x", "differs", "untrusted"),
    "same_address": _mark("link-2", "suspect", "same address twice"),
    "swapped": _mark("shuffle", "suspect", "addresses swapped"),
    "not_a_table": _mark("file-x", "stale", "not a table", "not tables"),
    "truncated": _mark("scissors", "stale", "cut off"),
    "duplicate_id": _mark("copy-x", "refused", "duplicate id", "duplicate ids"),
    "stale_source": _mark("clock-alert", "stale", "source stands still", "sources stand still"),
    "moved": _mark("shuffle", "unconfirmed", "moved"),
    "equal": _mark("check", "clean", "equal"),
    "equal_after_rules": _mark("equal", "clean", "equal after rules"),
    "lag": _mark("timer", "clean", "lag", "lags"),
    "unstable": _mark("waves", "differs", "unstable"),
    "different": _mark("equal-not", "differs", "different"),
}

TIER_STATES: dict[str, Mark] = {
    "soaking": _mark("hourglass", "shadow", "soaking"),
    "ready": _mark("circle-check", "clean", "ready"),
    "waiting": _mark("users", "unconfirmed", "waiting for approval"),
    "promoting": _mark("rocket", "exec", "promoting"),
    "baking": _mark("hourglass", "exec", "baking"),
    "frozen": _mark("snowflake", "shadow", "frozen"),
    "halted": _mark("octagon-pause", "differs", "halted"),
    "rolling_back": _mark("undo-2", "stale", "rolling back"),
    "set_aside": _mark("pause", "off", "set aside"),
}

PROMOTION_STATES: dict[str, Mark] = {
    "pending": _mark("users", "unconfirmed", "waiting for approval"),
    "approved": _mark("circle-check", "shadow", "approved"),
    "ordered": _mark("undo-2", "stale", "ordered"),
    "scheduled": _mark("calendar", "shadow", "scheduled"),
    "applying": _mark("rocket", "exec", "being carried out"),
    "paused": _mark("pause", "stale", "paused"),
    "verifying": _mark("eye", "exec", "reading back"),
    "rejected": _mark("ban", "differs", "rejected"),
    "withdrawn": _mark("undo-2", "off", "withdrawn"),
    "expired": _mark("clock-alert", "off", "expired"),
    "outdated": _mark("clock-alert", "stale", "outdated"),
    "under_way": _mark("rocket", "exec", "under way"),
    "superseded": _mark("layers", "off", "superseded"),
    "failed": _mark("circle-x", "differs", "failed"),
}

APPLY_STATES: dict[str, Mark] = {
    "intent": _mark("circle-dashed", "off", "to be written"),
    "written": _mark("file-text", "shadow", "written"),
    "observed": _mark("eye", "clean", "observed"),
}

NEXT_STEPS: dict[str, Mark] = {
    "blocked": _mark("lock", "differs", "blocked"),
    "queued": _mark("clock", "off", "comes after another tier"),
    "baked": _mark("circle-check", "clean", "baked"),
}

JUDGEMENTS: dict[str, Mark] = {
    "pass": _mark("check", "clean", "pass", "pass"),
    "fail": _mark("x", "differs", "fail", "fail"),
    "unknown": _mark("circle-question-mark", "unconfirmed", "unknown"),
    "alive": _mark("heart-pulse", "clean", "alive"),
    "dead": _mark("heart-pulse", "differs", "no looks"),
    "done": _mark("circle-check", "clean", "done"),
    "running": _mark("refresh-cw", "shadow", "running"),
    "live": _mark("rocket", "exec", "live"),
}

DIFFERENCE_STATES: dict[str, Mark] = {
    "new": _mark("plus", "differs", "new"),
    "ongoing": _mark("equal-not", "differs", "ongoing"),
    "escalating": _mark("triangle-alert", "differs", "escalating"),
    "regressed": _mark("undo-2", "differs", "regressed"),
    "resolved": _mark("circle-check", "clean", "resolved"),
}

VERDICTS: dict[str, Mark] = {
    "unreviewed": _mark("circle-dashed", "unconfirmed", "unreviewed"),
    "waits": _mark("users", "unconfirmed", "waits for a second person"),
    "bug": _mark("circle-x", "differs", "bug"),
    "noise": _mark("waves", "off", "noise"),
    "undone": _mark("undo-2", "off", "undone"),
    "replaced": _mark("layers", "off", "replaced"),
}

RULE_STATES: dict[str, Mark] = {
    "draft": _mark("file-text", "off", "draft", "drafts"),
    "active": _mark("circle-check", "clean", "active"),
    "idle": _mark("clock-alert", "stale", "remove?"),
    "retired": _mark("undo-2", "off", "retired"),
    "discarded": _mark("x", "off", "discarded"),
    "cancelled": _mark("ban", "off", "cancelled"),
}

NOTHING = {"none": _mark("circle-dashed", "none", "no look", "no looks")}

MARKS: dict[str, Mark] = {
    **NOTHING,
    **DIFFERENCE_STATES,
    **VERDICTS,
    **JUDGEMENTS,
    **APPLY_STATES,
    **PROMOTION_STATES,
    **NEXT_STEPS,
    **RULE_STATES,
    **TIER_STATES,
    **OUTCOMES,
    **TARGET_STATES,
}

MODES = {"off": "off", "shadow": "shadow", "exec": "exec"}


def mark_of(state: str) -> Mark:
    """Return how a state is shown; an unknown one shows its own word with a question mark."""
    return MARKS.get(state) or _mark("circle-question-mark", "off", state.replace("_", " "))


def tone_of(state: object) -> str:
    """Return the CSS tone of a state: `is-TONE`."""
    return mark_of(str(state)).tone


def icon_of(state: object) -> SafeString:
    """Return the icon of a state alone, as decoration."""
    return icon(mark_of(str(state)).icon)


def word_of(state: object) -> str:
    """Return the word of a state or outcome."""
    return mark_of(str(state)).word


def spaced(word: object) -> str:
    """Return a name of the code as people read it: "only_in_legacy" as "only in legacy"."""
    return str(word).replace("_", " ")


def state_tag(state: object, label: object = "") -> SafeString:
    """Return mark, word and colour of one state; `label` stands in for the word.

    Shapes: `state` is a key of MARKS or an enum member that prints as one.
    """
    mark = mark_of(str(state))
    return format_html(
        '<span class="state is-{}">{}{}</span>', mark.tone, icon(mark.icon), label or mark.word
    )


class Standing(Protocol):
    """A target as lists of targets know it."""

    state: str
    was: str
    is_settling: bool


def standing_tag(row: Standing) -> SafeString:
    """Return the state of a target: with what it was where nobody looks, and whether it settles."""
    if row.was and row.was != "unseen":
        return state_tag(row.state, f"{word_of(row.state)}, was {word_of(row.was)}")
    if row.is_settling:
        return format_html("{}{}", state_tag(row.state), state_tag("settling"))
    return state_tag(row.state)


def live_tag(is_live: object) -> SafeString:
    """Return the chip that says whether production follows a side."""
    if is_live:
        return format_html('<span class="mode is-live">{}</span>', "live")
    return format_html('<span class="mode is-shadow">{}</span>', "not live")


def mode_tag(mode: object) -> SafeString:
    """Return the chip of a mode; anything but the three modes ("mixed 12/40") is shown as mixed."""
    word = str(mode)
    return format_html('<span class="mode is-{}">{}</span>', MODES.get(word, "mixed"), word)
