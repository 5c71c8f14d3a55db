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
# # Plan your own study
#
# **Question.** You want to know whether runs far beyond the runs before come before injuries. How many runners must you
# follow, for how long, and what will lost watches, people who leave and rounded dates cost you?
#
# **Method.** Make up runners of whom you know what hurts them, do the study that you mean to do, and count how often it
# finds what you put in. This is power by simulation: no formula that nobody checks, but the design with all its losses.
# Then translate injuries into runners, since it is injuries that a study lives on.
#
# Nobody here exists.

# %%
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import stressfx as sfx

seed, trials = 7, 10

# %% [markdown]
# ## One study is one draw
#
# What is planted: in the week from a spike on (a run more than 10 % beyond the longest of the 30 days before) the
# hazard is **twice** as high. A hundred runners are followed for a year. Here are twenty such studies, which differ in
# chance alone, each evaluated by a Cox regression:

# %%
many = sfx.run_trials("cox", n_trials=20, seed=seed, n_athletes=100, hazard_ratio=2.0)
many = many.sort_values("estimate", ignore_index=True)
many[["estimate", "low", "high", "p", "events"]].iloc[[0, 9, 19]].round(4)

# %%
found = many["p"] < 0.05
figure, axes = plt.subplots(figsize=(8.6, 3.4), layout="constrained")
for sure, colour, words in ((True, "#0072B2", "found: p below 5 %"), (False, "#D55E00", "not found")):
    part = many[found == sure]
    arms = (part["estimate"] - part["low"], part["high"] - part["estimate"])
    axes.errorbar(part.index + 1, part["estimate"], yerr=arms, fmt="o", color=colour, label=words)
axes.axhline(2.0, color="black", linestyle="--", linewidth=1, label="planted")
axes.axhline(1.0, color="#999999", linewidth=1)
axes.set(xlabel="Study, by estimate", ylabel="Hazard ratio", yscale="log", xticks=range(1, 21))
axes.set_yticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
axes.minorticks_off()
axes.legend(frameon=False, ncols=3, loc="upper left")
plt.show()

# %% [markdown]
# The same truth, twenty answers. The share of the blue ones is the power; the length of the lines is what you will have
# to live with in any case. And those that "found" it are those that happened to come out high. The mean ratio of each
# kind:

# %%
words = found.map({True: "found", False: "not found"}).rename("study")
np.exp(many["log_estimate"].groupby(words).mean()).round(2).to_frame("mean ratio")

# %% [markdown]
# Small studies that reach significance exaggerate, and they are the ones that get printed.
#
# ## How many runners?
#
# `power` repeats this for some sizes. Two designs: Cox regression compares runners and days, the case-crossover study
# only compares the week before an injury with other weeks of the same runner. Few trials are made here, to keep the
# wait short; a plan that money hangs on wants 200 and more.

# %%
plan = {"hazard_ratio": 2.0, "n_trials": trials, "seed": seed}
runners = [50, 100, 200, 400]
designs = ["cox", "case_crossover"]
curves = [sfx.power(name, n_athletes=runners, **plan).assign(design=name) for name in designs]
sizes = pd.concat(curves, ignore_index=True)
sizes[["design", "n_athletes", "events", "power", "power_low", "power_high", "width"]].round(2)

# %%
sfx.plot_power(sizes)
plt.show()

# %% [markdown]
# The kinks are chance; the bands say how much of it there is. `events` are the injuries that an estimate rests on, on
# average; `width` is the upper over the lower end of its interval. A width of 4 means: from half of the estimate to
# twice the estimate.
#
# `runners_needed` lays a line through all sizes, and gives nothing where the wanted power lies beyond them:

# %%
needed = pd.concat([sfx.runners_needed(curve) for curve in curves], ignore_index=True)
needed.insert(0, "design", designs)
needed.round({"n_athletes": 0, "events": 0})

# %% [markdown]
# Of the same runners the case-crossover study counts fewer injuries: only those tell it something whose own week
# differs from a comparison week. In return every runner is his own control: age, sex, bones and shoes that do not
# change cannot confound. The Cox regression has no such shelter outside of made-up runners.
#
# ## Injuries count, not athletes
#
# Make injuries half as frequent, and follow twice as many runners:

# %%
rare = sfx.power("cox", n_athletes=[200, 400], injuries_per_athlete_year=0.25, **plan)
common = curves[0][curves[0]["n_athletes"].isin([100, 200])]
pd.concat({"0.50 a year": common, "0.25 a year": rare})[["n_athletes", "events", "width"]].round(2)

