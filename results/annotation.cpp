#include "results/annotation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/suggest.h"

namespace seqlab {

std::vector<std::string> tags_of(Database& database, std::int64_t run) {
  std::vector<std::string> tags;
  Statement query = database.prepare("SELECT name FROM tag WHERE run = ? ORDER BY name");
  query.bind_all(run);
  while (query.step()) tags.push_back(query.text(0));
  return tags;
}

std::vector<Note> notes_of(Database& database, std::int64_t run) {
  std::vector<Note> notes;
  Statement query = database.prepare("SELECT time, text FROM note WHERE run = ? ORDER BY time, id");
  query.bind_all(run);
  while (query.step()) notes.push_back({query.text(0), query.text(1)});
  return notes;
}

void check_tag(const std::string& tag) {
  const bool odd =
      tag.empty() || tag.front() == '-' || tag.front() == '@' || tag.front() == '#' ||
      std::ranges::any_of(tag, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == ',' || c == 0x7f; });
  if (odd) {
    throw UserError(fmt::format(
        "'{}' cannot be a tag: a tag is one word without commas that begins with neither '-', '@' nor '#'", tag));
  }
}

void add_tags(Database& database, std::int64_t run, const std::vector<std::string>& tags) {
  for (const auto& tag : tags) check_tag(tag);
  Transaction transaction(database);
  Statement insert = database.prepare("INSERT OR IGNORE INTO tag (run, name) VALUES (?, ?)");
  for (const auto& tag : tags) insert.bind_all(run, tag).run();
  transaction.commit();
}

void remove_tags(Database& database, std::int64_t run, const std::vector<std::string>& tags) {
  Transaction transaction(database);
  const std::vector<std::string> known = tags_of(database, run);
  Statement remove = database.prepare("DELETE FROM tag WHERE run = ? AND name = ?");
  for (const auto& tag : tags) {
    remove.bind_all(run, tag).run();
    if (database.changes() == 0) {
      throw NothingMatched(
          fmt::format("run #{} has no tag '{}'; {}", run, tag, known.empty() ? "it has none" : suggestion(tag, known)));
    }
  }
  transaction.commit();
}

void add_note(Database& database, std::int64_t run, const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) throw UserError("the note is empty");
  Transaction transaction(database);
  database.prepare("INSERT INTO note (run, time, text) VALUES (?, strftime('%Y-%m-%d %H:%M:%f', 'now'), ?)")
      .bind_all(run, text)
      .run();
  transaction.commit();
}

}  // namespace seqlab
