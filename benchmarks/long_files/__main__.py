"""`python -m benchmarks.long_files`; see `--help`."""

if __name__ == "__main__":
    from benchmarks.long_files.command import main

    main()
