#!/bin/sh
# How wide should the window be, and how many dimensions does a word need?   12 trainings
# Skip-gram on corpus_en; narrow windows should favour likeness (SimLex), wide ones relatedness (WS-353 rel, MEN).
# Needs corpus_en, word_similarity and analogies: SEQLAB_DATA_MIRROR names the folder that holds them.
#   experiments/embeddings_window.sh [FOLDER] [--dry-run]
set -eu
seqlab=${SEQLAB:-"$(dirname "$0")/../build/release/seqlab"}
folder=${1:-vectors}
run() { if [ "${dry:-}" ]; then echo "$*"; else "$@"; fi; }
for word in "$@"; do [ "$word" != "--dry-run" ] || dry=1; done
[ "$folder" != "--dry-run" ] || folder=vectors
run mkdir -p "$folder"
for dimension in 50 100 300; do
  for window in 1 2 5 10; do
    file="$folder/window_${window}_${dimension}.bin"
    run "$seqlab" vectors train word2vec -q --input corpus_en --output "$file" --threads 2 --set window=$window --set dimension=$dimension --set epochs=3
    echo "# window $window, $dimension dimensions"
    run "$seqlab" vectors evaluate "$file"
  done
done