# %%
figure, axes = plt.subplots(figsize=(8.6, 3.2), layout="constrained")
axes.plot(curves[0]["events"], curves[0]["width"], "o-", color="#0072B2", label="Cox, 0.50 injuries a year")
axes.plot(rare["events"], rare["width"], "s", color="#D55E00", markersize=9, fillstyle="none", label="Cox, 0.25 a year")
axes.plot(curves[1]["events"], curves[1]["width"], "^--", color="#009E73", label="case-crossover, 0.50 a year")
axes.set(xlabel="Injuries in the estimate", ylabel="Width of the interval", xscale="log", yscale="log")
axes.set_xticks([15, 30, 60, 120, 240], ["15", "30", "60", "120", "240"])
axes.set_yticks([2, 4, 8], ["2", "4", "8"])
axes.minorticks_off()
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# Twice the runners, and the squares lie by the line of the circles: with as many injuries the interval is about as
# wide. The width is a better guide than the power when trials are few, since it hardly varies between them. It follows
# a simple law: its logarithm goes with one over the square root of the injuries, so that half of it needs four times as
# many.
#
# Hence a rule of thumb for other ratios. The injuries needed go with $1 / (\ln \mathrm{HR})^2$, as in the formula of
# Schoenfeld (1983, recalled), which lets us check the simulation. About a quarter of the injuries fall on exposed days
# ($q$):
#
# $$ E = \frac{(1.96 + 0.84)^2}{q\,(1 - q)\,(\ln \mathrm{HR})^2} $$

# %%
ratios = pd.Index([1.5, 2.0, 2.3, 3.0], name="hazard ratio")
formula = (1.96 + 0.84) ** 2 / (0.25 * 0.75 * np.log(ratios.to_numpy()) ** 2)
simulated = needed.loc[0, "events"] * (np.log(2) / np.log(ratios.to_numpy())) ** 2
pd.DataFrame({"by the formula": formula, "scaled from the simulation": simulated}, ratios).round(0)

# %% [markdown]
# The formula and the simulation agree as well as so few trials let them. Recalled from Bahr and Holme (2003): 20 to 50
# injuries for moderate to strong associations, about 200 for weak ones, which is the same order. A ratio of 1.5, the
# size that was found in 5,205 runners for spikes up to 100 % (notebook 01), needs 250 injuries or more, and not
# runners.
#
# ## From injuries to runners
#
# What do *your* runners have? Count injuries per 1000 hours in a pilot, with the exact interval. In the made-up cohort:

# %%
cohort = sfx.simulate_cohort(200, 365, seed=seed, hazard_ratio=2.0)
rates = sfx.injury_rates(cohort.days, cohort.injuries)
rates

# %% [markdown]
# The made-up runners have far more injuries of bone than real ones do, so that a few hundred suffice above. Suppose
# that your own pilot saw 3 injuries in 1000 hours, and that your runners train 150 hours a year. Not every injury that
# is told can be used: some fall into the first 30 days, which no spike is known of.

# %%
pilot = sfx.incidence_rate(3, 1000).table.loc[0, ["low", "estimate", "high"]].astype(float)
hours, years = 150, 1
used = curves[0].loc[2, "events"] / rates.table.loc[0, "events"]
runners_for = needed.loc[0, "events"] / (pilot / 1000 * hours * years * used)
pd.DataFrame({"injuries in 1000 h": pilot, "runners to follow for a year": runners_for}).round(1)

# %% [markdown]
# The pilot says "3 in 1000 h" and means "between 0.6 and 8.8", and so the size of the study is known to a factor of
# fourteen. A pilot that is to plan a study needs injuries too. For scale, recalled and not verified: 7.7
# running-related injuries of all kinds in 1000 h of recreational runners, 17.8 of novices (Videbæk et al. 2015). Of
# bone stress alone there are far fewer.
#
# ## What losses cost
#
# Now the study as it will be. A tenth of the days has no device, and of the other runs a tenth has no distance; a fifth
# of the runners stops logging at some time, and a fifth of the injured with the injury; three of ten first pains are
# told as the nearest Monday, 1st or 15th.

# %%
losses = {"missing_devices": 0.10, "dropout": 0.20, "heaping": 0.30}
lossy = sfx.power("cox", n_athletes=runners[1:], **plan, **losses).assign(design="Cox, with losses")
sfx.plot_power(pd.concat([curves[0].assign(design="Cox, all is told"), lossy], ignore_index=True))
plt.show()

# %%
lossy_sets = sfx.power("case_crossover", n_athletes=[400], **plan, **losses)
left = {"Cox": lossy["events"].iloc[-1] / curves[0]["events"].iloc[-1]}
left["case-crossover"] = lossy_sets["events"].iloc[-1] / curves[1]["events"].iloc[-1]
pd.Series(left).to_frame("share of the injuries that is left, of 400 runners").round(2)

