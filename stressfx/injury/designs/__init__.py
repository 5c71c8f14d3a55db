"""How are days before an injury compared with the runner's own other days, and injured runners with the others?"""
