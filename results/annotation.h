#pragma once

// What people say of runs: tags to find them by, notes to remember by.

#include <cstdint>
#include <string>
#include <vector>

#include "results/database.h"

namespace seqlab {

struct Note {
  std::string time;  // UTC
  std::string text;
};

std::vector<std::string> tags_of(Database& database, std::int64_t run);  // sorted
std::vector<Note> notes_of(Database& database, std::int64_t run);        // oldest first

/// A tag is a word without blanks, commas or control characters that begins with neither '-', '@' nor '#'. UserError for
/// another.
void check_tag(const std::string& tag);

/// The database must be open for writing. Tags that a run has already are left alone.
void add_tags(Database& database, std::int64_t run, const std::vector<std::string>& tags);
/// NothingMatched, with did-you-mean, for a tag that the run does not have; then none is removed.
void remove_tags(Database& database, std::int64_t run, const std::vector<std::string>& tags);
/// UserError for a text of nothing but blanks.
void add_note(Database& database, std::int64_t run, const std::string& text);

}  // namespace seqlab
