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
# # Surfaces and shoes
#
# **Question.** On which ground, and in which shoes, did a runner run before her shin began to hurt? What of this is
# known, what is assumed, and what changed when?
#
# **Method.** Ask every source what each run was on, and write down which one answered. Follow the *change* of ground
# and not its hardness, for what is published about hardness contradicts itself. Add up the distance in each pair of
# shoes, and lay the days of change beside the day of the first pain.
#
# The runner is made up, and so are her places, her shoes and her injury. Nothing here leaves your computer.

# %%
from pathlib import Path

import pandas as pd
from matplotlib import pyplot as plt

import stressfx as sfx

places = (Path("data-samples"), Path("..", "data-samples"))
folder = next(place for place in places if place.is_dir()) / "runner-a"

export = sfx.read_export(folder, athlete_id="runner-a")
injuries = sfx.read_injuries(folder / "injuries.csv")
shoes = sfx.read_shoes(folder / "shoes.csv")
log = sfx.assign_shoes(sfx.training_log(export.sessions), shoes)

# %% [markdown]
# ## What was each run on, and who says so?
#
# A watch does not feel the ground. What a run was on is told by the runner's own word or rule, else by a map, else by a
# 400 m track found in the positions, else by the account, else by the kind of run that was chosen on the watch. Where
# nobody tells, it is `unknown`: a run on the road is never taken to be on asphalt.

# %%
surfaces = sfx.session_surfaces(log)
kinds = surfaces.groupby(["surface", "source"])["distance_m"].agg(runs="size", distance_m="sum")
kinds["share"] = kinds["distance_m"] / kinds["distance_m"].sum()
kinds.round({"distance_m": 0, "share": 2})

# %% [markdown]
# All that is known here comes from one source, the kind of run that she chose on her watch (`sub_sport`). Twelve runs,
# a tenth of the distance, are in files that do not say it.
#
# ## Week by week

# %%
surface_weeks = sfx.surface_shares(surfaces)
sfx.plot_surfaces(surface_weeks, injuries=injuries)
plt.show()

# %% [markdown]
# Trails until the middle of May, a treadmill now and then; from then on, a track. The dashed line is the first day of
# pain, the shade lasts until she ran again.
#
# **What the picture does not show:** how fast she ran, and that a track has bends. What comes with a ground changes
# together with it.
#
# ## How much did the ground change?
#
# With $p_k$ the share of surface $k$ in the distance of the last 7 days, and $q_k$ its share in the 21 days before:
#
# $$ \mathrm{change} = \tfrac{1}{2} \sum_k |p_k - q_k| $$
#
# It is 0 if nothing changed, and 1 if she left all her surfaces for others. Unknown ground is counted as whatever makes
# the change smallest, so that what you see is what the files prove. A day is flagged above 0.3, or if a surface that
# was absent for 28 days makes up more than a fifth of the week. Index, windows and thresholds are our choice; no study
# stands behind them.

# %%
daily = sfx.daily_load(log)
change = sfx.surface_change(surfaces, daily).set_index("date")

figure, axes = plt.subplots(figsize=(8.6, 2.8), layout="constrained")
axes.plot(change["surface_change"], color="black", linewidth=1)
axes.axhline(0.3, color="black", linewidth=0.7, linestyle=":")
axes.axvline(injuries["first_pain"].iloc[0], color="black", linewidth=1, linestyle="--")
axes.set(xlabel="Day", ylabel="Change of surface", ylim=(0, 1))
plt.show()

# %%
flagged = change[change["flagged"]]
months = flagged.groupby(flagged.index.strftime("%B"), sort=False)["surface_change"]
months.agg(flagged_days="size", highest="max").round(2)

# %% [markdown]
# The dotted line is 0.3, the dashed one the first day of pain. The highest value of all is no change of habit. In March
# she came back from ten days of holiday, and for two days the only run of her week was one on the treadmill. A share of
# a small sum jumps. Before you read an index, look at how much running stands behind it:

# %%
recent_m = daily.set_index("date")["distance_m"].rolling(7).sum()
beside = flagged[["surface_change", "unknown_share", "new_surface", "new_share"]].copy()
beside["recent_km"] = recent_m.reindex(flagged.index) / 1000
beside.loc["2025-03":"2025-05"].round(2)

# %% [markdown]
# In May it is the track: new on the 20th, more than a fifth of the week from the 21st on, and the index itself passes
# 0.3 on the 25th, with 50 km of running behind it. First runs on a surface are listed one by one as well:

# %%
first = sfx.first_days(surfaces)
first[["date", "surface", "distance_m", "days_since", "source"]]

# %% [markdown]
# `days_since` is missing, because she had not been on a track since the log began. Whether she had been before, the log
# cannot know.
#
# ## In which shoes?
#
# No file names a pair. What is known is her list: which pair was in use from when to when, and for which runs.

# %%
shoes[["shoe_id", "name", "start", "retired", "start_distance_m", "default_for"]]

# %%
runs = log[log["counted"] & (log["sport"] == "running")]
runs.groupby(["shoe_id", "shoe_source", "shoe_reason"]).size().rename("runs").to_frame()

