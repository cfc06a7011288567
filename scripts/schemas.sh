#!/bin/sh
# Holds the vectors against the XML schemas (vectors/xsd) with xmllint (package libxml2-utils): right ones must be valid.
# Of wrong ones it is counted how many are not: a schema can't see everything, such as a day that does not exist.
set -eu
cd "$(dirname "$0")/.."
file=$(mktemp)
trap 'rm -f "$file"' EXIT
right=0 wrong=0 refused=0 failed=0
for request in vectors/*/request.xml vectors/*/response.xml vectors/live/*/request.xml vectors/live/*/*/request.xml; do
  [ -e "$request" ] || continue
  # What XML forbids and our reader passes over is nothing for another's parser.
  case $request in *leading-blank-line*|*trailing-ctrl-z*|*trailing-nul*) continue ;; esac
  # Shift_JIS is that of Windows, which libxml2 does not know.
  if head -c 200 "$request" | grep -aqi 'encoding="shift_jis"'; then
    iconv -f CP932 -t UTF-8 "$request" | sed '1s/[Ss]hift_[Jj][Ii][Ss]/UTF-8/' >"$file"
  else
    cp "$request" "$file"
  fi
  folder=$(dirname "$request")
  name=$(basename "$folder" | sed 's/^[0-9]-//')
  case $request in *response.xml) kind=res ;; *) kind=req ;; esac
  schema="vectors/xsd/${name%%-*}$kind.xsd"
  problems="$folder/problems.txt"
  if [ "$kind" = req ] && [ -e "$problems" ]; then
    # What is only odd is another matter: unknown elements, a number that is not padded.
    grep -q '^error ' "$problems" || continue
    wrong=$((wrong + 1))
    if xmllint --nonet --noout --schema "$schema" "$file" >/dev/null 2>&1; then echo "valid, though wrong: $request"; else refused=$((refused + 1)); fi
  else
    right=$((right + 1))
    if ! said=$(xmllint --nonet --noout --schema "$schema" "$file" 2>&1); then
      failed=$((failed + 1))
      echo "not valid: $request"
      echo "$said" | head -3
    fi
  fi
done
echo "right: $right, of which not valid: $failed; wrong: $wrong, of which not valid: $refused"
[ "$failed" = 0 ]
