"""Write the generated parts of the README: the tables and the picture. `make readme`.

The functions come from the docstrings, the columns from the schemas, the speeds from what `make bench` wrote last.
`python tests/readme/generate.py --check` ends with 1 if the README says something else.
"""

import inspect
import re
import sys
from pathlib import Path

import stressfx as sfx
from stressfx import schema
from stressfx.training.metrics.registry import METRICS

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BENCHMARK = Path(__file__).with_name("benchmark.md")
EXPORTS = Path(__file__).with_name("exports.md")
COHORT = Path(__file__).with_name("cohort.md")
STUDIES = Path(__file__).with_name("studies.md")
CALIBRATION = Path(__file__).with_name("calibration.md")
PICTURE = Path(__file__).with_name("spikes.png")
SCHEMAS = (
    schema.RECORDS,
    schema.SESSIONS,
    schema.INTENSITY,
    schema.LOADS,
    schema.DAILY_LOAD,
    schema.WEEKS,
    schema.SPIKES,
    schema.CHANGES,
    schema.SURFACES,
    schema.SURFACE_CHANGE,
    schema.WEAR,
    schema.ALERTS,
    schema.RULES,
    schema.CHECKS,
    schema.INJURIES,
    schema.ONSETS,
    schema.STOPS,
    schema.INTERVALS,
    schema.BEFORE,
    schema.STUDY,
    schema.SPECIFICATIONS,
    schema.CALIBRATION,
    schema.POWER,
    schema.STAGES,
    schema.PLAN,
    schema.PAIN,
    schema.RETURN_RULES,
    schema.RETURN_EVENTS,
    schema.CROSS_TRAINING,
    schema.ENERGY,
    schema.ENERGY_NEED,
)


def functions() -> str:
    """List every public function with the first line of its docstring and its sources."""
    rows = ["| call | what it gives | source |", "| --- | --- | --- |"]
    for name in sfx.__all__:
        thing = getattr(sfx, name)
        if inspect.isclass(thing):
            continue
        documentation = inspect.getdoc(thing) or ""
        sources = sorted(set(re.findall(r"10\.\d{4,}/[^\s,;)]+", documentation)))
        doi = ", ".join(f"doi {source.rstrip('.')}" for source in sources)
        rows.append(f"| `sfx.{name}` | {documentation.splitlines()[0]} | {doi} |")
    return "\n".join(rows)


def metrics() -> str:
    """List every metric of the registry: name, call, definition, source and the test that is its oracle."""
    rows = ["| metric | call | definition | source | oracle |", "| --- | --- | --- | --- | --- |"]
    for metric in METRICS.values():
        test = metric.oracle.rpartition("::")[2].removeprefix("test_").replace("_", " ")
        rows.append(f"| `{metric.name}` | `{metric.call}` | {metric.definition} | {metric.source} | {test} |")
    return "\n".join(rows)


def columns() -> str:
    """List the columns of the frames, with unit and meaning; each frame can be unfolded."""
    parts = []
    for frame in SCHEMAS:
        shown = [c for c in frame.columns if frame is not schema.LOADS or c not in schema.LOG.columns]
        more = ": what the log has, and" if frame is schema.LOADS else ""
        rows = [f"<details><summary><b>{frame.name}</b>{more}</summary>", ""]
        rows += ["| column | unit | meaning |", "| --- | --- | --- |"]
        rows += [f"| `{column.name}` | {column.unit} | {column.meaning} |" for column in shown]
        parts.append("\n".join([*rows, "", "</details>"]))
    return "\n\n".join(parts)


def written(readme: str) -> str:
    """Put every generated part between its marks."""
    parts = {"functions": functions(), "columns": columns()}
    parts |= {"benchmark": BENCHMARK.read_text(encoding="utf-8").strip()}
    parts |= {"exports": EXPORTS.read_text(encoding="utf-8").strip()}
    parts |= {"cohort": COHORT.read_text(encoding="utf-8").strip(), "metrics": metrics()}
    parts |= {"studies": STUDIES.read_text(encoding="utf-8").strip()}
    parts |= {"calibration": CALIBRATION.read_text(encoding="utf-8").strip()}
    for name, text in parts.items():
        pattern = re.compile(rf"(<!-- {name}: .*?-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        readme, found = pattern.subn(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", readme)
        if found != 1:
            sys.exit(f"README.md has no marks for {name}")
    return readme


def draw() -> None:
    """Draw the picture of the README from runner A."""
    from matplotlib import pyplot as plt  # only the picture needs it

    history = sfx.audit(sfx.read_export(ROOT / "data-samples" / "runner-a", athlete_id="runner-a"))
    injuries = sfx.read_injuries(ROOT / "data-samples" / "runner-a" / "injuries.csv")
    figure, axes = plt.subplots(figsize=(9, 3.8), layout="constrained")
    sfx.plot_spikes(history.spikes, injuries=injuries, ax=axes)
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


def main() -> None:
    """Write the README, or check it."""
    readme = README.read_text(encoding="utf-8")
    fresh = written(readme)
    if "--check" in sys.argv:
        sys.exit("README.md is not what `make readme` writes" if fresh != readme else 0)
    README.write_text(fresh, encoding="utf-8")
    draw()


if __name__ == "__main__":
    main()
