#pragma once

// What the host offers with every embedding, beside the plugin's own options.

#include <memory>
#include <string>

#include "core/options.h"

namespace seqlab {

struct HostEmbeddingOptions {
  bool frozen = false;
  int frozen_epochs = 0;
  int projection = 0;
  bool scaled = false;
  // Of embeddings that learn from text:
  std::string corpus;
  bool lower_case = false;
  int minimum_count = 5;
  int vocabulary_limit = 0;
  std::string missing = "random";
};

/// `fits_corpus`: with the options of embeddings that learn from text.
Schema<HostEmbeddingOptions> host_embedding_schema(bool fits_corpus);

/// The plugin's options and the host's. InternalError where both have one of the same name.
std::shared_ptr<const OptionTable> with_host_options(const OptionTable& own, bool fits_corpus);

/// Those values whose names the table knows.
OptionValues known_to(const OptionTable& table, const OptionValues& values);

}  // namespace seqlab
