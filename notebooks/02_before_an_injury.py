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
# # Before an injury
#
# **Question.** A runner has a stress fracture of the tibia. What in her training came before it, and how much of that
# may one history prove?
#
# **Method.** Date the onset, by more than one rule. Look at the six weeks before it: single runs that went far beyond
# the runs before, and everything else that changed. Lay these days beside other weeks of the same runner. Then do what
# a study would do, and read how wide its interval is.
#
# The runner is made up. Nothing here leaves your computer.

# %%
from pathlib import Path

from matplotlib import pyplot as plt

import stressfx as sfx

places = (Path("data-samples"), Path("..", "data-samples"))
folder = next(place for place in places if place.is_dir()) / "runner-a"
export = sfx.read_export(folder, athlete_id="runner-a")
injuries = sfx.read_injuries(folder / "injuries.csv")
found = sfx.audit(export, injuries=injuries, shoes=sfx.read_shoes(folder / "shoes.csv"))

# %% [markdown]
# ## When did it begin?
#
# There are three dates, and they lie three weeks apart. Bone hurts before a runner stops, and it is imaged later still.

# %%
injuries[["first_pain", "stopped_running", "diagnosed", "returned", "site", "imaging", "grade"]]

# %% [markdown]
# Which of them is the onset is a choice. The rule `first_pain` takes the first pain, where that is not known the first
# day without running, else the diagnosis. Every study below takes the name of the rule, so that it can be repeated.

# %%
{rule: f"{sfx.injury_onsets(injuries, onset=rule)['onset'].item():%Y-%m-%d}" for rule in ("first_pain", "diagnosed")}

# %% [markdown]
# Is it a case at all? By the code and the tissue it is a bone stress injury; by the consensus of Yamato et al. (2015)
# it is a running-related injury, since it stopped her running for more than seven days. The inner edge of the tibia is
# a place that heals well as a rule, the front of its shaft one that heals badly; of "tibia" alone the library would say
# that it does not know. Where it answers "high", there is one thing to do, and no schedule: see a clinician.

# %%
cases = sfx.bone_stress_injuries(injuries)
cases.tolist(), sfx.yamato_injuries(injuries).tolist(), sfx.site_risk(injuries).tolist()

# %% [markdown]
# The log knows of stops by itself. It shows two. The one in March was no injury: a stop is a candidate and nothing
# more.

# %%
sfx.running_stops(found.daily)[["first", "last", "days", "missed_planned", "rule"]]

# %% [markdown]
# ## Which runs went far beyond the runs before?

# %%
sfx.plot_spikes(found.spikes, injuries=injuries)
plt.show()

# %%
found.before_injury[["onset", "days_before", "date", "value", "reference", "spike", "state"]]

# %% [markdown]
# One flagged run in the six weeks before the first pain: 25 km after at most 14 km in the month before.
#
# ## What else changed?

# %%
sfx.plot_changes(found.changes, injuries=injuries)
plt.show()

# %%
found.changes_before_injury[["date", "days_before", "kind", "what", "value", "baseline", "unit"]]

# %% [markdown]
# In the same three weeks she ran farther, more often, on the track for the first time, and in new shoes. They came
# together; no look at this one history can take them apart.
#
# ## The same days by every definition
#
# Whoever looks for a definition that "saw it coming" will find one. Here are all of them on the same days.

# %%
sfx.plot_definitions(found.definitions, injuries=injuries)
plt.show()

# %% [markdown]
# ## Beside her own other weeks
#
# A picture of the weeks before an injury says nothing alone: every four weeks of a runner look like something. The thin
# lines are her own other windows of four weeks, which end on the same weekday, are wholly at risk, and do not overlap.

# %%
before = sfx.loads_before(found.daily, injuries, days=27, matched=3)
sfx.plot_before_injury(before, "distance_m", words="Distance a day")
plt.show()

# %%
before.groupby("window")[["distance_m", "damage", "sessions"]].sum()

# %% [markdown]
# Before the injury she ran 52 km more than in the four weeks before that. But three other windows are few, window 2
# holds the stop in March, and a runner who builds up for a race runs more each month: the last window before *anything*
# is then the highest.
#
# ## What would a study say?
#
# A **case-crossover** study compares the week that ends with the onset with earlier weeks of the same runner: was there
# a spike in it more often than in them? A week counts as exposed if any of its days had a run more than 10 % beyond the
# longest of the 30 days before.

# %%
days = sfx.spike_days(found.spikes, found.daily)
days["spike_in_21_days"] = sfx.exposed(days, "spike", above=0.10, days=21)
study = sfx.case_crossover(days, injuries, exposures="spike_in_21_days", window_days=21)
study

# %% [markdown]
# One injury is one coin toss. The interval of the odds ratio goes from nearly nothing to infinity: the data agree with
# spikes that protect, spikes that do nothing, and spikes that break bones. The result says of itself that it is an
# illustration. With another rule for the onset or another window the estimate jumps, and the interval does not shrink:

# %%
rules = sfx.compare_onsets(sfx.case_crossover, days, injuries, exposures="spike_in_21_days", window_days=21)
rules[["onset", "estimate", "low", "high", "events", "note"]]

# %%
sfx.plot_forest(rules)
plt.show()

# %% [markdown]
# How often is *one runner like this* injured? The rate has the same trouble, and an exact interval shows it:

# %%
sfx.injury_rates(found.daily, injuries, cases=cases)

# %% [markdown]
# ## What cannot be concluded
#
# - **No cause.** Distance, frequency, ground and shoes changed in the same weeks. The largest spike of the log, in
#   February, was followed by nothing.
# - **No forecast.** A rate ratio of 1.5 from a study of thousands (notebook 01) is about groups; most runs with a spike
#   are followed by no injury.
# - **The look back is ours.** Six weeks are a convention: remodelling of bone takes months, and what we list is what
#   lies inside the window that we chose.
# - **The reported day is not the day of the first microcrack.** Load often falls before the reported onset, because it
#   hurts already. Such weeks look harmless, or even protective; a lag of some days is a partial remedy (notebook 06).
# - **What no watch records** is missing altogether: food, sleep, hormones, an earlier fracture.
#
# What may be said: in the three weeks before the first pain, training rose and changed in several ways at once. That is
# a description, and a reason to talk.
#
# ## Things to try next
#
# - Set `days=41` and `matched=2` in `loads_before`. Do the lines still look as different?
# - Repeat the study with `above=0.30`. How many of her weeks are exposed now?
# - Take `runner-b`, who has no injury, and choose a day at random as if there were one. How many changes lie in the six
#   weeks before it?
# - Go to notebook 06: the same study with hundreds of runners, of whom we know what is true.
#
# ## Sources
#
# - Yamato TP, Saragiotto BT, Lopes AD. A consensus definition of running-related injury in recreational runners.
#   *Journal of Orthopaedic & Sports Physical Therapy* 2015;45:375.
# - Schuster Brandt Frandsen J, et al. How much running is too much? *British Journal of Sports Medicine* 2025.
#   doi 10.1136/bjsports-2024-109380
# - Maclure M. The case-crossover design: a method for studying transient effects on the risk of acute events. *American
#   Journal of Epidemiology* 1991;133:144 (recalled, not read again).
#
# The headline of this notebook, checked:

# %%
assert found.before_injury["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-05-18"]
assert {"shoe", "surface", "frequency", "distance"} <= set(found.changes_before_injury["kind"])
assert study.note == "illustration, not inference"
assert study.table["low"].item() < 0.1
