"""What do services hand out? Made-up samples as the bytes of GPX and TCX files.

Takes a runner, a planned run and its samples; gives the bytes of one file. A pause starts a new track segment in
GPX and a new track in TCX, as it does in exports.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stressfx.cohort.totals import kilometre_laps, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stressfx.cohort.runner import Runner

__all__ = ["gpx_file", "phone_gpx_file", "phone_records", "tcx_file"]

XML = '<?xml version="1.0" encoding="UTF-8"?>'
TCX_V2 = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
EXTENSION_V2 = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
POINT_V1 = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
PHONE_LATE_S = 20
PHONE_EARLY_S = 8


def gpx_file(runner: "Runner", records: pd.DataFrame, *, prefix: str = "gpxtpx") -> bytes:
    """Write one run as GPX, with heart rate and cadence.

    Parameters
    ----------
    runner : Runner
        Whose run, for the name of the watch.
    records : DataFrame
        Its samples (`stressfx.schema.RECORDS`).
    prefix : str
        Prefix of the extension's names; exporters differ in it.

    Returns
    -------
    bytes
        A GPX file.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> from stressfx.cohort.records import run_records
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> records = run_records(runner, runner.runs[0], np.random.default_rng(1))
    >>> gpx_file(runner, records).count(b"<trkpt") == len(records)
    True
    """
    points = zip(
        *_point_texts(records),
        records["heart_rate_bpm"].astype(int),
        (records["cadence_rpm"] // 1).astype(int),
        strict=True,
    )
    lines = [
        f'   <trkpt lat="{latitude}" lon="{longitude}"><ele>{height}</ele><time>{time}</time><extensions>'
        f"<{prefix}:TrackPointExtension><{prefix}:hr>{rate}</{prefix}:hr><{prefix}:cad>{cadence}</{prefix}:cad>"
        f"</{prefix}:TrackPointExtension></extensions></trkpt>"
        for latitude, longitude, height, time, rate, cadence in points
    ]
    return _gpx(runner.watch.product_name, f' xmlns:{prefix}="{POINT_V1}"', records, lines)


def phone_records(records: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Tell what a phone in the pocket saw of a run that a watch recorded.

    Parameters
    ----------
    records : DataFrame
        What the watch saw.
    rng : numpy.random.Generator
        Source of the phone's own error.

    Returns
    -------
    DataFrame
        The same run from 20 s after its start to 8 s before its end, with other errors of position.
    """
    since = records["time"] >= records["time"].iloc[0] + pd.Timedelta(seconds=PHONE_LATE_S)
    until = records["time"] <= records["time"].iloc[-1] - pd.Timedelta(seconds=PHONE_EARLY_S)
    seen = records[since & until].reset_index(drop=True)
    # the error changes slowly: a sum of small steps, drawn back to zero
    drift = np.cumsum(rng.normal(0.0, 3e-6, size=(len(seen), 2)), axis=0)
    pull = np.linspace(0.0, 1.0, len(seen))[:, None]
    error = drift - pull * drift[-1]
    apart: pd.DataFrame = seen.assign(
        latitude_deg=seen["latitude_deg"] + error[:, 0],
        longitude_deg=seen["longitude_deg"] + error[:, 1],
        segment=0,
    )
    return apart


def phone_gpx_file(records: pd.DataFrame) -> bytes:
    """Write one run as the GPX of a phone: places, heights and times only.

    Parameters
    ----------
    records : DataFrame
        Samples (`stressfx.schema.RECORDS`).

    Returns
    -------
    bytes
        A GPX file.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> from stressfx.cohort.records import run_records
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> records = run_records(runner, runner.runs[0], np.random.default_rng(1))
    >>> phone_gpx_file(phone_records(records, np.random.default_rng(2))).count(b"hr>")
    0
    """
    lines = [
        f'   <trkpt lat="{latitude}" lon="{longitude}"><ele>{height}</ele><time>{time}</time></trkpt>'
        for latitude, longitude, height, time in zip(*_point_texts(records), strict=True)
    ]
    return _gpx("Made-up Phone", "", records, lines)


def _gpx(creator: str, extra: str, records: pd.DataFrame, lines: list[str]) -> bytes:
    segments = records["segment"].to_numpy()
    body: list[str] = []
    for number in np.unique(segments):
        body += ["  <trkseg>", *(lines[row] for row in np.flatnonzero(segments == number)), "  </trkseg>"]
    return "\n".join(
        [
            XML,
            f'<gpx version="1.1" creator="{creator}" xmlns="http://www.topografix.com/GPX/1/1"{extra}>',
            f" <metadata><time>{_instant(records['time'].iloc[0])}</time></metadata>",
            " <trk>",
            "  <name>Made-up run</name>",
            "  <type>running</type>",
            *body,
            " </trk>",
            "</gpx>",
            "",
        ]
    ).encode()


