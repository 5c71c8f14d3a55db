"""Cox regression of time at risk: risk sets, likelihood, robust errors, Firth's penalty, and one function over them."""
