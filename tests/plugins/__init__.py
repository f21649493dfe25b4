"""Pytest plugins of our own, and the real servers they start."""

from __future__ import annotations
