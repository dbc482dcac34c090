"""How far forecasts of the end of jobs can be trusted."""
