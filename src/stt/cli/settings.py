"""Settings as a command sees them: environment and `.env`, with the command's own options on top."""

from pydantic import ValidationError

from stt.cli.errors import WrongUse
from stt.core.config import Settings

ALONE = {"DATABASE_URL": "", "RABBITMQ_URL": "", "MINIO_ENDPOINT": ""}
"""Options for `load` that make everything embedded, whatever is configured."""


def load(**options: object) -> Settings:
    """The settings; an option that is `None` leaves its setting as configured.

    Raises:
        WrongUse: a setting has a value that cannot be; the message names its variable.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise WrongUse("\n".join(_sentence(error, place) for place in range(error.error_count()))) from error
    except UnicodeDecodeError as error:
        raise WrongUse(f"The file .env is not UTF-8 text: {error.reason} at byte {error.start}.") from error
    except OSError as error:
        raise WrongUse(f"The file .env cannot be read: {error.strerror}.") from error


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else field
    return str(alias or f"STT_{field.upper()}")


def _sentence(error: ValidationError, place: int) -> str:
    detail = error.errors(include_url=False)[place]
    name = variable(str(detail["loc"][0]))
    # Keys are secret, and URLs have passwords in them.
    value = "" if name.endswith(("_KEY", "_URL")) else f", not {str(detail['input'])[:60]!r}"
    return f"{name}: {detail['msg'].removeprefix('Input ').removeprefix('Value error, ')}{value}."
