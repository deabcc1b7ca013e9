"""Figures for whoever asks: `python3 dev.py test -s …` shows them, and so does a test that fails."""

from __future__ import annotations

import sys


def measured(words: str) -> None:
    sys.stdout.write(f"\n{words}\n")
