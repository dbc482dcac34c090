from pydantic import SecretStr

from stt.cli.parts import database_name, queue_name, storage_name
from stt.cli.settings import load
from stt.core.database import Database


def test_embedded_parts_are_named_by_their_places(tmp_path):
    settings = load()
    assert database_name(Database(settings.sqlalchemy_url)) == f"SQLite {tmp_path}/data/stt.db"
    assert storage_name(settings) == f"folder {tmp_path}/data/objects"
    assert queue_name(settings) == "the database"


def test_servers_are_named_without_user_and_password():
    settings = load(
        DATABASE_URL="postgresql://user:secret@db.example/stt?password=secret",
        RABBITMQ_URL="amqp://user:secret@mq.example:5672/",
        MINIO_ENDPOINT="s3.example:9000",
        MINIO_SECRET_KEY=SecretStr("secret"),
    )
    names = database_name(Database(settings.sqlalchemy_url)), storage_name(settings), queue_name(settings)
    assert names == ("PostgreSQL db.example:5432/stt", "S3 s3.example:9000/stt-audio-files", "RabbitMQ mq.example:5672")
