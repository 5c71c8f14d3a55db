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
# # The limits of ratios
#
# **Question.** The acute:chronic workload ratio (ACWR) divides the load of the last week by that of the weeks before.
# Many programs show it, often with a "sweet spot" of 0.8 to 1.3 and a "danger zone" from 1.5 on. What does the number
# say, and can it say who will be injured?
#
# **Method.** Compute every definition on the same days of one made-up runner, and look where they part. Then take
# training away and keep the arithmetic: random weeks, and last, made-up athletes of whom we know what hurts them.
#
# Nothing here leaves your computer.

# %%
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import stressfx as sfx

places = (Path("data-samples"), Path("..", "data-samples"))
folder = next(place for place in places if place.is_dir()) / "runner-a"

export = sfx.read_export(folder, athlete_id="runner-a")
injuries = sfx.read_injuries(folder / "injuries.csv")
log = sfx.training_log(export.sessions)
daily = sfx.daily_load(log)

# %% [markdown]
# ## One name, five numbers
#
# What is called ACWR is at least five things. Each averages calendar days, days of rest included.

# %%
compared = sfx.compare_definitions(daily)
ratios = compared.set_index("date").filter(like="acwr")
sfx.definitions().set_index("column").loc[ratios.columns, ["definition", "windows"]].style

# %%
sfx.plot_definitions(compared, injuries=injuries)
plt.show()

# %% [markdown]
# Each panel is one definition. The band goes from the lowest to the highest of all of them on that day. No threshold is
# drawn, for a threshold belongs to one definition.
#
# On the days of the three runs that went furthest beyond the runs before (`01_from_export_to_history`):

# %%
ratios.loc[["2025-02-23", "2025-04-06", "2025-05-18"]].T.round(2)

# %% [markdown]
# Is 18 May, the run 18 days before her shin began to hurt, in the "danger zone"? Three of the five are below 1.5, and
# two are above it. And which of the three days is the worst? The first two say April, the mildest run of the three,
# because a holiday lies in the weeks before it. The others say May. The run in February was more than twice as long as
# any of the 30 days before it, and comes first in none of them. A week hides a run.
#
# How often is "above 1.5"?

# %%
days, above = ratios.notna().sum(), ratios.gt(1.5).sum()
pd.DataFrame({"days": days, "above 1.5": above, "share": (above / days).round(2)})

# %% [markdown]
# And within one definition, the windows are a choice as well. The same 18 May by the length of the acute window (rows)
# and of the whole window (columns), in days:

# %%
load = daily.set_index("date")["distance_m"]
by_windows = pd.DataFrame(index=[3, 5, 7, 10], columns=[21, 28, 35, 42], dtype=float)
for acute in by_windows.index:
    for chronic in by_windows.columns:
        ratio = sfx.acwr(load, acute_days=acute, chronic_days=chronic)
        by_windows.loc[acute, chronic] = ratio["2025-05-18"]
by_windows.round(2)

# %% [markdown]
# From 1.4 to 2.6, for one day of one runner. Whoever may choose the window after the injury will find one that fits.
#
# In JupyterLab you can slide the windows yourself:

# %%
try:
    from ipywidgets import interact
except ImportError:
    interact = None  # the table above says the same


def draw(acute_days: int = 7, chronic_days: int = 28) -> None:
    """Draw the ratio by other windows."""
    ratio = sfx.acwr(load, acute_days=acute_days, chronic_days=chronic_days)
    ratio.plot(color="black", figsize=(8.6, 2.4), ylim=(0, 4), ylabel="Ratio")
    plt.show()


if interact:
    interact(draw, acute_days=(3, 14), chronic_days=(21, 56))

# %% [markdown]
# ## A part divided by its whole
#
# In the oldest definition the last week is in both parts (*coupled*). With $r_u$ the uncoupled and $r_c$ the coupled
# ratio of windows of 7 and 28 days,
#
# $$ r_c = \frac{4\, r_u}{r_u + 3}, $$
#
# so that the coupled ratio can never pass 4. Both tell the same: each is a function of the other.

