"""Was each rule of a return kept? One module a kind of rule, one function a rule.

Each takes the `Returning` at hand; gives an `Outcome`. `at_hand` puts together what they look at, `levels` says which
stage of a plan each run was, `outcome` what a rule may find; `pain` holds R1 and R5, `amount` R2, R4 and R8, `days` R3
and R6, `ease` R7, `change` R9 to R11.
"""
