"""`python -m benchmarks.hearing_again`; see `--help`."""

if __name__ == "__main__":
    # Not above: every inference process imports this file anew, and has no use for the rest.
    from benchmarks.hearing_again.command import main

    main()
