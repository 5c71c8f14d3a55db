"""Writes the table of activities of intervals.icu, from its published header; shares no code with the reader."""

COLUMNS = (
    "id,start_date_local,name,type,moving_time,distance,elapsed_time,total_elevation_gain,max_speed,average_speed,"
    "has_heartrate,max_heartrate,average_heartrate,average_cadence,calories,device_watts,icu_average_watts,"
    "icu_normalized_watts,icu_joules,icu_intensity,icu_training_load,icu_training_load_edited,icu_rpe,pace,icu_fatigue,"
    "icu_fitness,icu_eftp,icu_variability,icu_efficiency,trainer,commute,race,sub_type,icu_ftp,icu_w_prime,"
    "threshold_pace,power_load,hr_load,pace_load,icu_resting_hr,lthr,icu_recording_time,icu_warmup_time,"
    "icu_cooldown_time,start_date,icu_sync_date,timezone,file_type,external_id,compliance,gear,description"
)
HEADER = COLUMNS.split(",")

RUN = {
    "id": "i1001",
    "start_date_local": "2025-07-01T06:30:00",
    "name": "Secret morning",
    "type": "Run",
    "moving_time": "3000",
    "distance": "10012.34",
    "elapsed_time": "3300",
    "total_elevation_gain": "85.5",
    "has_heartrate": "true",
    "max_heartrate": "171",
    "average_heartrate": "148",
    "average_cadence": "86.5",
    "icu_training_load": "55",
    "icu_rpe": "6",
    "trainer": "false",
    "race": "false",
    "icu_recording_time": "3120",
    "start_date": "2025-07-01T04:30:00Z",
    "timezone": "Europe/Berlin",
    "external_id": "ann@example.org_1.fit",
    "gear": "Blue pair",
    "description": "Secret\npain, at home",
}


def table(*rows: dict[str, str], header: list[str] = HEADER) -> bytes:
    """Write rows, each a run but for what it says itself."""
    lines = [",".join(header)]
    for row in rows:
        cells = [(RUN | row).get(name, "") for name in header]
        lines.append(
            ",".join('"' + cell.replace('"', '""') + '"' if set(cell) & set('",\n') else cell for cell in cells)
        )
    return ("\n".join(lines) + "\n").encode()
