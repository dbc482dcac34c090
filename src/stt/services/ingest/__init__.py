"""The ways in which audio and requests for it come, each of which ends in a job."""
