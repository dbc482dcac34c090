"""`python -m benchmarks.overhead`; see `--help`."""

from benchmarks.overhead.command import main

if __name__ == "__main__":
    main()
