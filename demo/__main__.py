"""`python -m demo`: the demo fleet, its people, and Penumbra on top of it, until Ctrl-C."""

from __future__ import annotations

from demo.play import play

if __name__ == "__main__":
    play()
