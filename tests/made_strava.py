"""Strava's bulk exports for tests, laid out from published headers and rows; shares no code with the reader."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

HEADERS = """
Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time|Distance|Max Heart Rate|
Relative Effort|Commute|Activity Private Note|Activity Gear|Filename|Athlete Weight|Bike Weight|Elapsed Time|
Moving Time|Distance|Max Speed|Average Speed|Elevation Gain|Elevation Loss|Elevation Low|Elevation High|Max Grade|
Average Grade|Average Positive Grade|Average Negative Grade|Max Cadence|Average Cadence|Max Heart Rate|
Average Heart Rate|Max Watts|Average Watts|Calories|Max Temperature|Average Temperature|Relative Effort|Total Work|
Number of Runs|Uphill Time|Downhill Time|Other Time|Perceived Exertion|Type|Start Time|Weighted Average Power|
Power Count|Prefer Perceived Exertion|Perceived Relative Effort|Commute|Total Weight Lifted|From Upload|
Grade Adjusted Distance|Weather Observation Time|Weather Condition|Weather Temperature|Apparent Temperature|Dewpoint|
Humidity|Weather Pressure|Wind Speed|Wind Gust|Wind Bearing|Precipitation Intensity|Sunrise Time|Sunset Time|
Moon Phase|Bike|Gear|Precipitation Probability|Precipitation Type|Cloud Cover|Weather Visibility|UV Index|
Weather Ozone|Jump Count|Total Grit|Average Flow|Flagged|Average Elapsed Speed|Dirt Distance|Newly Explored Distance|
Newly Explored Dirt Distance|Activity Count|Total Steps|Carbon Saved|Pool Length|Training Load|Intensity|
Average Grade Adjusted Pace|Timer Time|Total Cycles|Recovery|With Pet|Competition|Long Run|For a Cause|With Kid|
Downhill Distance|Total Sets|Total Reps|Media
"""
ENGLISH = HEADERS.replace("\n", "").split("|")
"""The columns of 2026, in order."""

SHORT_ENGLISH = [*ENGLISH[:7], "Commute", "Activity Gear", "Filename"]
"""The columns of July 2019; the one distance is in kilometres."""

OLD = ["id", "date", "name", "type", "description", "elapsed_time", "distance", "commute", "gear", "filename"]
"""The columns before July 2019; the one distance is in metres."""

OTHER_WORDS = {
    "de": """Activity ID=Aktivitäts-ID|Activity Date=Aktivitätsdatum|Activity Type=Aktivitätsart|
        Elapsed Time=Verstrichene Zeit|Distance=Distanz|Filename=Dateiname|Moving Time=Bewegungszeit|
        Timer Time=Stoppuhr-Zeit|Max Heart Rate=Max. Herzfrequenz|Average Heart Rate=Durchschnittliche Herzfrequenz|
        Average Cadence=Durchschnittliche Trittfrequenz|Elevation Gain=Höhenzunahme|Elevation Loss=Höhenunterschied|
        Perceived Exertion=Gefühlte Anstrengung|Total Steps=Schritte insgesamt|Activity Gear=Aktivitätsausrüstung|
        Dirt Distance=Auf Schotter zurückgelegte Distanz|Competition=Wettbewerb|Long Run=Langer Lauf""",
    "fr": """Activity ID=ID de l'activité|Activity Date=Date de l'activité|Activity Type=Type d'activité|
        Elapsed Time=Temps écoulé|Distance=Distance|Filename=Nom du fichier|Moving Time=Durée de déplacement|
        Timer Time=Temps enregistré par le chronomètre|Max Heart Rate=Fréquence cardiaque max.|
        Average Heart Rate=Fréquence cardiaque moyenne|Average Cadence=Cadence moyenne|
        Elevation Gain=Dénivelé positif|Elevation Loss=Dénivelé négatif|Perceived Exertion=Effort ressenti|
        Total Steps=Nombre total de pas|Activity Gear=Matériel utilisé pour l'activité|
        Dirt Distance=Distance sur chemin|Competition=Compétition|Long Run=Sortie longue""",
    "es": """Activity ID=ID de actividad|Activity Date=Fecha de la actividad|Activity Type=Tipo de actividad|
        Elapsed Time=Tiempo transcurrido|Distance=Distancia|Filename=Nombre del archivo|
        Moving Time=Tiempo en movimiento|Timer Time=Tiempo cronometrado|Max Heart Rate=Ritmo cardiaco máximo|
        Average Heart Rate=Ritmo cardiaco promedio|Average Cadence=Cadencia promedio|Elevation Gain=Desnivel positivo|
        Elevation Loss=Desnivel negativo|Perceived Exertion=Esfuerzo Percibido|Total Steps=Total de pasos|
        Activity Gear=Equipamiento de la actividad|Dirt Distance=Distancia en tierra|Competition=Competición|
        Long Run=Carrera de larga distancia""",
    "nl": """Activity ID=Activiteits-ID|Activity Date=Datum van activiteit|Activity Type=Activiteitstype|
        Elapsed Time=Verstreken tijd|Distance=Afstand|Filename=Bestandsnaam|Moving Time=Beweegtijd|
        Max Heart Rate=Max. hartslag|Average Heart Rate=Gemiddelde hartslag|Average Cadence=Gemiddelde cadans|
        Elevation Gain=Totale stijging|Elevation Loss=Totale daling|Perceived Exertion=Ervaren inspanning|
        Total Steps=Totaal aantal stappen|Activity Gear=Uitrusting voor activiteit""",
    "it": """Activity ID=ID attività|Activity Date=Data dell\u2019attività|Activity Type=Tipo attività|
        Elapsed Time=Tempo trascorso|Distance=Distanza|Filename=Nome del file|Moving Time=Tempo in movimento|
        Max Heart Rate=Frequenza cardiaca massima|Average Heart Rate=Frequenza cardiaca media|
        Average Cadence=Cadenza media|Elevation Gain=Dislivello positivo|Perceived Exertion=Sforzo percepito|
        Activity Gear=Attrezzatura attività""",
    "pt": """Activity ID=ID da atividade|Activity Date=Data da atividade|Activity Type=Tipo de atividade|
        Elapsed Time=Tempo decorrido|Distance=Distância|Filename=Nome do arquivo|Moving Time=Tempo de movimentação|
        Max Heart Rate=Frequência cardíaca máxima|Average Heart Rate=Frequência cardíaca média|
        Elevation Gain=Ganho de elevação|Elevation Loss=Perda de elevação|
        Activity Gear=Equipamento da atividade|Dirt Distance=Distância na terra""",
    "ja": """Activity ID=アクティビティID|Activity Date=アクティビティ実行日|Activity Type=アクティビティタイプ|
        Elapsed Time=経過時間|Distance=距離|Filename=ファイル名|Moving Time=移動時間|Elevation Gain=獲得標高""",
    "xx": """Activity ID=Nr.|Activity Date=Tid|Activity Type=Slag|Elapsed Time=Varade|Distance=Sträcka|Filename=Fil|
        Total Steps=Steg|Long Run=Långt|Activity Gear=Skor""",
}
"""Headers as the sources of each language publish them; "xx" is a language that nobody has published."""

KINDS = {
    "en": {"run": "Run", "trail": "Trail Run", "walk": "Walk", "hike": "Hike", "ride": "Ride", "swim": "Swim"},
    "de": {"run": "Lauf", "trail": "Traillauf", "walk": "Spaziergang", "hike": "Wandern", "ride": "Radfahrt"},
    "fr": {"run": "Course à pied", "walk": "Marche", "hike": "Randonnée", "ride": "Vélo", "swim": "Natation"},
    "es": {"run": "Carrera", "walk": "Caminata", "hike": "Senderismo", "ride": "Bicicleta", "swim": "Natación"},
    "nl": {"run": "Hardloopsessie", "walk": "Wandeling", "hike": "Hiken", "ride": "Fietsrit", "swim": "Zwemmen"},
    "it": {"run": "Corsa", "trail": "Corsa su sentiero", "walk": "Camminata", "ride": "Ciclismo", "swim": "Nuoto"},
    "pt": {"run": "Corrida", "walk": "Caminhada", "ride": "Pedalada", "swim": "Natação"},
    "ja": {"run": "ランニング"},
}

MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sept oct nov dic",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
}


@dataclass(frozen=True)
class Workout:
    """What really happened, in SI units; None where nobody noted it."""

    number: int
    start: datetime
    kind: str = "run"
    elapsed_s: int = 1800
    distance_m: float = 5000.0
    file: str = ""
    gear: str = ""
    description: str = ""
    moving_s: float | None = None
    timer_s: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    heart_rate_mean_bpm: float | None = None
    heart_rate_max_bpm: float | None = None
    strides_per_minute: float | None = None
    steps: float | None = None
    perceived_exertion: float | None = None
    dirt_distance_m: float | None = None
    competition: bool = False
    long_run: bool = False


def dated(start: datetime, language: str, *, space: str = " ") -> str:
    """Write an instant as an export in this language does."""
    clock = f"{start.hour}:{start:%M:%S}"
    if language == "old":
        return f"{start:%Y-%m-%d %H:%M:%S}"
    if language == "de":
        return f"{start:%d.%m.%Y, %H:%M:%S}"
    if language == "ja":
        return f"{start:%Y/%m/%d} {clock}"
    month = MONTHS.get(language, MONTHS["en"]).split()[start.month - 1]
    if language in {"en", "xx"}:
        return f"{month} {start.day}, {start.year}, {start.hour % 12 or 12}:{start:%M:%S}{space}{start:%p}"
    if language == "pt":
        return f"{start.day} de {month} de {start.year}, {start:%H:%M:%S}"
    return f"{start.day} {month} {start.year}, {clock}"


def header(language: str = "en", width: int = 103) -> list[str]:
    """Give the first row; widths are "old" layouts of 10 columns, or so many of today's."""
    if language == "old":
        return list(OLD)
    names = SHORT_ENGLISH if width == len(SHORT_ENGLISH) else ENGLISH[:width]
    if language == "en":
        return list(names)
    words = dict(pair.strip().split("=") for pair in OTHER_WORDS[language].replace("\n", "").split("|"))
    return [words.get(name, f"({language}) {name}") for name in names]


