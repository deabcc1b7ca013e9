from tests.web.door import room

__all__ = ["room"]
