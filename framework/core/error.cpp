#include "core/error.h"

#include <fmt/format.h>

namespace seqlab {

Error::~Error() = default;
UserError::~UserError() = default;
OptionError::~OptionError() = default;
NothingMatched::~NothingMatched() = default;
EnvironmentError::~EnvironmentError() = default;
InternalError::~InternalError() = default;

void expect(bool holds, std::string_view contract, std::source_location where) {
  if (holds) return;
  std::string_view file = where.file_name();
  if (const auto slash = file.rfind('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  throw InternalError(fmt::format("{} ({}:{}, {})", contract, file, where.line(), where.function_name()));
}

}  // namespace seqlab
