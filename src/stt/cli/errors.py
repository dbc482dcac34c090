"""What a command says when it cannot do what was asked, and the exit code that goes with it."""

FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130
TERMINATED = 143

EXIT_CODES = {
    0: "done",
    FAILED: "it failed: the job, a check, or what the service answered; the reason is on stderr",
    WRONG_USE: "it could not begin: a wrong option, file or setting, or no service at the URL",
    INTERRUPTED: "stopped with Ctrl-C",
    TERMINATED: "stopped with SIGTERM (serve, api and consumer end with 0)",
}


class CommandError(Exception):
    """The command failed; the message is for the person at the terminal."""

    exit_code = FAILED


class WrongUse(CommandError):
    """The command cannot begin with what it was given."""

    exit_code = WRONG_USE
