#include "experiment/training_state.h"

#include <sstream>

namespace seqlab {

std::string TrainingState::lines_of(const std::vector<PointEvent>& points) {
  std::string lines;
  for (const PointEvent& point : points) lines += to_json_line(point) + '\n';
  return lines;
}

std::vector<PointEvent> TrainingState::points_of(const std::string& lines) {
  std::vector<PointEvent> points;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) points.push_back(std::get<PointEvent>(event_from_json_line(line)));
  return points;
}

}  // namespace seqlab
