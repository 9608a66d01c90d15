#include "core/version.h"

#include <dlfcn.h>

#include "core/error.h"
#include "core/file_hash.h"

namespace seqlab {

std::string framework_build() {
  Dl_info place{};
  // Any symbol of the library tells where it was loaded from.
  const int found = dladdr(reinterpret_cast<const void*>(&framework_version), &place);
  if (found == 0 || place.dli_fname == nullptr) throw EnvironmentError("the file of libseqlab cannot be found");
  return file_hash(place.dli_fname);
}

}  // namespace seqlab