def cells_of(workout: Workout, language: str, *, space: str = " ") -> dict[str, list[str]]:
    """Give the cells of a workout by English header: as often as the header occurs, in order."""
    short = f"{workout.distance_m / 1000:.2f}"
    if language not in {"en", "ja", "xx", "old"}:
        short = short.replace(".", ",")
    kinds = KINDS.get(language, KINDS["en"])
    pulse = _text(workout.heart_rate_max_bpm)
    return {
        "Activity ID": [str(workout.number)],
        "Activity Date": [dated(workout.start, language, space=space)],
        "Activity Name": ["Morning, run"],
        "Activity Type": [kinds.get(workout.kind, workout.kind)],
        "Activity Description": [workout.description],
        "Elapsed Time": [str(workout.elapsed_s), f"{workout.elapsed_s}.0"],
        "Distance": [f"{workout.distance_m:.1f}" if language == "old" else short, f"{workout.distance_m:.1f}"],
        "Max Heart Rate": [pulse, pulse],
        "Relative Effort": ["12", "12.0"],
        "Commute": ["false", "0.0"],
        "Activity Gear": [workout.gear],
        "Filename": [workout.file],
        "Moving Time": [_text(workout.moving_s)],
        "Timer Time": [_text(workout.timer_s)],
        "Elevation Gain": [_text(workout.ascent_m)],
        "Elevation Loss": [_text(workout.descent_m)],
        "Average Heart Rate": [_text(workout.heart_rate_mean_bpm)],
        "Average Cadence": [_text(workout.strides_per_minute)],
        "Total Steps": [_text(workout.steps)],
        "Perceived Exertion": [_text(workout.perceived_exertion)],
        "Dirt Distance": [_text(workout.dirt_distance_m)],
        "Competition": ["1.0" if workout.competition else ""],
        "Long Run": ["1.0" if workout.long_run else ""],
    }


