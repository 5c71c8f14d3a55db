# What R says of matched sets: writes the data conditional_*.csv and the numbers conditional_expected.csv beside this file.
#
# Run by hand: Rscript tests/oracles/conditional.R
# The files here were made with R 4.2.2 and survival 3.5-3.
#
# infert: Trichopoulos et al. 1976, Br J Obstet Gynaecol 83:645; as datasets::infert.
# sets:   made here: 80 injuries with 4 other periods each, some of which are lost; one exposure of 0 and 1, one number.
# few:    the first 8 of them.

library(survival)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
save <- function(frame, name) write.csv(frame, file.path(here, name), row.names = FALSE, quote = FALSE)

made_sets <- function(injuries = 80, others = 4) {
  set.seed(7)
  rows <- list()
  for (injury in seq_len(injuries)) {
    spike <- rbinom(others + 1, 1, 0.3)
    load <- round(rnorm(1) + rnorm(others + 1), 2)
    case <- sample(others + 1, 1, prob = exp(0.8 * spike + 0.4 * load))
    kept <- seq_len(others + 1) == case | runif(others + 1) < 0.9
    rows[[injury]] <- data.frame(
      stratum = injury, case = as.integer(seq_len(others + 1) == case), spike = spike, load = load
    )[kept, ]
  }
  rows <- do.call(rbind, rows)
  rows[order(rows$stratum, -rows$case), ]
}

of_fit <- function(data, formula, rows) {
  rules <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
  fit <- clogit(formula, rows, method = "exact", control = rules)
  ends <- confint(fit)
  data.frame(
    data = data, method = "clogit", terms = length(coef(fit)), term = names(coef(fit)), log = coef(fit),
    se = sqrt(diag(vcov(fit))), loglik = fit$loglik[2], low = ends[, 1], high = ends[, 2]
  )
}

# The exact conditional test of many 2 x 2 tables, one a set: the limits are of doubled tails.
of_exact <- function(data, rows) {
  informative <- Filter(function(set) length(unique(set$spike)) > 1, split(rows, rows$stratum))
  tables <- array(0, c(2, 2, length(informative)))
  for (place in seq_along(informative)) {
    set <- informative[[place]]
    tables[, , place] <- table(factor(set$case, c(1, 0)), factor(set$spike, c(1, 0)))
  }
  test <- mantelhaen.test(tables, exact = TRUE)
  tails <- sapply(c("less", "greater"), function(side)
    mantelhaen.test(tables, exact = TRUE, alternative = side)$p.value)
  data.frame(
    data = data, method = "exact", terms = 1, term = "spike", log = log(test$estimate), se = NA, loglik = NA,
    low = log(test$conf.int[1]), high = log(test$conf.int[2]), p = min(1, 2 * tails)
  )
}

of_pairs <- function(exposed, others) {
  test <- binom.test(exposed, exposed + others)
  ends <- log(test$conf.int / (1 - test$conf.int))
  data.frame(
    data = paste(exposed, others, sep = "-"), method = "pairs", terms = 1, term = "spike", log = log(exposed / others),
    se = sqrt(1 / exposed + 1 / others), loglik = NA, low = ends[1], high = ends[2], p = test$p.value
  )
}

infert_rows <- infert[order(infert$stratum, -infert$case), c("stratum", "case", "spontaneous", "induced")]
sets <- made_sets()
few <- sets[sets$stratum <= 8, ]
save(infert_rows, "conditional_infert.csv")
save(sets, "conditional_sets.csv")

fits <- rbind(
  of_fit("infert", case ~ spontaneous + induced + strata(stratum), infert_rows),
  of_fit("sets", case ~ spike + load + strata(stratum), sets),
  of_fit("sets", case ~ load + strata(stratum), sets),
  of_fit("sets", case ~ spike + strata(stratum), sets)
)
fits$p <- 2 * pnorm(-abs(fits$log / fits$se))
expected <- rbind(
  fits, of_exact("sets", sets), of_exact("few", few), of_pairs(18, 9), of_pairs(3, 1), of_pairs(6, 0), of_pairs(0, 4)
)
numbers <- sapply(expected, is.numeric)
expected[numbers] <- lapply(expected[numbers], signif, digits = 12)
save(expected, "conditional_expected.csv")
