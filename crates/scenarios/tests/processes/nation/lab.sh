#!/bin/bash
# A nation's machines in network namespaces: three of etcd, three of PostgreSQL, two centres, a balancer, each with its own
# network, /etc, /var/lib and IPC. What they run is what deploy/ has: configuration as it stands, programs as the units start
# them. Only the machines' own settings (*.env) are written here.
#
#   lab.sh LAB make                 networks, certificates, machines (once, within the namespaces that nation.rs makes)
#   lab.sh LAB on MACHINE           starts what the machine starts at its boot
#   lab.sh LAB run MACHINE CMD …    runs a command there
#   lab.sh LAB off|boot|cut|heal|freeze|thaw|fill|drain MACHINE
#   lab.sh LAB backup MACHINE       takes a base backup there
#   lab.sh LAB restore TIME SQL     restores the newest base backup to this moment, and prints what the SQL says there
set -euo pipefail
lab=$1 what=$2
shift 2
deploy=${LAB_DEPLOY:?the folder deploy}
programs=${LAB_PROGRAM:?the program onshi}
venv=${LAB_PATRONI:?the folder of install-patroni}

address() {
    case $1 in
        balancer) echo 10.88.0.2 ;;
        pg?) echo 10.88.0.1"${1#pg}" ;;
        etcd?) echo 10.88.0.2"${1#etcd}" ;;
        centre?) echo 10.88.0.3"${1#centre}" ;;
    esac
}
machines='etcd1 etcd2 etcd3 pg1 pg2 pg3 centre1 centre2 balancer'

# The process that holds the machine's namespaces.
holder() { cat "$lab/$1/holder"; }
inside() { local machine=$1; shift; nsenter --target "$(holder "$machine")" --mount --net --ipc -- "$@"; }

# Everybody who runs on the machine, but for its holder.
everybody() { ip netns pids "$1" | grep -vx "$(holder "$1")" || true; }

certificates() {
    mkdir -p "$lab/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=lab" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$lab/tls/authority.key" -out "$lab/tls/authority.pem" 2>/dev/null
    for machine in $machines; do
        local names="DNS:$machine,DNS:localhost,DNS:database.onshi.internal,IP:$(address "$machine"),IP:127.0.0.1"
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$machine" \
            -keyout "$lab/tls/$machine.key" -out "$lab/tls/$machine.csr" 2>/dev/null
        openssl x509 -req -in "$lab/tls/$machine.csr" -CA "$lab/tls/authority.pem" -CAkey "$lab/tls/authority.key" \
            -CAcreateserial -days 30 -extfile <(printf 'subjectAltName=%s\nbasicConstraints=critical,CA:FALSE\n' "$names") \
            -out "$lab/tls/$machine.pem" 2>/dev/null
    done
}

# Makes a machine: its network, and mounts that only it sees.
machine() {
    local name=$1 at
    at=$(address "$name")
    mkdir -p "$lab/$name"/{over,log}
    ip netns add "$name"
    ip link add "v$name" type veth peer name eth0 netns "$name"
    ip link set "v$name" master lab up
    ip -n "$name" addr add "$at/24" dev eth0
    ip -n "$name" link set eth0 up
    ip -n "$name" link set lo up
    # Its disk, as large as it is given; sparse, so that it takes what is written.
    case $name in pg?) truncate -s "${LAB_DISK_MIB:-2560}M" "$lab/$name/disk" && mkfs.ext4 -q -m 0 "$lab/$name/disk" ;; esac
    ip netns exec "$name" unshare --mount --ipc --propagation private bash -c '
        set -e
        mount -t tmpfs tmpfs "$1/over"
        for folder in etc var opt usr/local; do
            mkdir -p "$1/over/$folder"/{upper,work}
            mount -t overlay overlay -o "lowerdir=/$folder,upperdir=$1/over/$folder/upper,workdir=$1/over/$folder/work" "/$folder"
        done
        mount -t tmpfs tmpfs /run/postgresql 2>/dev/null || { mkdir -p /run/postgresql; mount -t tmpfs tmpfs /run/postgresql; }
        chown postgres: /run/postgresql
        if [ -e "$1/disk" ]; then
            mkdir -p /var/lib/postgresql/onshi
            mount -o loop "$1/disk" /var/lib/postgresql/onshi
            rmdir /var/lib/postgresql/onshi/lost+found
            chown postgres: /var/lib/postgresql/onshi
        fi
        echo $$ > "$1/holder"
        exec sleep infinity' holder "$lab/$name" </dev/null >"$lab/$name/log/holder" 2>&1 &
    until [ -s "$lab/$name/holder" ]; do sleep 0.05; done
}

