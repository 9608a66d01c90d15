#pragma once

// What a word of the command line can be: experiments and runs of the database, plugins, keys of an experiment file, data
// sets, files. Everything here is silent: what cannot be read offers nothing.

#include <string>
#include <string_view>
#include <vector>

namespace seqlab {

/// A possible word and a few words on it.
struct Candidate {
  std::string word;
  std::string help;
};

/// What is known of the command line when one of its words is completed.
struct CompletionContext {
  std::string program;
  std::string database;
  std::string experiment;               // --experiment
  std::vector<std::string> positional;  // words of the command without a dash, before the one that is completed
};

/// All words that begin with `prefix` and fit `pattern`: alternatives separated by '|', each either a word that stands for
/// itself or in capitals what is to be named, with "[...]" and "..." around it where they may be left out:
///   EXPERIMENT  RUN  METRIC  KEY (a factor)  KEY=VALUE (a factor of an experiment)
///   K=V  K=A,B (a key of an experiment file)  KIND/NAME (a plugin)  SET (of the catalogue)  QUERY  WORKLOAD  COMMAND
///   FILE  FILE.toml (with this ending)  FOLDER
/// Others (N, TEXT) offer nothing.
std::vector<Candidate> completion_values(std::string_view pattern, const std::string& prefix,
                                         const CompletionContext& context);

}  // namespace seqlab
