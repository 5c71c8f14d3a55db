"""How hard a run was for the heart: training impulse, zones, critical speed."""
