"""`python -m benchmarks.real_voices`; see `--help`."""

if __name__ == "__main__":
    # Not above: every inference process imports this file anew, and has no use for the rest.
    from benchmarks.real_voices.command import main

    main()
