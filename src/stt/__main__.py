"""`python -m stt` is the `stt` command."""

from stt.cli.main import main

if __name__ == "__main__":
    main()
