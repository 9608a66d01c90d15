#include "experiment/child_process.h"

#include <poll.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "catch.h"
#include "core/error.h"
#include "temporary_folder.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

namespace {

constexpr auto kPatience = std::chrono::seconds(20);

struct Outcome {
  int status = -1;
  std::vector<std::string> lines;
};

/// Lets a child come to its end.
Outcome outcome_of(ChildProcess& child) {
  Outcome outcome;
  const auto collect = [&] {
    for (auto& line : child.read_lines()) outcome.lines.push_back(std::move(line));
  };
  const auto start = std::chrono::steady_clock::now();
  while (!child.ended()) {
    REQUIRE(std::chrono::steady_clock::now() - start < kPatience);
    collect();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  collect();
  outcome.status = *child.ended();
  return outcome;
}

ChildProcess shell(const TemporaryFolder& folder, const std::string& script, const std::string& input = "") {
  return ChildProcess({"/bin/sh", {"-c", script}, input, folder.file("child.log")});
}

}  // namespace

TEST_CASE("a child reads stdin, speaks on descriptor 3 and prints into its log", "[experiment][child_process]") {
  const TemporaryFolder folder;
  ChildProcess child =
      shell(folder, "read word; echo one >&3; echo \"$word\" >&3; echo out; echo err >&2; printf half >&3", "hello\n");
  const Outcome outcome = outcome_of(child);
  CHECK(exit_text(outcome.status) == "exited with status 0");
  CHECK(outcome.lines == std::vector<std::string>{"one", "hello"});  // a line without its end is none
  CHECK(test::read_text(folder.file("child.log")) == "out\nerr\n");
}

TEST_CASE("long input and many lines pass without blocking", "[experiment][child_process]") {
  const TemporaryFolder folder;
  const std::string input(300000, 'x');
  ChildProcess child = shell(folder, "wc -c >&3; i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done >&3", input);
  const Outcome outcome = outcome_of(child);
  REQUIRE(outcome.lines.size() == 20001);
  CHECK(std::stoi(outcome.lines.front()) == 300000);
  CHECK(outcome.lines.back() == "19999");
}

TEST_CASE("how a child ended is told in words", "[experiment][child_process]") {
  const TemporaryFolder folder;
  ChildProcess status = shell(folder, "exit 3");
  CHECK(exit_text(outcome_of(status).status) == "exited with status 3");
  ChildProcess crash = shell(folder, "kill -SEGV $$");
  CHECK(exit_text(outcome_of(crash).status) == "killed by signal 11 (Segmentation fault)");
  ChildProcess killed = shell(folder, "kill -KILL $$");
  CHECK(exit_text(outcome_of(killed).status) == "killed by signal 9 (Killed; out of memory?)");
}

TEST_CASE("a program that cannot be started is an error of the environment", "[experiment][child_process]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(ChildProcess({folder.file("absent"), {}, "", folder.file("log")}), ContainsSubstring("cannot start"));
  CHECK_THROWS_WITH(ChildProcess({"/bin/sh", {}, "", folder.file("no/such/folder/log")}),
                    ContainsSubstring("cannot write the log"));
}

TEST_CASE("a child that is dropped is killed with its descendants", "[experiment][child_process]") {
  const TemporaryFolder folder;
  pid_t descendant = 0;
  {
    ChildProcess child = shell(folder, "sleep 600 & echo $! >&3; wait");
    std::vector<std::string> lines;
    const auto start = std::chrono::steady_clock::now();
    while (lines.empty()) {
      REQUIRE(std::chrono::steady_clock::now() - start < kPatience);
      pollfd wait{child.event_descriptor(), POLLIN, 0};
      poll(&wait, 1, 100);
      lines = child.read_lines();
    }
    descendant = std::stoi(lines.front());
    CHECK(kill(descendant, 0) == 0);
  }
  const auto gone = [&] {
    const std::string stat = test::read_text("/proc/" + std::to_string(descendant) + "/stat");
    return stat.empty() || stat.find(") Z ") != std::string::npos;
  };
  const auto start = std::chrono::steady_clock::now();
  while (!gone() && std::chrono::steady_clock::now() - start < kPatience)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(gone());
}