# %%
uncoupled, coupled = ratios["acwr_uncoupled"], ratios["acwr_coupled"]
both = uncoupled.notna() & coupled.notna()
furthest = (coupled - 4 * uncoupled / (uncoupled + 3))[both].abs().max()
print(f"On {both.sum()} days the formula misses by {furthest:.0e} at most.")

# %%
figure, axes = plt.subplots(figsize=(4.6, 3.4), layout="constrained")
line = np.linspace(0, 10, 200)
axes.plot(line, 4 * line / (line + 3), color="black", linewidth=1)
axes.plot(uncoupled[both], coupled[both], "o", color="black", markersize=3)
axes.axhline(4, color="black", linewidth=0.7, linestyle=":")
axes.set(xlabel="Uncoupled ratio", ylabel="Coupled ratio", xlim=(0, 10), ylim=(0, 4.2))
plt.show()

# %% [markdown]
# But a threshold does not carry over. The often quoted bands come from coupled data; the same days have these limits in
# the uncoupled ratio:

# %%
bands = pd.Series([0.8, 1.0, 1.3, 1.5, 2.0], name="coupled")
(3 * bands / (4 - bands)).round(2).rename("uncoupled").to_frame().set_index(bands)

# %% [markdown]
# ## Correlation made by arithmetic
#
# Now no runner at all: 2,000 times four weeks of load, each drawn on its own, with a mean of 100 and a standard
# deviation of 20. Last week knows nothing of the weeks before.

# %%
weeks = np.random.default_rng(5).normal(100, 20, size=(2_000, 4))
acute = weeks[:, 3]
chronic = {"coupled": weeks.mean(axis=1), "uncoupled": weeks[:, :3].mean(axis=1)}

pairs = {
    "acute load\nand coupled chronic load": (chronic["coupled"], acute),
    "acute load\nand uncoupled chronic load": (chronic["uncoupled"], acute),
    "ratio\nand its chronic load": (chronic["uncoupled"], acute / chronic["uncoupled"]),
}
correlations = {name: np.corrcoef(*pair)[0, 1] for name, pair in pairs.items()}

figure, panels = plt.subplots(1, 3, figsize=(8.6, 3.0), layout="constrained")
for axes, (name, (across, up)) in zip(panels, pairs.items(), strict=True):
    axes.plot(across, up, ".", color="black", markersize=2, alpha=0.3)
    axes.set_title(f"{name}\nr = {correlations[name]:z.2f}", fontsize=9)
    axes.set(xlabel="Chronic load", ylabel=name.split("\n")[0].capitalize())
plt.show()

# %% [markdown]
# - **Left:** a correlation of a half, where nothing goes with anything. It is $1/\sqrt{4}$, because the acute week is
#   one of the four weeks that make the chronic load (Lolli 2019).
# - **Middle:** without the overlap it is gone. That is the case for uncoupling.
# - **Right:** dividing brings a correlation back, with the other sign: a ratio is high where its denominator is low.
#   After weeks of little training it is high by arithmetic. Whatever goes with such weeks, a holiday, an illness, the
#   return from an injury, then goes with the ratio.
#
# In a case study of basketball players and weightlifters coupled and uncoupled ratios correlated with 0.88 to 0.99
# (Coyne 2019). There, uncoupling changed little. It removes the first of the two faults and leaves the second.
#
# ## Nothing below the line
#
# Our runner came back on 8 September, after more than twelve weeks without a run, with runs of 2.4 km, part of them
# walked. What do the ratios say of the most careful weeks of her year?

# %%
back = compared.set_index("date").loc["2025-09-07":"2025-09-17"]
back = back[["distance_m", *ratios.columns, "load_difference"]].round(1)
back.index = back.index.strftime("%d %b")
back.rename(columns=lambda name: name.removeprefix("acwr_"))

# %% [markdown]
# The uncoupled ratio is undefined in the first week: there is nothing to divide by. The library leaves such days empty
# and never puts a large number there, nor a 1. The coupled ratio is 4, the highest that there is. The ratio of averages
# that never reach 0, `ewma_uncoupled`, rises to 81. On these days, all five have their highest value of the whole log:

