"""`python -m benchmarks.account`; see `--help`."""

from benchmarks.account.command import main

main()
