# MinIO: a program on PATH, else one built from source once per machine, else a container.

MINIO_SOURCE=github.com/minio/minio@latest
MINIO_IMAGE=quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z # the last one published, see deploy/compose.yaml
CACHE=${XDG_CACHE_HOME:-${HOME-/tmp}/.cache}/stt/bin

minio_processes() { echo minio; }

minio_stop_signal() { echo TERM; }

minio_port() { echo $((FIRST_PORT + 5)); }

minio_program() {
    command -v minio && return
    local built=$CACHE/minio
    [[ -x $built ]] && echo "$built"
}

minio_container() { echo "stt-test-$ID-minio"; }

docker_runs() { command -v docker >/dev/null && docker info >/dev/null 2>&1; }

minio_is_here() { minio_program >/dev/null || docker_runs; }

minio_how() {
    if command -v go >/dev/null; then
        echo "'start' builds it with go"
    else
        echo "no minio on PATH, no go to build it with, no running Docker engine"
    fi
}

minio_build() {
    echo "minio: building $MINIO_SOURCE into $CACHE: once per machine, takes minutes"
    mkdir -p "$CACHE"
    GOBIN=$CACHE go install "$MINIO_SOURCE" >"$DIR/minio-build.log" 2>&1 ||
        complain "minio: go install failed: $(tail -n 1 "$DIR/minio-build.log")"
}

minio_obtain() {
    minio_program >/dev/null && return
    if command -v go >/dev/null && minio_build; then return; fi
    if docker_runs; then
        docker pull --quiet "$MINIO_IMAGE"
    else
        complain "minio: cannot be had: needs minio on PATH, or go to build it with, or a running Docker engine"
    fi
}

minio_answers() {
    [[ $(first_bytes "$(minio_port)" 'GET /minio/health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n') == 'HTTP/1.1 200' ]]
}

minio_launch() (
    local program
    mkdir -p "$DIR/minio"
    MINIO_ROOT_PASSWORD=$(password)
    export MINIO_ROOT_USER=stt MINIO_ROOT_PASSWORD MINIO_BROWSER=off
    if program=$(minio_program); then
        launch minio "$program" server --address "$(address minio)" --certs-dir "$DIR/certs" "$DIR/minio"
    else
        minio_clear
        launch minio docker run --rm --name "$(minio_container)" --user "$(id -u):$(id -g)" \
            --publish "$(address minio):9000" --volume "$DIR/minio:/data" \
            --env MINIO_ROOT_USER --env MINIO_ROOT_PASSWORD --env MINIO_BROWSER "$MINIO_IMAGE" server /data
    fi
)

# minio_clear: removes the container, which outlives its client when that is killed
minio_clear() {
    minio_program >/dev/null || docker rm --force "$(minio_container)" >/dev/null 2>&1 || true
}

minio_settings() {
    echo "MINIO_ENDPOINT=$(address minio)"
    echo "MINIO_ACCESS_KEY=stt"
    echo "MINIO_SECRET_KEY=$(password)"
}
