"""`python -m benchmarks.eta`; see `--help`."""

from benchmarks.eta.command import main

if __name__ == "__main__":
    main()
