"""What a person can send from a page: the fields of its forms, the parameters of its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import SplitResult, parse_qsl, urlsplit

from django.test import Client
from django.urls import resolve


@dataclass
class Form:
    """A form of a page, with the values that its fields come with."""

    method: str
    leads_to: str  # the name of an address
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """Reads the forms of a page and the parameters of its links."""

    def __init__(self, client: Client, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.parameters: dict[str, set[str]] = {}  # by the name of the address they lead to
        self._select = ""
        self.feed(client.get(path).getvalue().decode())  # also streamed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: text or "" for name, text in attrs}
        if tag == "a":
            self._read_link(urlsplit(facts.get("href", "")))
        elif tag == "form":
            action = urlsplit(facts.get("action") or self.path).path
            self.forms.append(Form(facts.get("method", "get"), name_of(action)))
        elif self.forms and (name := facts.get("name")):
            self._select = name if tag == "select" else ""
            self.forms[-1].fields[name] = facts.get("value", "")
        elif tag == "option" and self._select and not self.forms[-1].fields[self._select]:
            self.forms[-1].fields[self._select] = facts.get("value", "")

    def _read_link(self, link: SplitResult) -> None:
        if words := dict(parse_qsl(link.query, keep_blank_values=True)):
            leads_to = name_of(link.path or self.path)
            self.parameters.setdefault(leads_to, set()).update(words)


def name_of(path: str) -> str:
    """Return the name of an address."""
    return resolve(path).url_name or ""
