"""`python -m benchmarks.job_list`; see `--help`."""

from benchmarks.job_list.command import main

if __name__ == "__main__":
    main()
