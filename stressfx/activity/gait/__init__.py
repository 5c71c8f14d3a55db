"""How somebody ran: steps, step length, running dynamics."""
