# RabbitMQ from Debian's package, as a node of its own: nothing of /etc/rabbitmq or /var/lib/rabbitmq is used.

RABBITMQ_BIN=/usr/lib/rabbitmq/bin

rabbitmq_processes() { echo rabbitmq epmd; } # in the order in which they end

rabbitmq_stop_signal() { echo TERM; }

rabbitmq_port() { echo $((FIRST_PORT + 1)); }

rabbitmq_is_here() { [[ -x $RABBITMQ_BIN/rabbitmq-server ]]; }

rabbitmq_how() { echo "'start' installs Debian's rabbitmq-server"; }

rabbitmq_obtain() { "$ROOT/scripts/debian-packages" rabbitmq-server; }

rabbitmq_answers() { [[ $(first_bytes "$(rabbitmq_port)" 'AMQP\0\0\011\01') == $'\x01'* ]]; }

rabbitmq_environment() {
    local home=$DIR/rabbitmq
    export HOME=$home # the Erlang cookie
    export ERL_EPMD_PORT=$((FIRST_PORT + 3)) ERL_EPMD_ADDRESS=127.0.0.1
    export ERL_CRASH_DUMP=$home/erl_crash.dump
    export RABBITMQ_NODENAME=stt-test-$ID@localhost RABBITMQ_DIST_PORT=$((FIRST_PORT + 2))
    export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
    export RABBITMQ_CTL_ERL_ARGS=$RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS
    export RABBITMQ_CONF_ENV_FILE=$home/environment RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf
    export RABBITMQ_ADVANCED_CONFIG_FILE=$home/advanced.config
    export RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins
    export RABBITMQ_MNESIA_BASE=$home/data RABBITMQ_GENERATED_CONFIG_DIR=$home/generated
    export RABBITMQ_PID_FILE=$home/pid RABBITMQ_LOG_BASE=$home/log RABBITMQ_LOGS=-
    # The start script then becomes the Erlang machine instead of waiting for it, so signals reach it.
    export RUNNING_UNDER_SYSTEMD=true
}

rabbitmq_configure() {
    install -d -m 700 "$DIR/rabbitmq"
    echo '[].' >"$DIR/rabbitmq/enabled_plugins"
    (
        umask 077
        cat >"$DIR/rabbitmq/rabbitmq.conf" <<TEXT
listeners.tcp.1 = 127.0.0.1:$(rabbitmq_port)
default_user = stt
default_pass = $(password)
log.console.level = info
TEXT
    )
}

rabbitmq_launch() (
    rabbitmq_environment
    rabbitmq_configure
    pid_of epmd >/dev/null || launch epmd epmd -port "$ERL_EPMD_PORT" -address "$ERL_EPMD_ADDRESS"
    launch rabbitmq "$RABBITMQ_BIN/rabbitmq-server"
)

# rabbitmq_control ARGUMENT...: rabbitmqctl for this node
rabbitmq_control() (
    rabbitmq_environment
    exec "$RABBITMQ_BIN/rabbitmqctl" "$@"
)

rabbitmq_settings() { echo "RABBITMQ_URL=amqp://stt:$(password)@$(address rabbitmq)/"; }
