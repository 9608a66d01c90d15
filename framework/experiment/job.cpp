#include "experiment/job.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace seqlab {
namespace {

using Json = nlohmann::json;

constexpr const char* kKind = "job";
constexpr int kVersion = 1;

Json experiment_to_json(const ExperimentRecord& e) {
  return {{"name", e.name},     {"file", e.file},         {"text", e.text},       {"task", e.task},
          {"metric", e.metric}, {"maximize", e.maximize}, {"factors", e.factors}, {"environment", e.environment}};
}

ExperimentRecord experiment_from_json(const Json& json) {
  ExperimentRecord e;
  json.at("name").get_to(e.name);
  json.at("file").get_to(e.file);
  json.at("text").get_to(e.text);
  json.at("task").get_to(e.task);
  json.at("metric").get_to(e.metric);
  json.at("maximize").get_to(e.maximize);
  json.at("factors").get_to(e.factors);
  json.at("environment").get_to(e.environment);
  return e;
}

/// Settings and seed are the specification's: one truth in the file.
Json request_to_json(const RunRequest& r) {
  Json plugins = Json::array();
  for (const auto& p : r.plugins) {
    plugins.push_back({{"path", p.path}, {"kind", p.kind}, {"name", p.name}, {"hash", p.content_hash}});
  }
  return {{"label", r.variant.label}, {"code", r.code_identity}, {"plugins", plugins}};
}

RunRequest request_from_json(const Json& json, const RunSpec& spec) {
  RunRequest r;
  r.variant.settings = spec.settings;
  r.seed = spec.seed;
  json.at("label").get_to(r.variant.label);
  json.at("code").get_to(r.code_identity);
  for (const Json& p : json.at("plugins")) {
    r.plugins.push_back({p.at("path"), p.at("kind"), p.at("name"), p.at("hash")});
  }
  return r;
}

Json job_to_json(const Job& job) {
  return {{"seqlab", kKind},
          {"version", kVersion},
          {"experiment", experiment_to_json(job.experiment)},
          {"request", request_to_json(job.request)},
          {"spec", Json::parse(to_json(job.spec))}};
}

Job job_of(const Json& json) {
  if (json.at("seqlab") != kKind) throw UserError("it is of another kind");
  if (json.at("version") != kVersion) {
    throw UserError(fmt::format("it is of version {}, this seqlab knows {}", json.at("version").dump(), kVersion));
  }
  Job job;
  job.experiment = experiment_from_json(json.at("experiment"));
  job.spec = run_spec_from_json(json.at("spec").dump());
  job.request = request_from_json(json.at("request"), job.spec);
  return job;
}

template <class Read>
auto reading(std::string_view text, Read read) {
  const auto refuse = [](std::string_view why) {
    return UserError(fmt::format("not a job of seqlab ({}); `seqlab jobs FILE.toml --into FOLDER` makes them", why));
  };
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    throw refuse(error.what());
  } catch (const InternalError& error) {
    throw refuse(error.what());
  } catch (const UserError& error) {
    throw refuse(error.what());
  }
}

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string to_json(const Job& job) { return line_of(job_to_json(job)); }

Job job_from_json(std::string_view text) {
  return reading(text, [](const Json& json) { return job_of(json); });
}

std::string to_json(const JobHeader& header) {
  Json json = job_to_json(header.job);
  json["host"] = header.host;
  json["started"] = header.started;
  return line_of(json);
}

JobHeader job_header_from_json(std::string_view text) {
  return reading(text, [](const Json& json) {
    return JobHeader{job_of(json), json.at("host").get<std::string>(), json.at("started").get<std::string>()};
  });
}

}  // namespace seqlab
