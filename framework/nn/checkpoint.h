#pragma once

// What is needed to go on with a training that was stopped, in a folder of its own:
//   last.safetensors    weights, the optimiser's moments, best weights so far, numbers of the state
//   last.1.safetensors  the one before: used where `last` is damaged
//   best.safetensors    weights of the best epoch, at the end of a run, and what the run learnt of its data (vocabularies)
//   final.safetensors   weights of the last epoch alone, at the end of a run whose best epoch was another
// A file gets its name once it is whole and on the disk, so that a crash at any moment leaves one that is good.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/optimizer.h"
#include "nn/parameter.h"
#include "nn/safetensors.h"
#include "nn/state.h"

namespace seqlab {

/// What a checkpoint keeps. Tensors are named "weight/NAME", "best/NAME", "optimizer/SLOT/NAME", "state/NAME".
struct TrainingMemory {
  ParameterSet& parameters;
  Optimizer& optimizer;
  std::vector<double>& best;  // a snapshot of the parameters; empty: none yet
  StateValues& state;
};

class CheckpointFolder {
 public:
  /// `folder` is created with the first file; "": nothing is kept. `configuration` is a hash of all that the training
  /// depends on.
  CheckpointFolder(std::string folder, std::string configuration);
  [[nodiscard]] bool exists() const { return !folder_.empty(); }

  /// The new `last`; returns its size in bytes. EnvironmentError where it cannot be written; the earlier ones stay.
  std::size_t save(const TrainingMemory& memory) const;

  /// Fills `memory` from the newest good checkpoint of this configuration and returns its file, "" where there is none (then
  /// nothing is touched). `refused` hears why a file that is there is not used.
  std::string load(const TrainingMemory& memory, const std::function<void(const std::string&)>& refused) const;

  /// Writes the weights as they are to `best`, with named texts (of any bytes) beside them; returns the file.
  std::string save_best(const ParameterSet& parameters, const std::map<std::string, std::string>& texts = {}) const;
  /// The same to `final`.
  std::string save_final(const ParameterSet& parameters, const std::map<std::string, std::string>& texts = {}) const;
  /// Fills the parameters from a file of save_best() or save_final(). EnvironmentError where it is damaged or of another
  /// model.
  static void load_weights(const std::string& file, ParameterSet& parameters);

  /// What such a file holds besides the numbers.
  struct Description {
    std::map<std::string, std::string> texts;
    std::map<std::string, std::vector<std::int64_t>> shapes;  // of each weight by its parameter's name
  };
  /// EnvironmentError where the file is damaged.
  static Description describe(const std::string& file);

 private:
  [[nodiscard]] std::string file(std::string_view name) const;
  std::string save_weights(const char* name, const ParameterSet& parameters,
                           const std::map<std::string, std::string>& texts) const;
  void replace(const std::string& name, std::span<const StoredTensor> tensors, const std::string& keep_as) const;
  void restore(const std::string& path, const TrainingMemory& memory) const;
  std::string folder_;
  std::string configuration_;
};

/// Removes what only a run that is not done yet needs: all but `best` and `final`.
void remove_unfinished(const std::string& folder);

}  // namespace seqlab
