# What R's survival says of time at risk: writes the data cox_*.csv and the numbers cox_expected.csv beside this file.
#
# Run by hand: Rscript tests/oracles/cox.R
# The files here were made with R 4.2.2 and survival 3.5-3.
#
# heart:    Crowley & Hu 1977, J Am Stat Assoc 72:27 (Stanford heart transplants); as survival::heart.
# bladder2: Byar 1980; Wei, Lin & Weissfeld 1989, J Am Stat Assoc 84:1065 (recurrences of bladder cancer); as
#           survival::bladder2.
# days:     made here: 300 athletes, 40 days, a load that remembers the day before, two injuries at most.

library(survival)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
save <- function(frame, name) write.csv(frame, file.path(here, name), row.names = FALSE, quote = FALSE)

days_at_risk <- function(athletes = 300, days = 40) {
  set.seed(20)
  rows <- list()
  for (athlete in seq_len(athletes)) {
    load <- as.numeric(stats::filter(rnorm(days), 0.7, method = "recursive"))
    habit <- rnorm(1)
    prone <- rgamma(1, 2, 2)
    episode <- 1
    for (day in seq_len(days)) {
      hazard <- min(1, 0.006 * prone * exp(0.6 * load[day] + 0.3 * habit))
      event <- as.integer(runif(1) < hazard)
      rows[[length(rows) + 1]] <- data.frame(
        id = athlete, start = day - 1, stop = day, event = event, load = round(load[day], 2),
        habit = round(habit, 1), team = athlete %% 3, episode = episode
      )
      episode <- episode + event
      if (episode > 2) break
    }
  }
  do.call(rbind, rows)
}

# Firth's penalised likelihood from parts of survival alone: its log likelihood and information at fixed coefficients.
firth <- function(formula, data, ties) {
  far_off <- -1e6 # where coxph cannot say how likely it is
  penalised <- function(beta) tryCatch({
    fit <- suppressWarnings(coxph(formula, data, ties = ties, init = beta, control = coxph.control(iter.max = 0)))
    volume <- det(as.matrix(fit$var))
    if (volume > 0) fit$loglik[length(fit$loglik)] - log(volume) / 2 else far_off
  }, error = function(problem) far_off)
  start <- suppressWarnings(coxph(formula, data, ties = ties, control = coxph.control(iter.max = 2)))
  width <- length(start$coefficients)
  se <- sqrt(diag(as.matrix(start$var)))
  climb <- function(value, from, unit) {
    rules <- list(fnscale = -1, reltol = 1e-15, maxit = 1000, parscale = unit, ndeps = rep(1e-4, length(from)))
    for (again in 1:3) from <- optim(from, value, method = "BFGS", control = rules)$par
    list(par = from, value = value(from))
  }
  top <- climb(penalised, rep(0, width), se)
  profile <- function(place, value) {
    with_value <- function(others) penalised(append(others, value, place - 1))
    climb(with_value, top$par[-place], se[-place])$value
  }
  end <- function(place, side) {
    above <- function(value) profile(place, value) - top$value + qchisq(0.95, 1) / 2
    far <- top$par[place] + side * se[place]
    while (above(far) > 0) far <- far + side * se[place]
    uniroot(above, sort(c(top$par[place], far)), tol = 1e-9 * se[place])$root
  }
  data.frame(
    term = names(start$coefficients), coef = top$par, se = NA, robust_se = NA,
    loglik = top$value,
    low = sapply(seq_len(width), function(place) end(place, -1)),
    high = sapply(seq_len(width), function(place) end(place, 1)),
    p = sapply(seq_len(width), function(place) pchisq(2 * (top$value - profile(place, 0)), 1, lower.tail = FALSE))
  )
}

estimates <- function(formula, data, ties) {
  fit <- coxph(formula, data, ties = ties, cluster = id, control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  data.frame(
    term = names(fit$coefficients), coef = fit$coefficients, se = sqrt(diag(as.matrix(fit$naive.var))),
    robust_se = sqrt(diag(as.matrix(fit$var))), loglik = fit$loglik[2], low = NA, high = NA, p = NA
  )
}

days <- days_at_risk()
gap <- within(days, {
  begun <- ave(start, paste(id, episode), FUN = min)
  stop <- stop - begun
  start <- start - begun
})
bladder_gap <- transform(bladder2, stop = stop - start, start = 0)
# Everyone who was injured had been exposed, and one who was not had been too: the likelihood rises for ever.
few <- data.frame(
  id = 1:10, start = c(0, 0, 0, 2, 0, 0, 3, 0, 0, 0), stop = c(4, 6, 6, 9, 9, 10, 10, 11, 12, 12),
  event = c(1, 1, 1, 0, 1, 0, 0, 0, 0, 0), exposed = c(1, 1, 1, 1, 1, 0, 0, 0, 0, 0),
  age = c(31, 25, 44, 38, 29, 52, 27, 35, 41, 30)
)

save(transform(heart, transplant = as.integer(transplant) - 1), "cox_heart.csv")
save(bladder2, "cox_bladder2.csv")
save(days[c("id", "start", "event", "load", "habit")], "cox_days.csv")
save(few, "cox_few.csv")

studies <- list(
  heart = list(Surv(start, stop, event) ~ age + year + surgery + transplant,
               transform(heart, transplant = as.integer(transplant) - 1)),
  bladder_ag = list(Surv(start, stop, event) ~ rx + number + size, bladder2),
  bladder_pwp_total = list(Surv(start, stop, event) ~ rx + number + size + strata(enum), bladder2),
  bladder_pwp_gap = list(Surv(start, stop, event) ~ rx + number + size + strata(enum), bladder_gap),
  days = list(Surv(start, stop, event) ~ load, days),
  days_two = list(Surv(start, stop, event) ~ load + habit, days),
  days_team_episode = list(Surv(start, stop, event) ~ load + habit + strata(team, episode), days),
  days_gap = list(Surv(start, stop, event) ~ load + habit + strata(episode), gap)
)
expected <- list()
for (ties in c("efron", "breslow")) {
  for (name in names(studies)) {
    found <- estimates(studies[[name]][[1]], studies[[name]][[2]], ties)
    expected[[length(expected) + 1]] <- cbind(study = name, method = "ml", ties = ties, found)
  }
  for (name in c("bladder_ag", "bladder_pwp_total")) {
    found <- firth(studies[[name]][[1]], studies[[name]][[2]], ties)
    expected[[length(expected) + 1]] <- cbind(study = name, method = "firth", ties = ties, found)
  }
  found <- firth(Surv(start, stop, event) ~ exposed + age, few, ties)
  expected[[length(expected) + 1]] <- cbind(study = "few", method = "firth", ties = ties, found)
}
expected <- do.call(rbind, expected)
for (column in c("coef", "se", "robust_se", "loglik", "low", "high", "p")) {
  expected[[column]] <- formatC(expected[[column]], digits = 12, width = 1)
}
save(expected, "cox_expected.csv")
