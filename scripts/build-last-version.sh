#!/bin/sh
# Builds the program of the last version: the commit that packaging/last-version names, in a work tree of its own.
#
#   sh scripts/build-last-version.sh FOLDER [PROFILE]     leaves FOLDER/onshi
set -eu
folder=$1
profile=${2:-release}
commit=$(sed -n 's/^commit = "\([0-9a-f]*\)"$/\1/p' packaging/last-version)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
tree=$folder/tree
if [ "$(git -C "$tree" rev-parse HEAD 2>/dev/null || true)" != "$commit" ]; then
    git worktree prune
    [ ! -e "$tree" ] || git worktree remove --force "$tree"
    git worktree add --detach "$tree" "$commit"
fi
(cd "$tree" && cargo build --locked --profile "$profile" --bin onshi --target-dir "$folder/build")
# The profile dev is in a folder of another name.
cp "$(ls -t "$folder"/build/*/onshi | head -n 1)" "$folder/onshi"
"$folder/onshi" --version
