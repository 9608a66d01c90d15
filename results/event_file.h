#pragma once

// Event files: what a run left behind that was carried out without a database, and their way into one.

#include <optional>
#include <string>
#include <vector>

#include "experiment/job.h"
#include "results/store.h"

namespace seqlab {

/// One file as it was read. Events without the run's last word (it was killed, or is still at work) are taken as far as they
/// go.
struct EventFile {
  std::string path;
  JobHeader header;
  std::vector<Event> events;

  /// done, failed, or lost where the last word is missing; with a reason but for `done`.
  [[nodiscard]] RunState state() const;
  [[nodiscard]] std::string reason() const;
};

/// UserError "FILE:LINE: ..." for a line that is neither header nor event; a last line that was cut short is left out.
/// EnvironmentError where it cannot be read.
EventFile read_event_file(const std::string& path);

enum class Collected {
  stored,
  known,    // the run is done in the database
  running,  // it is at work there
};

/// Stores runs of event files, with their experiments. In the order of the files.
std::vector<Collected> collect(Store& store, const std::vector<EventFile>& files);

}  // namespace seqlab
