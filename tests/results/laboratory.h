#pragma once

// Commands on a small database in a fresh folder, and what they print.

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "fixture.h"

namespace seqlab::test {

/// What is written to stdout while it lives.
class Captured {
 public:
  Captured() : before_(std::cout.rdbuf(text_.rdbuf())) {}
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() { std::cout.rdbuf(before_); }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

struct Laboratory {
  Folder folder;
  Globals globals;

  Laboratory() { globals.database = folder.file("lab.db"); }

  /// What a command prints on stdout. It must end well.
  std::string operator()(const Command& command, const std::vector<std::string>& arguments) const;

  /// Four runs: #1 and #2 done (the second better), #3 failed, #4 waits.
  void fill() const;
};

}  // namespace seqlab::test
