"""`replace` for values: what is said, known and done is made of msgspec's structs, which never change once made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The same to a type checker, which of this one knows what may be changed, and into what.
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["replace"]
