#pragma once

// The SQL files of this folder, compiled into the library by cmake/embed_sql.cmake.

#include <cstdint>
#include <string_view>
#include <vector>

namespace seqlab {

struct NamedQuery {
  std::string_view name;  // file name without ".sql": what follows the @ of `seqlab sql @leaderboard`
  std::string_view sql;   // its first line is a comment that says what it answers
};

/// What turns a database of the version before into one of `version`: the tables alone, for views are made anew.
struct Migration {
  std::int64_t version;
  std::string_view sql;  // results/migrations/<version>.sql
};

extern const std::string_view kSchemaSql;
const std::vector<Migration>& migrations();      // by version, from 2 without a gap
const std::vector<NamedQuery>& named_queries();  // sorted by name

}  // namespace seqlab
