"""GitHub, as an App that may open a pull request and do nothing else."""
