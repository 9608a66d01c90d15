#pragma once

// What is installed: components by kind and name, with their option tables and the file they came from.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/options.h"

namespace seqlab {

class Cell;
class AttentionScore;
class Embedding;
class Model;
class CellContext;
class AttentionContext;
class EmbeddingContext;
class ModelContext;

enum class Kind { cell, attention, embedding, model };
std::string_view kind_name(Kind kind);  // "cell", "attention", "embedding", "model"
const std::vector<std::string>& kind_names();
Kind kind_of(std::string_view name);  // UserError with did-you-mean

/// A place in a model that a component of some kind fills.
struct Slot {
  std::string name;  // "cell", "decoder_cell": a key of table [parts]
  Kind kind;
  std::string fallback;   // the slot that fills this one where it is not named: "cell"; "" : none
  bool optional = false;  // may be "none"
  std::string help;
};

struct Component {
  Kind kind;
  std::string name;
  std::string file;                            // the .so it came from, absolute
  std::shared_ptr<const OptionTable> options;  // summary and rules
  std::vector<Slot> slots;                     // of a model
  std::vector<std::string> tasks;              // of a model: which tasks it fits

  // One of these, by kind. The values are complete()d inside; an embedding passes over the host's own.
  std::function<std::unique_ptr<Cell>(const OptionValues&, CellContext&)> make_cell;
  std::function<std::unique_ptr<AttentionScore>(const OptionValues&, AttentionContext&)> make_attention;
  std::function<std::unique_ptr<Embedding>(const OptionValues&, EmbeddingContext&)> make_embedding;
  std::function<std::unique_ptr<Model>(const OptionValues&, ModelContext&)> make_model;

  bool fits_corpus = false;  // of an embedding: it learns from running text
};

/// Where a plugin file declares its components; merged into the Registry only when all went well.
class StagingRegistry {
 public:
  void add(Component component);
  [[nodiscard]] const std::vector<Component>& components() const { return components_; }

 private:
  std::vector<Component> components_;
};

enum class PluginStatus {
  loaded,
  not_a_library,   // dlopen refused it: text of dlerror
  no_descriptor,   // the symbol seqlab_plugin is absent
  wrong_api,       // made for another version of the plugin interface
  stale_build,     // other compiler, standard library or public headers
  declare_failed,  // its declare() threw
  empty,           // it declares nothing
  duplicate,       // (kind, name) is already provided by another file
};
std::string_view status_name(PluginStatus status);

/// One scanned file: what it provides or why not, and what to do.
struct PluginRecord {
  std::string file;
  PluginStatus status = PluginStatus::loaded;
  std::string reason;  // "" when loaded
  std::string remedy;
  std::vector<std::string> provides;  // "cell/lstm"
  std::string duplicate;              // "cell/lstm": what another file provides already
};

class Registry {
 public:
  /// Loads every *.so in these folders (and one level below), sorted by path. Never throws for a bad plugin: see records().
  void scan(const std::vector<std::string>& folders);
  /// Loads one file; its record is also returned.
  const PluginRecord& load(const std::string& file);
  /// Adds a component that no file provides: for tests and the host's own components. InternalError where the name is taken.
  void add(Component component);

  [[nodiscard]] const std::deque<PluginRecord>& records() const { return records_; }
  [[nodiscard]] std::vector<std::string> names(Kind kind) const;                // sorted
  [[nodiscard]] const Component* find(Kind kind, std::string_view name) const;  // nullptr where absent
  /// UserError with did-you-mean and, where a broken file should have provided it, that file's recorded load error.
  [[nodiscard]] const Component& get(Kind kind, std::string_view name) const;
  /// The second half of get()'s message: "did you mean 'x'?" and the load error. `also`: words that would do as well.
  [[nodiscard]] std::string absence(Kind kind, std::string_view name, const std::vector<std::string>& also = {}) const;

 private:
  std::deque<PluginRecord> records_;  // load() hands out references
  std::vector<std::unique_ptr<Component>> components_;
};

/// SEQLAB_PLUGIN_PATH (colon-separated), then the plugins beside the program or in the installed library folder.
std::vector<std::string> plugin_folders();

}  // namespace seqlab
