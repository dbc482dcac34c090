"""Settings, read from the environment and `.env`; each one is described in `.env.example`."""

import contextlib
import os
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from stt.domain.jobs.retention import Retention
from stt.domain.whisper.engine import Engine
from stt.domain.whisper.models import model_named

MEGABYTE = 1024**2
GIGABYTE = 1024**3
SCRATCH = Path("/tmp/stt_processing")  # noqa: S108  the documented default; one directory per job inside
_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


class Settings(BaseSettings):
    """With nothing set, everything is embedded: SQLite, a local folder and the database as queue under `data_dir`."""

    model_config = SettingsConfigDict(
        env_prefix="STT_", env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    database_url: str = Field("", validation_alias="DATABASE_URL")
    rabbitmq_url: str = Field("", validation_alias="RABBITMQ_URL")
    queue_prefix: str = Field("stt", pattern=r"^[A-Za-z0-9._-]{1,100}$")
    minio_endpoint: str = Field("", validation_alias="MINIO_ENDPOINT")
    minio_access_key: str = Field("", validation_alias="MINIO_ACCESS_KEY")
    minio_secret_key: SecretStr = Field(SecretStr(""), validation_alias="MINIO_SECRET_KEY")
    minio_bucket: str = Field("stt-audio-files", validation_alias="MINIO_BUCKET")
    minio_use_ssl: bool = Field(False, validation_alias="MINIO_USE_SSL")
    minio_public_endpoint: str = Field("", validation_alias="MINIO_PUBLIC_ENDPOINT")
    minio_region: str = Field("us-east-1", validation_alias="MINIO_REGION")

    data_dir: Path = Path("~/.local/share/stt")
    scratch_dir: Path = SCRATCH
    host: str = "127.0.0.1"
    port: int = 8000
    allow_anonymous: bool = False
    allowed_hosts: str = ""
    cors_origins: str = ""
    root_path: str = ""
    otlp_endpoint: str = Field("", validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(None, ge=0, le=65535)
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    default_language: str = "vi"
    default_model: str = "medium"
    model_aliases: dict[str, str] = {}
    orphan_seconds: float = Field(300.0, gt=0)
    delete_audio_after: float | None = Field(None, gt=0)
    delete_text_after: float | None = Field(None, gt=0)
    engine: Engine = Engine.FASTER_WHISPER
    models: str = ""
    model_dir: Path | None = None
    model_downloads: bool = True
    model_ttl: float = Field(0.0, ge=0)
    max_model_bytes: int = Field(10_000_000_000, ge=1)
    device: Literal["cpu", "cuda", "auto"] = "auto"
    compute_type: str = "default"
    beam_size: int = Field(5, ge=1, le=10)
    window_seconds: float = Field(30.0, ge=2, le=30)
    audio_context: Literal["auto", "full", "adaptive"] = "auto"
    hallucinations_dir: Path | None = None
    chunk_seconds: float = Field(60.0, ge=10, le=300)
    batch_size: int = Field(0, ge=0, le=64)
    gpus: int = Field(0, ge=0)
    children: int = Field(0, ge=0)
    threads: int = Field(0, ge=0)
    job_slots: int = Field(2, ge=1)
    chunk_slots: int = Field(0, ge=0)

    max_queued_hours: float = Field(0.0, ge=0)
    upload_kept_hours: float = Field(24.0, gt=0)
    max_upload_bytes: int = Field(10 * GIGABYTE, ge=1)
    max_audio_seconds: float = Field(48 * 3600, gt=0)
    lease_seconds: float = Field(60.0, ge=1, le=600)
    allow_private_urls: bool = False
    poll_seconds: float = Field(1.0, gt=0)
    max_tries: int = Field(3, ge=1)
    window_deadline_seconds: float = Field(300.0, gt=0)

    @field_validator("data_dir", "scratch_dir", "model_dir", "hallucinations_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        try:
            return path and path.expanduser().absolute()
        except RuntimeError as error:
            raise ValueError("must be a whole path, since this user has no home directory") from error

    @field_validator("scratch_dir")
    @classmethod
    def _own(cls, path: Path) -> Path:
        """The default beside another user's has this user's number in its name."""
        with contextlib.suppress(OSError):
            if path == SCRATCH and path.lstat().st_uid != os.geteuid():
                return path.with_name(f"{path.name}-{os.geteuid()}")
        return path

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and url.partition("://")[0].partition("+")[0] not in _DRIVERS:
            raise ValueError("must begin with sqlite:// or postgresql://")
        return url

    @field_validator("root_path")
    @classmethod
    def _prefix(cls, path: str) -> str:
        if not re.fullmatch(r"(/[\w.~-]+)*/?", path):
            raise ValueError("must be a path like /stt")
        return path.rstrip("/")

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, origins: str) -> str:
        for origin in filter(None, map(str.strip, origins.split(","))):
            if origin != "*" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/\s]+", origin):
                raise ValueError(f"{origin!r} is no origin; an origin is like https://page.example, without a path")
        return origins

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts(cls, hosts: str) -> str:
        for host in filter(None, map(str.strip, hosts.split(","))):
            if host != "*" and not re.fullmatch(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?", host):
                raise ValueError(f"{host!r} is no host; a host is like stt.example or *.example, without a port")
        return hosts

    @property
    def host_names(self) -> tuple[str, ...]:
        """The names of `allowed_hosts`, which are written with commas between them."""
        return tuple(filter(None, map(str.strip, self.allowed_hosts.split(","))))

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The origins of `cors_origins`, which are written with commas between them."""
        return tuple(filter(None, map(str.strip, self.cors_origins.split(","))))

    @property
    def embedded_database(self) -> Path:
        """The SQLite file where no server is named."""
        return self.data_dir / "stt.db"

    @property
    def embedded_objects(self) -> Path:
        """The folder of objects where no server is named."""
        return self.data_dir / "objects"

    @property
    def sqlalchemy_url(self) -> str:
        """`database_url` with an async driver, or the SQLite file under `data_dir`."""
        url = self.database_url or f"sqlite:///{self.embedded_database}"
        scheme, _, rest = url.partition("://")
        return f"{_DRIVERS[scheme.partition('+')[0]]}://{rest}"

    @field_validator("default_model")
    @classmethod
    def _as_we_spell_it(cls, name: str) -> str:
        return model_named(name)

    @property
    def listed_models(self) -> tuple[str, ...]:
        """What `models` lists, as this service spells it."""
        return tuple(model_named(name) for name in self.models.split(",") if name.strip())

    @property
    def retention(self) -> Retention:
        """How long jobs are kept that do not say it themselves."""
        return Retention(self.delete_audio_after, self.delete_text_after)

    @property
    def models_path(self) -> Path:
        """Directory of installed models."""
        return self.model_dir or self.data_dir / "models"
