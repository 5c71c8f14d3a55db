"""Where the real sample files lie, beside the project and never inside it; and small files to use without them."""

from collections.abc import Iterable
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


def sample_files(kind: str) -> list[Path]:
    """List the samples of one kind (``"fit"``, ``"gpx"``, ``"tcx"``); none where there are no samples."""
    return sorted((SAMPLES / kind).glob(f"*.{kind}"))


def gpx(points: Iterable[str], kind: str = "running") -> bytes:
    """Write a GPX file of one track around points."""
    start = f'<?xml version="1.0"?>\n<gpx creator="test"><trk><type>{kind}</type><trkseg>\n'
    return (start + "\n".join(points) + "\n</trkseg></trk></gpx>\n").encode()


def gpx_point(second: int, further: str = "", *, latitude_deg: float = 50.0, longitude_deg: float = 10.0) -> str:
    """Write a track point of 2025-01-01, so many seconds after ten o'clock UTC."""
    time = f"2025-01-01T{10 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    return f'<trkpt lat="{latitude_deg:.7f}" lon="{longitude_deg:.7f}"><time>{time}</time>{further}</trkpt>'


def tcx(points: Iterable[str], totals: str = "") -> bytes:
    """Write a TCX file of one run and one lap around points."""
    lap = '<Lap StartTime="2025-01-01T10:00:00Z">' + totals + "<Track>\n" + "\n".join(points) + "\n</Track></Lap>"
    root = '<?xml version="1.0"?>\n<TrainingCenterDatabase><Activities><Activity Sport="Running">'
    return (root + lap + "</Activity></Activities></TrainingCenterDatabase>\n").encode()


def tcx_point(second: int, further: str = "") -> str:
    """Write a trackpoint of 2025-01-01, so many seconds after ten o'clock UTC."""
    time = f"2025-01-01T{10 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
    return f"<Trackpoint><Time>{time}</Time>{further}</Trackpoint>"
