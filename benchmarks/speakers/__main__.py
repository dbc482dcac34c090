"""`python -m benchmarks.speakers`; see `--help`."""

if __name__ == "__main__":
    from benchmarks.speakers.command import main

    main()
