"""`python -m benchmarks.short_clips`; see `--help`."""

if __name__ == "__main__":
    from benchmarks.short_clips.command import main

    main()
