"""`python -m benchmarks.waiting`; see `--help`."""

from benchmarks.waiting.command import main

if __name__ == "__main__":
    main()