def _point_texts(records: pd.DataFrame) -> "tuple[Iterator[str], ...]":
    """Give latitude, longitude, altitude and time of every sample as text."""
    return (
        (f"{value:.7f}" for value in records["latitude_deg"]),
        (f"{value:.7f}" for value in records["longitude_deg"]),
        (f"{value:.1f}" for value in records["altitude_m"]),
        (_instant(value) for value in records["time"]),
    )


def _instant(moment: pd.Timestamp) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def tcx_file(runner: "Runner", records: pd.DataFrame) -> bytes:
    """Write one run as TCX, a lap a kilometre.

    Parameters
    ----------
    runner : Runner
        Whose run, for watch and energy.
    records : DataFrame
        Its samples (`stressfx.schema.RECORDS`); without positions indoors.

    Returns
    -------
    bytes
        A TCX file.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> from stressfx.cohort.records import run_records
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> records = run_records(runner, runner.runs[0], np.random.default_rng(1))
    >>> tcx_file(runner, records).count(b"<Trackpoint>") == len(records)
    True
    """
    watch = runner.watch
    creator = (
        f'  <Creator xsi:type="Device_t"><Name>{watch.product_name}</Name><UnitId>{watch.serial}</UnitId>'
        f"<ProductID>{watch.product}</ProductID></Creator>"
    )
    laps = [line for first, last in kilometre_laps(records) for line in _tcx_lap(runner, records, first, last)]
    return "\n".join(
        [
            XML,
            f'<TrainingCenterDatabase xmlns="{TCX_V2}" xmlns:ns3="{EXTENSION_V2}" xmlns:xsi="{INSTANCE}">',
            ' <Activities><Activity Sport="Running">',
            f"  <Id>{_instant(records['time'].iloc[0])}</Id>",
            *laps,
            creator,
            " </Activity></Activities>",
            "</TrainingCenterDatabase>",
            "",
        ]
    ).encode()


def _tcx_lap(runner: "Runner", records: pd.DataFrame, first: int, last: int) -> "Iterator[str]":
    lap = totals(records.iloc[first : last + 1])
    at_the_end = last == len(records) - 1
    # the sample between two laps is written once, in the lap that it ends
    inside = records.iloc[first + bool(first) : last + 1]
    yield f'  <Lap StartTime="{_instant(lap.start)}">'
    yield (
        f"   <TotalTimeSeconds>{lap.timer_s:.1f}</TotalTimeSeconds><DistanceMeters>{lap.distance_m:.2f}"
        f"</DistanceMeters><MaximumSpeed>{lap.speed_max_mps:.3f}</MaximumSpeed>"
        f"<Calories>{runner.mass_kg * lap.distance_m / 1000:.0f}</Calories>"
        f"<AverageHeartRateBpm><Value>{lap.heart_rate_mean_bpm:.0f}</Value></AverageHeartRateBpm>"
        f"<MaximumHeartRateBpm><Value>{lap.heart_rate_max_bpm:.0f}</Value></MaximumHeartRateBpm>"
        f"<Intensity>Active</Intensity><TriggerMethod>{'Manual' if at_the_end else 'Distance'}</TriggerMethod>"
    )
    for _, stretch in inside.groupby("segment"):
        yield "   <Track>"
        yield from (_tcx_point(row) for row in stretch.itertuples(index=False))
        yield "   </Track>"
    yield "  </Lap>"


def _tcx_point(row: Any) -> str:  # noqa: ANN401  # a named tuple of the frame's columns
    place = ""
    if not np.isnan(row.latitude_deg):
        place = (
            f"<Position><LatitudeDegrees>{row.latitude_deg:.7f}</LatitudeDegrees><LongitudeDegrees>"
            f"{row.longitude_deg:.7f}</LongitudeDegrees></Position><AltitudeMeters>{row.altitude_m:.1f}</AltitudeMeters>"
        )
    return (
        f"    <Trackpoint><Time>{_instant(row.time)}</Time>{place}<DistanceMeters>{row.distance_m:.2f}</DistanceMeters>"
        f"<HeartRateBpm><Value>{row.heart_rate_bpm:.0f}</Value></HeartRateBpm><Extensions><ns3:TPX><ns3:Speed>"
        f"{row.speed_mps:.3f}</ns3:Speed><ns3:RunCadence>{int(row.cadence_rpm)}</ns3:RunCadence></ns3:TPX>"
        "</Extensions></Trackpoint>"
    )
