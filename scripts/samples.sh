#!/bin/sh
# Runs the samples of docs/samples against a demo: curl, Python, Java (a JDK: Debian's default-jdk-headless), C# where there is
# .NET. Where there is none, the C# sample is read by a parser from PyPI, which finds no fault of spelling and says nothing more.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
onshi=${ONSHI:-$root/target/debug/onshi}
work=$(mktemp -d)
"$onshi" demo --dir "$work/demo" --centre-port 0 --portal-port 0 --gateway-port 0 --operations-port 0 --messages-port 0 \
  --kiosk-port 0 --card-port 0 >"$work/log" 2>&1 &
demo=$!
trap 'kill $demo; wait $demo || true; rm -rf "$work"' EXIT
while [ ! -e "$work/demo/demo.json" ]; do sleep 0.5; kill -0 $demo; done
SAMPLE_DEMO=$work/demo/demo.json
. docs/samples/env.sh

# What a sample prints of the first patient, whose card is valid.
judge() {
  echo "$2"
  case $2 in *"資格有効性 1 "*) echo "$1: passed" ;; *) echo "$1: failed"; exit 1 ;; esac
}
judge curl "$(sh docs/samples/check.sh)"
judge Python "$(python3 docs/samples/check.py)"
if java --list-modules 2>/dev/null | grep -q '^jdk.compiler'; then
  judge Java "$(java docs/samples/Check.java)"
else
  echo "Java: not run, no JDK (apt install default-jdk-headless)"
fi
if command -v dotnet >/dev/null; then
  mkdir "$work/csharp" && cd "$work/csharp"
  dotnet new console --force >/dev/null
  cp "$root/docs/samples/Check.cs" Program.cs
  judge C# "$(dotnet run)"
else
  python3 -m venv "$work/python"
  "$work/python/bin/pip" install --quiet tree-sitter==0.26.1 tree-sitter-c-sharp==0.23.5
  "$work/python/bin/python" - <<'P'
import tree_sitter_c_sharp
from tree_sitter import Language, Parser

def wrong(node):
    return [node.start_point] * (node.type == "ERROR" or node.is_missing) + [w for child in node.children for w in wrong(child)]

source = open("docs/samples/Check.cs", "rb").read()
found = wrong(Parser(Language(tree_sitter_c_sharp.language())).parse(source).root_node)
assert not found, found
P
  echo "C#: not run, no .NET; its spelling was read by tree-sitter and is right"
fi