# %% [markdown]
# So every pair here is an assumption (`default`): treadmill runs in one pair, all others in the one of the day. Runs in
# a borrowed pair, or in the old ones once more, are not seen.

# %%
wear = sfx.shoe_mileage(log, shoes)
alerts = sfx.shoe_alerts(wear, shoes)
sfx.plot_shoes(wear, alerts=alerts)
plt.show()

# %%
alerts[["shoe_id", "status", "total_m", "watch_on", "first_worn", "last_worn"]].round({"total_m": 0})

# %% [markdown]
# The first pair came into the band of 300 to 500 miles on 13 April and was retired within it. Here the band is in her
# own list; it is a convention about cushioning. No trial has shown that replacing shoes in it prevents any injury.
# After 500 km in shoes worn by 15 runners the peak force was 4.88 % higher (95 % interval 3.40 to 6.36; Wang 2010).
#
# ## Do the pairs take turns?
#
# In a study of 264 runners, those who used several pairs in parallel had fewer injuries: hazard ratio 0.614 (95 %
# interval 0.389 to 0.969; Malisoux 2015). Such a runner had two pairs or more, and they alternated at least twice.

# %%
turns = sfx.rotation(log).set_index("date")
turns.loc[["2025-05-20", "2025-05-27", "2025-06-04"]].drop(columns="athlete_id").round(2)

# %% [markdown]
# By the letter she is a user of several pairs on each of these days (`multiple_user` is 1). But on 20 May the second
# pair had carried one of the 17 runs of four weeks, on the treadmill, and the diversity of her shoes, $1 - \sum_i
# p_i^2$ with the share $p_i$ of each pair in the distance, was 0.08 where two pairs in equal parts have 0.5. A week
# later it is 0.39, and that is no rotation either: one pair took the place of another. A definition that sorts hundreds
# of runners need not describe one.
#
# ## Before the pain

# %%
pain = injuries["first_pain"].iloc[0]
new_pair = wear[wear["shoe_id"] == "a3"]["date"].min()
changed = {"first run on a track": first["date"].iloc[0], "first run in the new pair": new_pair}
days_before = (pain - pd.Series(changed)).dt.days
days_before.to_frame("days before the first pain")

# %% [markdown]
# New ground 16 days before the first pain, and new shoes 12 days before it. `01_from_export_to_history` found a run 18
# days before it that was 78 % longer than any of the 30 days before, and more runs a week from then on.
#
# **What this does not show.**
#
# - It does not show which of the changes mattered, or whether any did. They fall into one week: no method can tell them
#   apart in one runner. That is not a weakness of this log. Runners change things together, when they are well and have
#   plans.
# - It does not show that a track is harder than a trail. The evidence contradicts itself: no difference in peak
#   acceleration of the shin between concrete, track, grass and treadmill in 13 men at 12 km/h (Fu 2015); a little more
#   at the sacrum on concrete (Ferro-Sánchez 2023); at the shin more on level grass than on concrete (Waite 2021). In
#   all loads of this library a step counts the same on every ground.
# - The same search at another date would have found something as well: in March it found a holiday, and in April a pair
#   that passed 300 miles. No injury came in the six weeks after either. How often such things are seen *without* an
#   injury is a question for many runners (`06_a_cohort_study`).
#
# ## Things to try next
#
# - Call `sfx.surface_change(surfaces, daily, unknown="class")`. Which days are flagged now, and what has changed on
#   them, the ground or the file?
# - Write down what you know better than the watch: `stressfx template rules` prints a file to fill in, and
#   `sfx.apply_rules` takes it. Let all runs of a Tuesday be on the track. What becomes of the share that is unknown?
# - Move `retired` of the first pair in `shoes` by two weeks. Which numbers change? Who would have noticed?
# - Set `watch_mi=200, replace_mi=400` in `sfx.shoe_alerts`. Why does nothing change here? (Look at `limits_by`.)
# - Read `runner-b`, who was not injured. Count the days that are flagged.
#
# ## Sources
#
# - Fu W, et al. *Journal of Sport and Health Science* 2015;4:384-390. doi 10.1016/j.jshs.2015.09.001
# - Ferro-Sánchez A, et al. *International Journal of Environmental Research and Public Health* 2023;20:6405. doi
#   10.3390/ijerph20146405
# - Waite N, Goetschius J, Lauver JD. *Journal of Applied Biomechanics* 2021;37:2-5. doi 10.1123/jab.2020-0096
# - Malisoux L, et al. Can parallel use of different running shoes decrease running-related injury risk? *Scandinavian
#   Journal of Medicine & Science in Sports* 2015;25:110. doi 10.1111/sms.12154
# - Wang et al. Changes in heel cushioning characteristics of running shoes with running mileage. *Footwear Science*
#   2010;2:141. doi 10.1080/19424280.2010.519348
#
# The headline of this notebook, checked: new ground and new shoes came within one week, and nothing can part them.

# %%
assert days_before.tolist() == [16, 12]
assert first["surface"].tolist() == ["track"]
assert change.loc["2025-05-25":"2025-06-01", "flagged"].all()
