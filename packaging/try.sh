#!/bin/sh
# Tries a package on a clean Debian root: installs it, starts the service by its unit's command, has a check made,
# upgrades, removes, purges, and looks each time whether what has to be there is there.
#
# sh packaging/try.sh ROOT OLD.deb NEW.deb      as root; ROOT is a fresh `debootstrap --variant=minbase bookworm ROOT`
set -eu
root=$1
old=$2
new=$3

inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
# As the service's user, with its settings.
onshi() {
    inside su -s /bin/sh onshi -c "cd /var/lib/onshi && umask 077 && ONSHI_CONFIG=/etc/onshi/onshi.toml exec /usr/bin/onshi $*"
}
must() {
    what=$1
    shift
    if "$@" >/tmp/try.out 2>&1; then
        echo "ok: $what"
    else
        echo "FAILED: $what"
        cat /tmp/try.out
        exit 1
    fi
}
must_not() {
    what=$1
    shift
    if "$@" >/tmp/try.out 2>&1; then
        echo "FAILED: $what"
        exit 1
    fi
    echo "ok: $what"
}
mode_of() {
    inside stat -c '%a %U:%G' "$1"
}
is() {
    [ "$1" = "$2" ] || {
        echo "$1 is not $2"
        return 1
    }
}
# The service, as its unit starts it; systemd itself is not there.
start() {
    command=$(inside sed -n 's/^ExecStart=//p' /lib/systemd/system/onshi.service)
    inside su -s /bin/sh onshi -c "cd /var/lib/onshi && umask 077 && ulimit -c 0 && ONSHI_CONFIG=/etc/onshi/onshi.toml exec $command" >/tmp/try.serve 2>&1 &
    for _ in $(seq 100); do
        if curl -sf -o /dev/null http://127.0.0.1:9100/health; then
            return 0
        fi
        sleep 0.1
    done
    cat /tmp/try.serve
    return 1
}
stop() {
    inside pkill -TERM -x -u onshi onshi
    wait || true
}

cp "$old" "$root/old.deb"
cp "$new" "$root/new.deb"
mount -t proc proc "$root/proc"
must "what it needs is installed" inside apt-get install -y --no-install-recommends adduser procps
must "it is installed" inside apt-get install -y --no-install-recommends /old.deb
must "the user is there, without a shell" inside sh -c 'getent passwd onshi | grep -q :/usr/sbin/nologin$'
must "the state is closed" is "$(mode_of /var/lib/onshi)" "700 onshi:onshi"
must "the settings are root's, and the service may read them" is "$(mode_of /etc/onshi/onshi.toml)" "640 root:onshi"
for file in /usr/bin/onshi /lib/systemd/system/onshi.service /lib/systemd/system/onshi-backup.timer \
    /usr/share/man/man1/onshi.1.gz /usr/share/man/man1/onshi-backup.1.gz /usr/share/man/ja/man1/onshi.1.gz \
    /usr/share/bash-completion/completions/onshi /usr/share/zsh/vendor-completions/_onshi \
    /usr/share/doc/onshi/onshi.spdx.json /usr/share/doc/onshi/copyright; do
    must "it has $file" inside test -s "$file"
done
must "the service starts and commits" start
must "an institution is registered" onshi facility add --code 1319990014 --name 架空中央クリニック
must "people are there" onshi insured populate --persons 200
onshi doctor --disk-ms 200 >/tmp/try.doctor 2>&1 || true
cat /tmp/try.doctor
inside install -d -m 0700 -o onshi -g onshi /var/lib/onshi/reports
must "a backup is restored, started and asked for a check" onshi backup drill --report /var/lib/onshi/reports
must "the check was passed" sh -c "grep -q '結果: 合格' $root/var/lib/onshi/reports/*.txt"
must "the settings are changed" inside sed -i 's/訓練環境/パッケージの試験/' /etc/onshi/onshi.toml
must "it is upgraded while the service runs" inside apt-get install -y --no-install-recommends /new.deb
must "the version is the new one" inside sh -c 'dpkg-query -W -f "\${Version}" onshi | grep -q 0.1.1'
stop
must "the upgraded service starts" start
must "what was changed in the settings stays" inside grep -q パッケージの試験 /etc/onshi/onshi.toml
onshi facility list | grep -q 1319990014
must "the log is whole" onshi audit verify
stop
must "it is removed" inside apt-get remove -y onshi
must_not "the program is gone" inside test -e /usr/bin/onshi
must "the data stays" inside test -s /var/lib/onshi/onshi.db
must "the keys stay" inside test -s /var/lib/onshi/secrets/audit-seal.key
must "the settings stay" inside test -s /etc/onshi/onshi.toml
must "it is purged" inside apt-get purge -y onshi
must_not "the settings are gone" inside test -e /etc/onshi/onshi.toml
must "the data stays even so" inside test -s /var/lib/onshi/onshi.db
must "it is installed again over the data" inside apt-get install -y --no-install-recommends /new.deb
must "the service starts with them" start
onshi facility list | grep -q 1319990014
stop
umount "$root/proc"
echo "all passed"