# %% [markdown]
# Two things happen. Injuries are lost: one counts only if it is told, on a day that was observed, with a week behind it
# that is wholly known. With a tenth of the days and a tenth of the distances gone, nearly half of all days have no such
# week. The case-crossover study loses more, since it needs that for its comparison weeks too.
#
# And the ratio itself shrinks, since an exposure that is known badly looks like less of one. Too few trials are made
# here to see that, so we ran 150 cohorts of 400 runners beforehand (`run_trials` and `calibration`). Cox regression,
# 2.0 planted:
#
# | what is lost | injuries in the estimate | mean ratio | power |
# | --- | --- | --- | --- |
# | nothing | 178 | 1.97 | 95 % |
# | a tenth of the days, and of the distances | 99 | 1.72 | 67 % |
# | a fifth of the runners | 154 | 1.96 | 90 % |
# | three of ten dates are round | 177 | 1.84 | 89 % |
# | all three | 86 | 1.59 | 46 % |
#
# The ratios are known to about 2 % of themselves. Devices cost most, and twice over: where a long run is lost, the next
# one looks like a spike that it was not.
#
# More runners make up for injuries that are lost. They do not make up for a ratio that shrinks: a large study with bad
# dates is sure of a wrong number. A charger, a reminder and a question asked every week ("since when does it hurt?")
# are cheaper than another hundred runners.
#
# ## What the simulation does not know
#
# - **Your runners.** It holds for runners like the made-up ones: spikes in about 4 of 100 runs, 15 of 100 days in the
#   week from one, 3 to 4 runs a week, frailty that differs by half from one to the next. All of this is our choice and
#   fitted to no data. With fewer exposed days $q$ falls, and more injuries are needed.
# - **Confounding.** Nothing but chance makes a spike here. In life it comes with a race, a training camp, new shoes, a
#   friend who runs faster. No sample size repairs that.
# - **The window.** The hazard is raised for exactly the seven days that the study looks at. If bone needs three weeks,
#   or if you look at 28 days, the ratio that you can find is smaller than the one that is true.
# - **Pain before the date that is told.** It lowers the load before the "onset". It is switched off above
#   (`pain_days=0`). With a week of it, in which half of each run is left out, the same 150 cohorts give a mean ratio of
#   0.02 in place of 2.0, with p below 5 % in every one: spikes look as if they protected. More runners only make this
#   surer. Notebook 06 shows what a lag can do about it.
# - **Why things are missing.** Devices fail here at random. Real runners leave the watch at home because the shin
#   hurts.
# - **What you do with the data.** One question and one test. Whoever tries five windows and three thresholds has
#   another false alarm rate than 5 % (the specification curve of notebook 06).
# - **What power is.** The chance to find a ratio if it is true. It does not say how likely the ratio is true, and it is
#   worth nothing after the study, when there is an interval to be read.
#
# A single runner with two injuries (notebook 02) is at the far left of all these pictures. He can illustrate, and never
# infer.
#
# ## Things to try next
#
# - Set `hazard_ratio=1.0`. The power is now the share of false alarms. Is it 5 %? How many trials do you need to tell?
# - Set `hazard_ratio=1.5` and `runners = [400, 800, 1600]`. Does the rule of thumb hold?
# - Follow runners for two years (`n_days=730`) in place of twice as many for one. What changes, and what in life would?
# - Lose one thing at a time: which of the three costs most? Then give `pain_days=7` and look at the estimates of
#   `run_trials`, not at the power.
# - Write your own study, a function of a cohort that gives a `StudyResult`, and pass it in place of the name. With a
#   lag of three days, what does power cost?
# - Make the plan that you would sign: 200 trials, your own losses, your own incidence.
#
# ## Sources
#
# - Bahr R, Holme I. Risk factors for sports injuries: a methodological approach. *British Journal of Sports Medicine*
#   2003;37:384 (recalled, not read again).
# - Schoenfeld DA. Sample-size formula for the proportional-hazards regression model. *Biometrics* 1983;39:499
#   (recalled).
# - Videbæk S, et al. Incidence of running-related injuries per 1000 h of running in different types of runners. *Sports
#   Medicine* 2015;45:1017 (recalled).
# - Garwood F. Fiducial limits for the Poisson distribution. *Biometrika* 1936;28:437 (the exact interval; recalled).
# - Schuster Brandt Frandsen J, et al. How much running is too much? *British Journal of Sports Medicine* 2025.
#   doi 10.1136/bjsports-2024-109380
#
# The headline of this notebook, checked:

# %%
assert all(curve["width"].is_monotonic_decreasing for curve in curves)
assert curves[0]["power"].iloc[0] < 0.6
assert curves[0]["power"].iloc[-1] > 0.8
assert np.allclose(np.log(rare["width"]), np.log(common["width"]), rtol=0.2)
assert max(left.values()) < 0.7
assert many.loc[found, "estimate"].mean() > 2.0
