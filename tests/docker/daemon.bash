# daemon.bash - a Docker daemon of one's own: its own socket, its own data, so
# that nothing of the machine's images and containers is touched. Read by run.

# daemon_missing: the reason in one line why no daemon can be started; fails
# when there is none.
daemon_missing() {
    local word
    for word in docker dockerd containerd runc iptables; do
        command -v "$word" >/dev/null || { echo "$word is not installed"; return; }
    done
    [ "$(id -u)" = 0 ] || { echo "only root can start a daemon"; return; }
    return 1
}

# daemon_start FOLDER: sets daemon (its pid), driver and DOCKER_HOST; fails,
# with the log in FOLDER/log, when no daemon comes up.
daemon_start() {
    local folder=$1
    mkdir -p /run/lock
    exec {daemon_lock}>/run/lock/descentd-docker-test
    flock "$daemon_lock" # two daemons would give one address to two containers
    bridge=absent
    [ ! -e /sys/class/net/docker0 ] || bridge=present
    forwarding=$(</proc/sys/net/ipv4/ip_forward)
    policy=$(iptables -S FORWARD | head -1)
    export DOCKER_HOST=unix://$folder/socket
    for driver in overlay2 vfs; do
        dockerd --host "$DOCKER_HOST" --data-root "$folder/data" \
            --exec-root "$folder/exec" --pidfile "$folder/pid" \
            --storage-driver "$driver" >>"$folder/log" 2>&1 {daemon_lock}>&- &
        daemon=$!
        for _ in $(seq 300); do
            ! docker info >/dev/null 2>&1 || return 0
            [ -d "/proc/$daemon" ] || break
            sleep 0.1
        done
        daemon_end
        echo "docker: no daemon comes up with $driver"
    done
    return 1
}

daemon_end() {
    [ -n "${daemon-}" ] || return 0
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" || true
    daemon=
}

# daemon_stop FOLDER: end it, and undo what it did to the machine's network.
daemon_stop() {
    local folder=$1 word
    [ -n "${policy-}" ] || return 0
    if [ -n "${daemon-}" ]; then
        docker ps -aq | xargs -r docker rm -f >/dev/null || true
        docker network prune -f >/dev/null || true
        daemon_end
    fi
    awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' \
        /proc/mounts | sort -r | xargs -r umount || true
    [ "$bridge" = present ] || ip link delete docker0 2>/dev/null || true
    read -ra word <<<"$policy"
    iptables "${word[@]}"
    echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
}