def _text(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def activities_csv(
    workouts: Sequence[Workout],
    language: str = "en",
    width: int = 103,
    *,
    space: str = " ",
    changed: Mapping[int, Mapping[tuple[str, int], str]] | None = None,
) -> str:
    """Write the table; `changed` holds other cells for some rows, by English header and occurrence."""
    names = header(language, width)
    if language == "old":
        english = [*SHORT_ENGLISH]
    else:
        english = SHORT_ENGLISH if width == len(SHORT_ENGLISH) else ENGLISH[:width]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row, workout in enumerate(workouts):
        cells = cells_of(workout, language, space=space)
        other = (changed or {}).get(row, {})
        met: dict[str, int] = {}
        line = []
        for name in english:
            met[name] = met.get(name, 0) + 1
            told = cells.get(name, [])
            usual = told[met[name] - 1] if met[name] <= len(told) else ""
            line.append(other.get((name, met[name]), usual))
        writer.writerow(line)
    return out.getvalue()


SHOES = "Shoe Name,Shoe Brand,Shoe Model,Shoe Default Sport Types\n,Maker,Model 3,Run\nOld ones,Maker,Model 2,\n"


def export_zip(table: str, files: Mapping[str, bytes], *, shoes: str = SHOES, folder: str = "") -> bytes:
    """Pack an export: the table, the files of its workouts, and what else lies beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}activities.csv", table)
        archive.writestr(f"{folder}shoes.csv", shoes)
        archive.writestr(f"{folder}bikes.csv", "Bike Name,Bike Brand,Bike Model,Bike Default Sport Types\n")
        archive.writestr(f"{folder}media/1.jpg", b"\xff\xd8")
        for name, data in files.items():
            archive.writestr(folder + name, data)
    return out.getvalue()
