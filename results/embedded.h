#pragma once

// The SQL files of this folder, compiled into the library by cmake/embed_sql.cmake.

#include <string_view>
#include <vector>

namespace seqlab {

struct NamedQuery {
  std::string_view name;  // file name without ".sql": what follows the @ of `seqlab sql @leaderboard`
  std::string_view sql;   // its first line is a comment that says what it answers
};

extern const std::string_view kSchemaSql;
const std::vector<NamedQuery>& named_queries();  // sorted by name

}  // namespace seqlab
