#!/bin/sh
# Which word vectors know best what people find alike, and which solve analogies?   5 kinds, about 2 minutes on 2 cores
# Each is trained on corpus_en and held against WS-353, SimLex, MEN, RG-65 and Google's analogies; nothing is stored in the
# database. Needs corpus_en, glove_100d, word_similarity and analogies: SEQLAB_DATA_MIRROR names the folder that holds them.
#   experiments/embeddings_intrinsic.sh [FOLDER] [--dry-run]
set -eu
seqlab=${SEQLAB:-"$(dirname "$0")/../build/release/seqlab"}
folder=${1:-vectors}
run() { if [ "${dry:-}" ]; then echo "$*"; else "$@"; fi; }
for word in "$@"; do [ "$word" != "--dry-run" ] || dry=1; done
[ "$folder" != "--dry-run" ] || folder=vectors
run mkdir -p "$folder"
run "$seqlab" vectors train cooccurrence --input corpus_en --output "$folder/ppmi_svd.bin" --threads 2
run "$seqlab" vectors train word2vec --input corpus_en --output "$folder/skip_gram.bin" --threads 2
run "$seqlab" vectors train word2vec --input corpus_en --output "$folder/cbow.bin" --threads 2 --set architecture=cbow --set rate=0.05
run "$seqlab" vectors train glove --input corpus_en --output "$folder/glove.bin" --threads 2
for file in "$folder/ppmi_svd.bin" "$folder/skip_gram.bin" "$folder/cbow.bin" "$folder/glove.bin" glove_100d; do
  echo "# $file"
  run "$seqlab" vectors evaluate "$file"
done
