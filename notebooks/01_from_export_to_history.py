# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From an export to a history
#
# **Question.** A runner hands over the folder that her watch and her telephone have filled. What did she run, day by
# day, and did any single run go far beyond what she had run before?
#
# **Method.** Read every file, put each workout on its local day and count it once, sum the days, and compare each run
# with the longest run of the 30 days before it. In a study of 5,205 runners, injuries were more frequent around runs
# that went more than 10 % beyond that (Schuster Brandt Frandsen et al. 2025).
#
# The runner is made up, and so are her places, her watch and her injury. Nothing here leaves your computer.

# %%
from pathlib import Path

from matplotlib import pyplot as plt

import stressfx as sfx

places = (Path("data-samples"), Path("..", "data-samples"))
folder = next(place for place in places if place.is_dir()) / "runner-a"

# %% [markdown]
# ## What is in the folder?
#
# `read_export` opens every file and tells its kind from what is in it. One file that cannot be read never stops the
# others. The zip that Strava, Garmin, Apple Health, Runkeeper or Polar sends is read by the same call, unopened: shoes,
# exertion, corrected distances and runs that were typed in by hand come with it.

# %%
export = sfx.read_export(folder, athlete_id="runner-a")
export.files

# %% [markdown]
# What could not be read is not passed over in silence:

# %%
export.quarantine

# %% [markdown]
# ## One run, as the watch recorded it
#
# A session is one row; its records are the samples behind it. Units stand in the names: metres, seconds, metres a
# second. Most watches write a sample only when something changes, so the rows are not one second apart.

# %%
runs = export.sessions[export.sessions["sport"] == "running"]
longest = runs.loc[runs["distance_m"].idxmax()]
records = export.records(longest["session_id"])
records[["time", "distance_m", "speed_mps", "heart_rate_bpm", "cadence_rpm"]].head()

# %% [markdown]
# `cadence_rpm` is what the file says: strides a minute, the landings of one foot. `cadence_mean_spm` of a session
# counts the steps of both.
#
# The heart rate of her longest run:

# %%
figure, axes = plt.subplots(figsize=(8.6, 2.8), layout="constrained")
minutes = (records["time"] - records["time"].iloc[0]).dt.total_seconds() / 60
axes.plot(minutes, records["heart_rate_bpm"], color="black", linewidth=1)
axes.set(xlabel="Time since the start (min)", ylabel="Heart rate (1/min)")
plt.show()

# %% [markdown]
# ## Sessions: every workout, counted once
#
# `audit` takes the export and what no watch records, here the list of injuries, through all steps. A workout that two
# devices recorded stands twice in the folder. Both rows are kept; one counts.

# %%
injuries = sfx.read_injuries(folder / "injuries.csv")
shoes = sfx.read_shoes(folder / "shoes.csv")
found = sfx.audit(export, injuries=injuries, shoes=shoes)
found

# %%
found.sessions.loc[~found.sessions["counted"], ["date", "source", "distance_m", "duplicate_of", "duplicate_reason"]]

# %% [markdown]
# Before the numbers, the log itself. Is anything in it that would make them wrong: weeks without any file, a watch left
# on, a unit that changed, sessions on the wrong day? Each row says what it does to the numbers.

# %%
sfx.check_log(found.sessions, injuries=injuries)[["code", "first", "last", "message", "effect"]]

# %% [markdown]
# ## Days: rest is not the same as unknown
#
# The calendar is complete from the first to the last session. A day without a session is a day of rest here, because
# we take it that this runner records every run; `audit(..., missing="nan")` would leave such days unknown.

# %%
found.daily[["date", "sessions", "distance_m", "timer_s"]].head(10)

# %%
sfx.plot_history(found.daily, injuries=found.injuries)
plt.show()

# %% [markdown]
# Each bar is a day. The dashed line is the first day of pain, the shade lasts until she ran again.
#
# **What the picture does not show:** how hard the days were, on which ground, and the days of pain that were run
# through: she went on for nine days.

# %%
sfx.plot_weeks(found.weeks)
plt.show()

# %% [markdown]
# Distance below, number of runs above: the same distance in fewer runs means longer runs. Hatched weeks are the first
# and the last, of which only a part lies in the log. They do not compare with whole weeks.

# %%
found.recent_weeks(6)[["week", "days", "sessions", "distance_m", "timer_s", "longest_m"]]

# %% [markdown]
# ## Single runs that went far beyond the runs before
#
# For a run of distance $d_s$ that starts at $t_s$, the reference is the longest run of the 30 days before:
#
# $$ \mathrm{spike}_s = \frac{d_s}{\max\{d_j : 0 < t_s - t_j \le 30\ \mathrm{days}\}} - 1 $$
#
# Up to 10 % is *reference*, up to 30 % *small*, up to 100 % *moderate*, beyond that *large*. The first 30 days are not
# judged, nor is the first run after 30 days without any.

# %%
sfx.plot_spikes(found.spikes, injuries=found.injuries)
plt.show()

# %%
flagged = found.flagged_spikes()
flagged[["date", "value", "reference", "spike", "state"]]

# %% [markdown]
# The line is what each run is measured against. Three runs stand above it by more than 10 %.
#
# ## Before the injury

# %%
found.before_injury[["site", "onset", "days_before", "date", "value", "reference", "state"]]

# %% [markdown]
# One flagged run lies in the six weeks before the first pain.
#
# **What this does not show.**
#
# - It does not show a cause. The largest step, in February, was followed by no injury at all. One history cannot tell
#   a cause from a coincidence; this one was even written that way.
# - The classes come from overuse injuries of every kind that runners reported themselves, not from bone stress
#   injuries alone. The rate ratios in the study were 1.64 (95 % interval 1.31 to 2.05) for small, 1.52 (1.16 to 2.00)
#   for moderate and 2.28 (1.50 to 3.48) for large. They do not rise steadily: nothing may be read between them.
# - Two other things changed in the same weeks: she ran more often, and in new shoes. Distance alone does not see that.
#
# ## Things to try next
#
# - Call `sfx.session_spikes(found.sessions, by="timer_s")`. Do the same runs stand out by time?
# - Set `lookback_days=14`. How does the number of flags change, and why?
# - Read `runner-b`. A page without flags: what may you conclude, and what not?
# - Write the page that a coach can open: `sfx.write_report(found, "report.html")`.
# - Read your own folder. Look at `export.quarantine` and `found.findings` before you look at any picture.
#
# ## Sources
#
# - Schuster Brandt Frandsen J, et al. How much running is too much? Identifying high-risk running sessions in a
#   5200-person cohort study. *British Journal of Sports Medicine* 2025. doi 10.1136/bjsports-2024-109380
#
# The headline of this notebook, checked:

# %%
states = dict(zip(flagged["date"].dt.strftime("%Y-%m-%d"), flagged["state"], strict=True))
assert states == {"2025-02-23": "large", "2025-04-06": "small", "2025-05-18": "moderate"}
assert found.before_injury["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-05-18"]