# %%
on = ratios.idxmax().dt.strftime("%d %B")
pd.DataFrame({"highest": ratios.max().round(2), "on": on})

# %% [markdown]
# `load_difference`, acute minus chronic load in metres a day, is defined on all of these days, and never passes 1.1
# kilometres a day. On 18 May it had been 2.4. A difference keeps its unit, and with it a sense of size.
#
# ## A denominator that is made up
#
# So much for arithmetic. Yet studies have found the ratio to go with injuries. Impellizzeri and colleagues (2021) asked
# what the denominator had to do with it. In published data of players the odds ratio of injury for the ratio was 2.45
# (95 % interval 1.28 to 4.71). They replaced every chronic load by one number, the same for all: 1.95 (1.18 to 3.52).
# They replaced it by random numbers: 1.53 on average. Most of the association was the acute load's, and a denominator
# that knows nothing of the athlete did nearly as well.
#
# Here we can go further: make up athletes, and decide what hurts them. In the first world it is a **run**: for a week
# from one that went more than 10 % beyond the longest of the 30 days before it, the hazard is 2.3 times as high. In the
# second it is a **month**: the damage of four weeks, in whatever portions. Beyond that, athletes differ only in how
# easily they are injured, and nobody runs less because of pain before an injury is noticed.
#
# `contrived_ratio_test` then fits the same injuries in three ways: by the ratio, by the acute load alone, and by the
# acute load over 200 made-up denominators, which are the real chronic loads of other days and other athletes.

# %%
worlds = {"run": {"hazard_ratio": 2.3}, "month": {"damage_hazard_ratio": 1.6}}
cohorts, tests = {}, {}
for name, planted in worlds.items():
    cohort = sfx.simulate_cohort(500, 365, seed=1, injuries_per_athlete_year=0.6, **planted)
    loads = sfx.load_table(cohort.days)
    loads = loads.rename(columns={"acute_load": "acute", "chronic_load": "chronic"})
    tests[name] = sfx.contrived_ratio_test(loads, cohort.injuries, acute="acute", chronic="chronic", seed=1)
    cohorts[name] = cohort

axes = sfx.plot_forest(tests)
axes.axvline(1, color="black", linewidth=0.7, linestyle=":")
axes.set_xlabel("Hazard ratio for one standard deviation (logarithmic axis)")
plt.show()

# %% [markdown]
# Each estimate is the hazard ratio for one standard deviation of the thing itself; that of the made-up denominators is
# their median, with the range of 95 % of them.
#
# **The run.** The ratio goes with injuries, and a study would say so. But only weakly, and the share of made-up
# denominators that fit the injuries at least as well as the real one is too large to dismiss:

# %%
tests["run"]

# %% [markdown]
# It is an echo. Ask for the run itself, and the answer is loud. These are the days of the week that begins with such a
# run, against all other days:

# %%
days = cohorts["run"].days
days["after_spike"] = sfx.exposed(days, "spike", above=0.1, days=7)
intervals = sfx.at_risk_intervals(days, cohorts["run"].injuries, covariates=["after_spike"])
direct = sfx.cox_regression(intervals, covariates=["after_spike"])
direct

# %% [markdown]
# That is near the 2.3 that were planted. The athletes and the injuries are the same; only the question is another.
#
# **The month.** Here the acute load goes with injuries, for last week is one of the four, and so it does over numbers
# that mean nothing. Over the athlete's own chronic load it does not: whoever has run much for four weeks has much below
# the line as well, and the ratio divides away what hurts. Every made-up denominator fits at least as well:

# %%
tests["month"].warnings[-1]

