"""`python -m benchmarks.preparation`; see `--help`."""

from benchmarks.preparation.command import main

if __name__ == "__main__":
    main()
