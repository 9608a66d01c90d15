#pragma once

// What a run tells the world while it works. A child process writes events as JSON lines; the scheduler reads them and hands
// them to a Ledger. The same lines in a file are what a cluster job leaves behind.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace seqlab {

/// The run has read its data and built its model; facts such as {"parameters": "12345", "train pairs": "10000"}.
struct StartedEvent {
  std::map<std::string, std::string> facts;
};
/// Where the run is: for the progress line.
struct ProgressEvent {
  std::int64_t epoch = 0;   // epochs finished
  std::int64_t epochs = 0;  // at most
  std::int64_t step = 0;    // updates done
  double fraction = 0;      // of the whole run, 0..1
  double loss = 0;          // training loss of late
};
/// One value of a learning curve.
struct PointEvent {
  std::string metric;  // "train/loss"
  std::int64_t step = 0;
  double epoch = 0;
  double value = 0;
};
/// A final value; `which` is "best" (the epoch chosen by the experiment's metric) or "last".
struct ResultEvent {
  std::string metric;
  std::string which;
  std::int64_t epoch = 0;
  double value = 0;
};
/// A prediction of the best epoch on one example.
struct ExampleEvent {
  std::string split;
  std::int64_t index = 0;
  std::string source;
  std::string prediction;
  std::string reference;
  double score = 0;
};
/// What the model looked at while it made the prediction of an example.
struct AttentionEvent {
  std::string split;
  std::int64_t index = 0;                   // of the example
  std::string part;                         // of the model: "decoder"
  std::int64_t head = 0;                    // from 0
  std::vector<std::string> source;          // tokens
  std::vector<std::string> target;          // tokens of the prediction
  std::vector<std::vector<float>> weights;  // [target][source]
};
/// A file that the run left for later use.
struct ArtifactEvent {
  std::string name;       // "best": the weights of the best epoch
  std::string path;       // absolute
  std::string hash;       // SHA-256 of its content
  std::int64_t size = 0;  // bytes
};
/// The child's word that all went well. `done` in the database needs this and exit status 0.
struct DoneEvent {
  double seconds = 0;        // wall time of the whole run
  double train_seconds = 0;  // of it in training
};
/// The child's own account of why it cannot go on (one line).
struct FailedEvent {
  std::string reason;
  bool environment = false;  // not its fault: the disk is full, a file cannot be written; it goes on from its checkpoint
};

using Event = std::variant<StartedEvent, ProgressEvent, PointEvent, ResultEvent, ExampleEvent, AttentionEvent, ArtifactEvent,
                           DoneEvent, FailedEvent>;

std::string to_json_line(
    const Event& event);  // without the line feed; NaN and infinities survive; invalid UTF-8 is replaced
Event event_from_json_line(std::string_view line);  // UserError where it is not an event

/// Who listens to a run.
class EventSink {
 public:
  virtual ~EventSink();
  virtual void on(const Event& event) = 0;
};

}  // namespace seqlab
