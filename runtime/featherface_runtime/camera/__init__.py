"""fe-camera: faces of any camera, with a live page."""

from featherface_runtime.camera.settings import CameraSettings, FeedSettings

__all__ = ["CameraSettings", "FeedSettings"]
