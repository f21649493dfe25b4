"""docs/states.md is what the tables say."""

from __future__ import annotations

from django.core.management import call_command


def test_the_page_of_modes_and_states_is_not_stale():
    call_command("render_states", check=True)
