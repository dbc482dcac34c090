"""The job as a resource: everything under `/api/stt/jobs`."""