secret() { printf '%s' "lab-$1"; }

# Puts on the machine what deploy/ has for it, with its own settings.
install_on() {
    local name=$1 user=$2 from=$3 at
    at=$(address "$name")
    inside "$name" install -d -m 0755 /etc/onshi-cluster
    inside "$name" install -d -m 0755 /etc/onshi-cluster/tls
    inside "$name" install -m 0644 "$lab/tls/authority.pem" "/etc/onshi-cluster/tls/authority.pem"
    inside "$name" install -o "$user" -m 0644 "$lab/tls/$name.pem" "/etc/onshi-cluster/tls/machine.pem"
    inside "$name" install -o "$user" -m 0600 "$lab/tls/$name.key" "/etc/onshi-cluster/tls/machine.key"
    for file in "$deploy/$from"/*; do
        case $file in *.env) ;; *) inside "$name" cp "$file" /etc/onshi-cluster/ ;; esac
    done
    inside "$name" tee "/etc/onshi-cluster/$from.env" >/dev/null
    inside "$name" chown "$user" "/etc/onshi-cluster/$from.env"
    inside "$name" chmod 0600 "/etc/onshi-cluster/$from.env"
}

# The example's settings, with each value of ours in the place of the example's; a setting that the example does not have is an error.
settings() {
    local text line key
    text=$(cat "$deploy/$1")
    shift
    for line in "$@"; do
        key=${line%%=*}
        grep -q "^$key=" <<<"$text" || { echo "$key is not among the settings of the example" >&2; exit 1; }
        text=$(sed "s|^$key=.*|$line|" <<<"$text")
    done
    printf '%s\n' "$text"
}

furnish() {
    local name=$1 at
    at=$(address "$name")
    case $name in
        etcd?)
            settings etcd/etcd.env "ETCD_NAME=$name" "ETCD_LISTEN_PEER_URLS=https://$at:2380" \
                "ETCD_LISTEN_CLIENT_URLS=https://$at:2379" "ETCD_INITIAL_ADVERTISE_PEER_URLS=https://$at:2380" \
                "ETCD_ADVERTISE_CLIENT_URLS=https://$at:2379" | install_on "$name" etcd etcd
            inside "$name" install -d -o etcd -m 0700 /var/lib/onshi-etcd
            ;;
        pg?)
            settings patroni/patroni.env "PATRONI_NAME=$name" "PATRONI_RESTAPI_LISTEN=$at:8008" \
                "PATRONI_RESTAPI_CONNECT_ADDRESS=$at:8008" "PATRONI_POSTGRESQL_LISTEN=$at,127.0.0.1:5432" \
                "PATRONI_POSTGRESQL_CONNECT_ADDRESS=$at:5432" "PATRONI_RESTAPI_PASSWORD=$(secret rest)" \
                "PATRONI_SUPERUSER_PASSWORD=$(secret super)" "PATRONI_REPLICATION_PASSWORD=$(secret replication)" \
                "PATRONI_REWIND_PASSWORD=$(secret rewind)" "ONSHI_DATABASE_PASSWORD=$(secret onshi)" \
                "ONSHI_ARCHIVE=$lab/archive" ONSHI_DISK_MIN_MIB=64 | install_on "$name" postgres patroni
            inside "$name" cp "$deploy/backup/base-backup" /etc/onshi-cluster/
            inside "$name" mkdir -p /opt/onshi-patroni
            inside "$name" mount --bind "$venv" /opt/onshi-patroni
            ;;
        centre?)
            settings haproxy/database.env | install_on "$name" root haproxy
            inside "$name" mv /etc/onshi-cluster/haproxy.env /etc/onshi-cluster/database.env
            inside "$name" sh -c 'grep -q ^onshi: /etc/passwd || echo onshi:x:990:990::/var/lib/onshi:/usr/sbin/nologin >>/etc/passwd
                grep -q ^onshi: /etc/group || echo onshi:x:990: >>/etc/group'
            inside "$name" install -d -o onshi -g onshi -m 0755 /etc/onshi
            inside "$name" cp "$deploy/centre/onshi.toml" /etc/onshi/
            inside "$name" install -d -o onshi -g onshi -m 0700 /var/lib/onshi
            local there="postgres://onshi:$(secret onshi)@database.onshi.internal:5432/onshi?hostaddr=127.0.0.1"
            settings centre/centre.env "ONSHI_STORE__NODE=${name/centre/centre-}" "ONSHI_STORE__LOCATION=$there" |
                inside "$name" tee /etc/onshi/centre.env >/dev/null
            # Of the lab alone: one terminal's certificate stands for many terminals.
            { echo ONSHI_CONNECTIONS__PER_CERTIFICATE=4096; echo ONSHI_LOG__LEVEL=info; } |
                inside "$name" tee -a /etc/onshi/centre.env >/dev/null
            inside "$name" ln -sf "$programs" /usr/local/bin/onshi
            ;;
        balancer)
            settings haproxy/balancer.env | install_on "$name" root haproxy
            inside "$name" mv /etc/onshi-cluster/haproxy.env /etc/onshi-cluster/balancer.env
            ;;
    esac
}

# Starts a unit as systemd would: as its user, with its environment, what its ExecStart says, again when it ends (Restart=always).
unit() {
    local name=$1 file=$2 user exec
    user=$(sed -n 's/^User=//p' "$file")
    exec=$(sed -n 's/^ExecStart=//p' "$file")
    local service
    service=$(basename "$file" .service)
    inside "$name" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 bash -c '
        while IFS= read -r line; do
            case $line in
                Environment=*) export "${line#Environment=}" ;;
                EnvironmentFile=*) set -a; while IFS= read -r one; do
                    case $one in "#"* | "") ;; *) export "$one" ;; esac
                done <"${line#EnvironmentFile=}"; set +a ;;
            esac
        done <"$1"
        cd /
        files=$(sed -n "s/^LimitNOFILE=//p" "$1")
        # As many as this machine lets anybody have, where it does not let the unit have what it asks for.
        [ -z "$files" ] || ulimit -n "$files" 2>/dev/null || true
        while :; do
            if [ -n "$2" ]; then setpriv --reuid="$2" --regid="$(id -gn "$2")" --init-groups $3; else $3; fi
            echo "--- ended with $? at $(date +%T)"
            sleep 1
        done' unit "$file" "$user" "$exec" </dev/null >>"$lab/$name/log/$service" 2>&1 &
}

on() {
    case $1 in
        etcd?) unit "$1" "$deploy/etcd/onshi-etcd.service" ;;
        pg?) unit "$1" "$deploy/patroni/onshi-patroni.service"
            unit "$1" "$deploy/patroni/onshi-disk-guard.service" ;;
        centre?) unit "$1" "$deploy/haproxy/onshi-database.service"
            [ ! -e "$lab/$1/ready" ] || unit "$1" "$deploy/centre/onshi.service" ;;
        balancer) unit "$1" "$deploy/haproxy/onshi-balancer.service" ;;
    esac
}

signal_all() {
    # Whoever is forked meanwhile is found the next time.
    local before='' now
    for _ in 1 2 3 4 5; do
        now=$(everybody "$1")
        [ -n "$now" ] || return 0
        # shellcheck disable=SC2086 # numbers
        kill -"$2" $now 2>/dev/null || true
        [ "$now" != "$before" ] || [ "$2" = KILL ] || return 0
        before=$now
    done
}

case $what in
    make)
        mkdir -p "$lab" /run/netns
        mount -t tmpfs tmpfs /run/netns
        ip link set lo up
        ip link add lab type bridge
        ip addr add 10.88.0.1/24 dev lab
        ip link set lab up
        install -d -o postgres -m 0700 "$lab/archive"
        certificates
        for name in $machines; do machine "$name"; furnish "$name"; done
        ;;
    on) on "$1" ;;
    run) inside "$@" ;;
    # The centre's secrets, which are the same on both.
    secrets) inside "$1" cp -r "$lab/secrets" /var/lib/onshi/; inside "$1" chown -R onshi:onshi /var/lib/onshi ;;
    serve) touch "$lab/$1/ready"; unit "$1" "$deploy/centre/onshi.service" ;;
    # Somebody who writes to the PostgreSQL of this machine whatever the cluster thinks of it, and notes what is acknowledged.
    fence)
        touch "$lab/$1/fencing"
        inside "$1" setpriv --reuid=postgres --regid=postgres --clear-groups bash -c '
            number=$(wc -l <"$2" 2>/dev/null || echo 0)
            number=$((number * 1000))
            while :; do
                number=$((number + 1))
                timeline=$(timeout 3 psql --no-psqlrc -qAtX -h /var/run/postgresql -d postgres -c "insert into fence values ('"'"'$1'"'"', $number) returning substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)" 2>/dev/null) \
                    && echo "$(date +%s.%N) $number $timeline"
                sleep 0.4
            done' fence "$1" "$lab/$1/fence" </dev/null >>"$lab/$1/fence" 2>>"$lab/$1/log/fence" &
        ;;
    # The power is cut: everything on it ends at this moment, and nothing is said to anybody.
    off) ip link set "v$1" down; signal_all "$1" KILL ;;
    boot) ip link set "v$1" up; inside "$1" rm -f /var/lib/postgresql/onshi/data/postmaster.pid; on "$1"; [ ! -e "$lab/$1/fencing" ] || "$0" "$lab" fence "$1" ;;
    cut) ip link set "v$1" down ;;
    heal) ip link set "v$1" up ;;
    freeze) signal_all "$1" STOP ;;
    thaw) signal_all "$1" CONT ;;
    fill) inside "$1" bash -c 'f=/var/lib/postgresql/onshi/filler; fallocate -l "$(df --output=avail -B1 /var/lib/postgresql/onshi | tail -1)" $f || true; dd if=/dev/zero bs=64k >>$f 2>/dev/null || true; df -h /var/lib/postgresql/onshi | tail -1' ;;
    drain) inside "$1" rm -f /var/lib/postgresql/onshi/filler ;;
    backup)
        install -d -o postgres -m 0700 "$lab/base"
        inside "$1" setpriv --reuid=postgres --regid=postgres --clear-groups \
            env ONSHI_BACKUPS="$lab/base" ONSHI_BACKUP_DAYS=14 /etc/onshi-cluster/base-backup
        ;;
    # As deploy/README.md has it, on a machine that has nothing of the cluster but the backups.
    restore)
        data=$lab/restored/data
        install -d -o postgres -m 0700 "$lab/restored"
        cp -a "$(find "$lab/base" -mindepth 1 -maxdepth 1 | sort | tail -n 1)" "$data"
        rm -f "$data/standby.signal"
        cat >>"$data/postgresql.auto.conf" <<END
restore_command = 'cp $lab/archive/%f %p'
recovery_target_time = '$1'
recovery_target_action = 'promote'
END
        touch "$data/recovery.signal"
        chown postgres: "$data/recovery.signal"
        as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
        pg_ctl=/usr/lib/postgresql/15/bin/pg_ctl
        as_postgres $pg_ctl -D "$data" -l "$lab/restored/log" -w -t 120 start -o "-c listen_addresses= -c ssl=off \
            -c hba_file=$data/pg_hba.conf -c ident_file=$data/pg_ident.conf \
            -c unix_socket_directories=$lab/restored -c archive_mode=off -c synchronous_standby_names=''" >&2
        ask() { as_postgres psql --no-psqlrc -qAtX -h "$lab/restored" -d "$1" -c "$2"; }
        for _ in $(seq 100); do
            [ "$(ask postgres 'select pg_is_in_recovery()')" = t ] || break
            sleep 0.2
        done
        ask onshi "$2"
        as_postgres $pg_ctl -D "$data" -m fast stop >&2
        ;;
    *) echo "lab.sh: $what?" >&2; exit 2 ;;
esac
