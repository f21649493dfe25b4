"""What a person can send from a page: the fields of its forms, the parameters of its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

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
        self.parameters: set[str] = set()
        self._select = ""
        self.feed(client.get(path).getvalue().decode())  # also streamed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: text or "" for name, text in attrs}
        if tag == "a":
            query = urlsplit(facts.get("href", "")).query
            self.parameters |= dict(parse_qsl(query, keep_blank_values=True)).keys()
        elif tag == "form":
            action = urlsplit(facts.get("action") or self.path).path
            self.forms.append(Form(facts.get("method", "get"), resolve(action).url_name or ""))
        elif self.forms and (name := facts.get("name")):
            self._select = name if tag == "select" else ""
            self.forms[-1].fields[name] = facts.get("value", "")
        elif tag == "option" and self._select and not self.forms[-1].fields[self._select]:
            self.forms[-1].fields[self._select] = facts.get("value", "")
