#pragma once

// One run on its way to another machine: all that a child needs to carry it out and a database to take its results in.

#include <string>
#include <string_view>

#include "experiment/ledger.h"
#include "experiment/run_spec.h"

namespace seqlab {

struct Job {
  ExperimentRecord experiment;
  RunRequest request;
  RunSpec spec;
};

std::string to_json(const Job& job);  // one line
/// UserError where the text is no job.
Job job_from_json(std::string_view text);

/// The first line of an event file: the job, and where and when it was carried out.
struct JobHeader {
  Job job;  // with the environment of the machine that did the work
  std::string host;
  std::string started;  // UTC, 'YYYY-MM-DD HH:MM:SS.SSS'
};

std::string to_json(const JobHeader& header);  // one line
/// UserError where the text is no header.
JobHeader job_header_from_json(std::string_view text);

}  // namespace seqlab
