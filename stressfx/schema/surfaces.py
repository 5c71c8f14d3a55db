"""What classes of surface are there? The words that every column ``surface`` and ``surface_label`` may hold."""

__all__ = ["SURFACE_CLASSES"]

SURFACE_CLASSES = (
    "concrete",
    "asphalt",
    "paved_other",
    "track",
    "gravel",
    "trail",
    "grass",
    "sand",
    "treadmill",
    "indoor_track",
    "unknown",
)
"""Classes of surface, what is not known last."""