# %% [markdown]
# So the ratio hears faintly what happened in a day, and is deaf to what happened in a month. Neither world is ours. But
# a number that fails where we know the answer deserves little trust where we do not.
#
# ## What a large study found
#
# Among 5,205 runners and 588,071 sessions the ratio of one week to the three before it went with *fewer* injuries the
# higher it was, and the change from week to week with neither more nor fewer. What went with more injuries was a single
# run that was longer by more than 10 % than the longest of the 30 days before it (Schuster Brandt Frandsen et al. 2025;
# running-related injuries of all kinds, as the runners reported them). That is `sfx.session_spikes`.
#
# **What this does not show.**
#
# - It does not show that load does not matter. It shows that a ratio is a poor way to ask: it mixes what was done
#   lately with what was done before, and answers with a number that has lost both.
# - It does not show which definition is the right one. They disagree because they are different questions, and nothing
#   here says which of them an injury answers.
# - The runner is one, and made up, and so are the athletes. What is shown of them is how the numbers behave, not how
#   people do.
#
# ## Things to try next
#
# - Show the same for monotony or strain: `sfx.plot_definitions(compared, kind="monotony")`.
# - Draw weeks that vary by 10 % or by 40 % instead of 20 %. What becomes of the correlation on the right?
# - Give the random weeks a memory: let each be half of the week before and half new. Which of the three correlations
#   change their meaning?
# - Compute the ratio of `runner-b`, steady all year, and count the days above 1.5.
# - Make up the athletes with other seeds. In six cohorts of the first world the share of made-up denominators that did
#   as well lay between 2 and 19 %. What would you have concluded from the one with 2 %?
# - Add `pain_days=7` to the first world: athletes who feel pain run less for a week before the day that they name as
#   the first. What does the ratio say now, and what would a headline make of it?
# - Take another load, `sfx.compare_definitions(daily, load="timer_s")`. Does 18 May change sides?
#
# ## Sources
#
# - Windt J, Gabbett TJ. Is it all for naught? What does mathematical coupling mean for acute:chronic workload ratios?
#   *British Journal of Sports Medicine* 2019;53:988-990. doi 10.1136/bjsports-2017-098925
# - Lolli L, et al. Mathematical coupling causes spurious correlation within the conventional acute-to-chronic workload
#   ratio calculations. *British Journal of Sports Medicine* 2019;53:921-922. doi 10.1136/bjsports-2017-098110
# - Williams S, West S, Cross MJ, Stokes KA. Better way to determine the acute:chronic workload ratio? *British Journal
#   of Sports Medicine* 2017;51:209-210. doi 10.1136/bjsports-2016-096589
# - Coyne JO, Nimphius S, Newton RU, Haff GG. Does mathematical coupling matter to the acute to chronic workload ratio?
#   A case study from elite sport. *International Journal of Sports Physiology and Performance* 2019;14:1447-1454.
# - Impellizzeri FM, Woodcock S, Coutts AJ, Fanchini M, McCall A, Vigotsky AD. What role do chronic workloads play in
#   the acute to chronic workload ratio? Time to dismiss ACWR and its underlying theory. *Sports Medicine*
#   2021;51:581-592. doi 10.1007/s40279-020-01378-6
# - Schuster Brandt Frandsen J, et al. How much running is too much? Identifying high-risk running sessions in a
#   5200-person cohort study. *British Journal of Sports Medicine* 2025. doi 10.1136/bjsports-2024-109380
#
# The headline of this notebook, checked: the definitions disagree on the day that matters, random weeks correlate, the
# most careful weeks of the year have the highest ratios, and a ratio does not find what hurts where we know it.

# %%
assert furthest < 1e-12
assert sorted(ratios.loc["2025-05-18"].gt(1.5)) == [False, False, False, True, True]
assert [round(value, 1) for value in correlations.values()] == [0.5, 0.0, -0.5]
difference = compared.set_index("date")["load_difference"]
assert difference["2025-09-08":].max() < 1100
assert difference["2025-05-18"] > 2400
assert ratios.idxmax().between("2025-09-08", "2025-09-15").all()

by_term = {name: test.table.set_index("term") for name, test in tests.items()}
run, month = (table.loc["acute / chronic"] for table in by_term.values())
assert run["low"] > 1
assert run["p"] > 0.05
assert direct.table["low"].item() < 2.3 < direct.table["high"].item()
assert by_term["month"].loc["acute", "low"] > 1 > month["estimate"]
