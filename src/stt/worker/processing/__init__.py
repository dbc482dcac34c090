"""What is done in each stage of a job."""
