#!/usr/bin/env bash
# Builds the servers and compares them on one machine, in one run: prints markdown tables with ratios to redis and to the floor.
#
#   run.sh [--quick] [--only NAME,...]        names: floor redis cache kestrel socket-async
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
only=floor,redis,cache,kestrel,socket-async
effort=()

fail() { echo "run.sh: $*" >&2; exit 1; }

while (($#)); do
  case $1 in
    --quick) effort=(--rounds 3 --scale 0.5) ;;
    --only) [[ ${2-} ]] || fail "--only needs names: $only"; only=$2; shift ;;
    *) fail "unknown option $1; usage: run.sh [--quick] [--only NAME,...] with names of $only" ;;
  esac
  shift
done

missing=()
for tool in redis-benchmark redis-server gcc python3 dotnet; do
  command -v "$tool" > /dev/null || missing+=("$tool")
done
((${#missing[@]} == 0)) || fail "missing ${missing[*]}: apt-get install redis-server redis-tools gcc python3, and the .NET 10 SDK"

# No build server outlives this script.
build() {
  echo "building $1" >&2
  local output
  output=$(dotnet build "$1" -c Release -maxcpucount:1 -nodeReuse:false -p:UseSharedCompilation=false --nologo -v quiet 2>&1) \
    || fail "$output"
}

servers=()
IFS=, read -ra names <<< "$only"
for name in "${names[@]}"; do
  case $name in
    floor)
      mkdir -p artifacts
      gcc -O2 -o artifacts/floor benchmarks/floor.c
      command="artifacts/floor {port}" ;;
    redis)
      command="redis-server --port {port} --bind 127.0.0.1 --save '' --appendonly no" ;;
    cache)
      [[ -f examples/Cache/Cache.csproj ]] || fail "examples/Cache is not there: leave cache out of --only"
      build examples/Cache/Cache.csproj
      command="dotnet examples/Cache/bin/Release/net10.0/Cache.dll --port {port} --memcached-port 0" ;;
    kestrel)
      build benchmarks/Kestrel/Kestrel.csproj
      command="dotnet benchmarks/Kestrel/bin/Release/net10.0/Kestrel.dll --port {port}" ;;
    socket-async)
      build benchmarks/SocketAsync/SocketAsync.csproj
      command="dotnet benchmarks/SocketAsync/bin/Release/net10.0/SocketAsync.dll --port {port}" ;;
    *) fail "unknown server $name" ;;
  esac
  servers+=("$name=$command")
done

# In place of this shell, so that a signal for it reaches the one who ends the servers.
exec python3 benchmarks/versus.py "${effort[@]}" "${servers[@]}"
