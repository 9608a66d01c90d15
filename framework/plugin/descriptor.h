#pragma once

// The one symbol of a plugin file, and the macro that makes it.

#include <cstdint>
#include <memory>
#include <string>

#include "plugin/registry.h"
#include "seqlab/build_info.h"

namespace seqlab {

inline constexpr std::uint32_t kPluginApi = 1;

/// What plugin and host must have in common to share C++ types: compiler, standard library, instruction set of the inlined
/// kernels, and the public headers (by hash).
inline constexpr const char* kBuildFingerprint = "compiler " __VERSION__
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
                                                 "; libstdc++ new ABI"
#else
                                                 "; libstdc++ old ABI"
#endif
#if defined(__AVX512F__)
                                                 "; AVX-512"
#elif defined(__AVX2__)
                                                 "; AVX2"
#endif
                                                 "; headers " SEQLAB_HEADER_HASH;

struct PluginDescriptor {
  std::uint32_t size;       // of this struct, as the plugin knows it
  std::uint32_t api;        // kPluginApi
  const char* fingerprint;  // kBuildFingerprint
  void (*declare)(StagingRegistry&);
};

inline constexpr const char* kPluginSymbol = "seqlab_plugin";

/// Options type and schema of a part: `Type::Options` and `Type::schema()`.
template <class Type>
struct PartTraits {
  using Options = typename Type::Options;
  static std::shared_ptr<const Schema<Options>> schema() { return std::make_shared<const Schema<Options>>(Type::schema()); }
};

}  // namespace seqlab

// The only macros of the plugin interface: SEQLAB_CELL, SEQLAB_ATTENTION, SEQLAB_EMBEDDING and SEQLAB_MODEL end in this one.
#define SEQLAB_PLUGIN_DESCRIPTOR(DECLARE)                                                               \
  extern "C" {                                                                                          \
  extern __attribute__((visibility("default"))) const seqlab::PluginDescriptor seqlab_plugin;           \
  const seqlab::PluginDescriptor seqlab_plugin = {sizeof(seqlab::PluginDescriptor), seqlab::kPluginApi, \
                                                  seqlab::kBuildFingerprint, DECLARE};                  \
  }
