from tests.access.scene import built, scene

__all__ = ["built", "scene"]
