#include "plugin/elf_file.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace seqlab {

std::string damage_of_library(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fmt::format("{} cannot be read: {}", file, error.message());
  std::ifstream stream(file, std::ios::binary);
  Elf64_Ehdr header{};
  if (!stream.read(reinterpret_cast<char*>(&header), sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return fmt::format("{} is not an ELF library", file);
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return fmt::format("{} is not a 64-bit library", file);
  std::uint64_t end = header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    stream.seekg(static_cast<std::streamoff>(header.e_phoff + i * header.e_phentsize));
    if (!stream.read(reinterpret_cast<char*>(&segment), sizeof segment)) return fmt::format("{} is cut short", file);
    end = std::max(end, segment.p_offset + segment.p_filesz);
  }
  if (end > size) return fmt::format("{} is cut short: {} of {} bytes", file, size, end);
  return "";
}

}  // namespace seqlab
