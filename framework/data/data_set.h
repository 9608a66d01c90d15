#pragma once

// What the catalogue knows of each data set: what it is for, what its files are, whose it is and where it comes from. The
// facts stand in data_sets.cpp.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

struct DataFile {
  std::string_view path;  // from the data folder: "multi30k/tok/train.en"
  std::uint64_t bytes = 0;
  std::string_view sha256;  // 64 hexadecimal digits
  /// The public address of exactly these bytes, or of an archive (.gz, .zip, .tar.*) that holds a file of this name with
  /// exactly these bytes. "": none; the file is made by a preparation of its source.
  std::string_view url = "";
};

struct DataSet {
  std::string_view name;
  std::string_view task;  // what it is for
  std::string_view summary;
  std::string_view contents;  // what the files are
  std::string_view licence;
  bool redistributable = false;       // a file of the source says so, or the text is in the public domain; else doubtful
  std::string_view source;            // where it comes from
  std::string_view preparation = "";  // what was done to the source, and so why a file has no address
  std::vector<DataFile> files;
};

/// All sets, by name.
const std::vector<DataSet>& data_sets();

/// The set of this name, or the one whose files a name of the catalogue reads ("multi30k_de_en" reads multi30k). UserError
/// with did-you-mean.
const DataSet& find_data(std::string_view name);

/// Every name that find_data knows, sorted.
std::vector<std::string> data_names();

/// Bytes of all files together.
std::uint64_t total_bytes(const DataSet& set);
/// Whether every file has a public address.
bool has_addresses(const DataSet& set);

}  // namespace seqlab
