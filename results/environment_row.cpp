#include "results/environment_row.h"

#include <nlohmann/json.hpp>

#include "core/sha256.h"

namespace seqlab {

std::int64_t environment_row(Database& database, const std::map<std::string, std::string>& facts) {
  const std::string hash = sha256(nlohmann::json(facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  database.prepare("INSERT INTO environment (hash) VALUES (?) ON CONFLICT DO NOTHING").bind_all(hash).run();
  const bool made = database.changes() == 1;
  Statement query = database.prepare("SELECT id FROM environment WHERE hash = ?");
  query.bind_all(hash).step();
  const std::int64_t id = query.integer(0);
  if (!made) return id;
  Statement insert = database.prepare("INSERT INTO environment_value (environment, key, value) VALUES (?, ?, ?)");
  for (const auto& [key, value] : facts) insert.bind_all(id, key, value).run();
  return id;
}

}  // namespace seqlab
