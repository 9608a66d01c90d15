#include "data/whole_file.h"

#include "data/file_stream.h"

namespace seqlab {

std::string read_whole_file(const std::filesystem::path& file) {
  FileStream input(file);
  std::string bytes;
  std::string part(1 << 20, '\0');
  for (;;) {
    const std::size_t count = input.read(part);
    bytes.append(part, 0, count);
    if (count < part.size()) return bytes;
  }
}

}  // namespace seqlab
