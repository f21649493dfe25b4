"""What can be set on a rule: typed options, each read with an error that names it and the mend.

Pure: nothing here imports Django, reads a clock or opens a socket.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

from diffs.rules.patterns import BadPattern, Pattern, Syntax, pattern_for_names, pattern_for_text

MOST_NAMES = 50
LONGEST_TEXT = 2000

_SYMBOL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class BadRule(ValueError):
    """A rule cannot be used: which option, what is wrong with it, and what would do."""

    def __init__(self, option: str, problem: str, mend: str) -> None:
        super().__init__(f"{option}: {problem}; {mend}")
        self.option = option
        self.problem = problem
        self.mend = mend


class Unfit(ValueError):
    """A value is not what its reader takes."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Reader:
    """How an option is read from JSON, written back, and shown in a form.

    Shapes
        read        JSON -> value, or Unfit
        plain       value -> JSON from which the same value is read
        example     what people may write, in JSON
    """

    read: Callable[[Any], Any]
    plain: Callable[[Any], object]
    example: object


def reads(reader: Reader, says: str) -> dict[str, object]:
    """Return what makes a field of a kind an option; without a default it must be given."""
    return {"reader": reader, "says": says}


def options_of(kind: type) -> dict[str, Field[Any]]:
    """Return the options of a kind of rule, by name."""
    return {each.name: each for each in fields(kind) if "reader" in each.metadata}


def read_options(kind: type, given: Mapping[str, object]) -> dict[str, Any]:
    """Return what is given as the values of a kind's options.

    Errors
        BadRule     one is unknown, missing or not what it must be
    """
    known = options_of(kind)
    refuse_unknown(given, known, "option")
    values = {}
    for name, each in known.items():
        reader: Reader = each.metadata["reader"]
        if name in given:
            values[name] = read_value(name, reader, given[name])
        elif each.default is MISSING:
            raise BadRule(name, "it is missing", f"give it as in {reader.example!r}")
    return values


def read_value(name: str, reader: Reader, given: object) -> Any:  # noqa: ANN401 - whatever is read
    """Read one value.

    Errors
        BadRule     with the name of the option
    """
    try:
        return reader.read(given)
    except Unfit as unfit:
        raise BadRule(name, unfit.problem, unfit.mend) from None


def plain_options(rule: object) -> dict[str, object]:
    """Return the options of a rule in the form of JSON, those at their defaults too."""
    return {
        name: each.metadata["reader"].plain(getattr(rule, name))
        for name, each in options_of(type(rule)).items()
    }


def refuse_unknown(given: Collection[str], known: Collection[str], what: str) -> None:
    """Refuse a name that is not known.

    Errors
        BadRule     with the names that are
    """
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise BadRule(str(name), f"there is no such {what}", f"known are: {names}")


def _read_names(given: object) -> tuple[str, ...]:
    names = given if isinstance(given, list) else []
    if not names or not all(isinstance(each, str) and _SYMBOL.fullmatch(each) for each in names):
        raise Unfit("it is no list of names", 'write names without parentheses, as in ["comment"]')
    if len(names) > MOST_NAMES:
        raise Unfit(f"it has {len(names)} names", f"write at most {MOST_NAMES}")
    return tuple(sorted(set(names)))


def pattern_reader(make: Callable[[Syntax, str], Pattern]) -> Reader:
    """Return the reader of a pattern."""
    example = {"glob": "kubeew_*"}

    def read(given: object) -> Pattern:
        if isinstance(given, Mapping) and len(given) == 1:
            ((syntax, text),) = given.items()
            if syntax in set(Syntax) and isinstance(text, str):
                return _made(Syntax(syntax), text)
        raise Unfit("it is no pattern", f"write a literal, glob or re2, as in {example!r}")

    def _made(syntax: Syntax, text: str) -> Pattern:
        try:
            return make(syntax, text)
        except BadPattern as error:
            problem, _, mend = str(error).partition("; ")
            raise Unfit(problem, mend) from None

    return Reader(read, Pattern.as_dict, example)


def one_of(*choices: str) -> Reader:
    """Return the reader of one word out of some."""

    def read(given: object) -> str:
        if isinstance(given, str) and given in choices:
            return given
        raise Unfit(f"{given!r} is not known", f"write one of: {', '.join(choices)}")

    return Reader(read, str, choices[0])


def _read_text(given: object) -> str:
    if not isinstance(given, str):
        raise Unfit("it is no text", 'write a text, as in "flowId"')
    if len(given) > LONGEST_TEXT or not given.isprintable():
        raise Unfit("it is too long or not on one line", f"write at most {LONGEST_TEXT} characters")
    return given


NAMES = Reader(_read_names, list, ["comment"])
TEXT = Reader(_read_text, str, "flowId")
ID_PATTERN = pattern_reader(pattern_for_names)
TEXT_PATTERN = pattern_reader(pattern_for_text)
