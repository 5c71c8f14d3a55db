"""What does each service put into an account export besides the recordings? One module an account.

Every module offers ``tables(entries)``: which entries of an export are its tables, and a function that reads each.
"""
