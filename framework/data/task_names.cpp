#include "data/task_names.h"

namespace seqlab {

const std::vector<std::string>& task_names() {
  static const std::vector<std::string> names = {"translate", "classify", "tag", "forecast", "language_model"};
  return names;
}

}  // namespace seqlab
