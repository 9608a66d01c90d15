# What the crash tests share; sourced. Makes a folder of its own (removed at the end), in it the experiment short.toml of
# 8 short runs per seed, and the functions below. SEQLAB_PROGRAM names the program, else it is the release build.
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd)
program=${SEQLAB_PROGRAM:-$project/build/release/seqlab}
[ -x "$program" ] || { echo "error: there is no program '$program'; build it with tools/setup seqlab plugins" >&2; exit 2; }
unset SEQLAB_DB SEQLAB_PLUGIN_PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# experiment SEEDS
experiment() {
  cat >short.toml <<TOML
name   = "short"
metric = "valid/loss"
[data]
train_size = 60
valid_size = 10
test_size  = 10
[parts]
model     = "seq2seq"
embedding = "learned"
[embedding.learned]
dimension = 4
[model.seq2seq]
units = 8
[grid]
attention = ["none", "additive", "dot", "general"]
cell      = ["gru", "lstm"]
seed      = $1
[train]
epochs = 2
batch  = 20
[run]
threads = 1
TOML
  runs=$((8 * $1))
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

ask() { "$program" sql --db "$1" --format csv "$2" | tail -n +2; }

# All that a comparison is made of, to the last digit, and the comparison itself.
results() {
  "$program" compare short --db "$1" --format csv
  "$program" sql --db "$1" --format csv "SELECT label, seed, metric, which, epoch, printf('%!.17g', value) FROM v_result
    ORDER BY label, seed, metric, which"
  "$program" sql --db "$1" --format csv "SELECT r.label, r.seed, c.metric, c.step, printf('%!.17g', c.value) FROM v_run AS r
    JOIN v_curve AS c ON c.run = r.run ORDER BY r.label, r.seed, c.metric, c.step"
}

# whole DATABASE: every run is there, done, and was done once.
whole() {
  [ "$(ask "$1" "SELECT count(*) FROM run")" = "$runs" ] || fail "there are not $runs runs in $1"
  [ "$(ask "$1" "SELECT count(*) FROM run WHERE state = 'done'")" = "$runs" ] || fail "not all runs of $1 are done"
  [ "$(ask "$1" "SELECT count(*) FROM event WHERE kind = 'done'")" = "$runs" ] || fail "a run of $1 was done twice"
  [ "$(ask "$1" "PRAGMA integrity_check")" = "ok" ] || fail "$1 is damaged"
}

milliseconds() { date +%s%3N; }
# A number below $1.
random() { echo $(($(od -An -N4 -tu4 /dev/urandom) % $1)); }
# pause MILLISECONDS
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
