#include "experiment/forked_teller.h"

#include <csignal>
#include <stdexcept>
#include <thread>

#include "catch.h"

using namespace seqlab;
using Heard = ForkedTeller::Heard;

namespace {

constexpr std::chrono::milliseconds kPatience{5000};

std::vector<std::string> records_of(const std::function<void(const ForkedTeller::Tell&)>& work) {
  ForkedTeller teller(work);
  std::vector<std::string> all;
  std::string record;
  while (teller.next(record, kPatience) == Heard::record) all.push_back(record);
  return all;
}

}  // namespace

TEST_CASE("a fork's records arrive whole and in order", "[experiment][forked_teller]") {
  const std::string large(300'000, 'x');  // more than a pipe holds
  CHECK(records_of([&](const auto& tell) {
          tell("one");
          tell("");
          tell(large);
        }) == std::vector<std::string>{"one", "", large});
}

TEST_CASE("a fork that ends badly has told what it told", "[experiment][forked_teller]") {
  CHECK(records_of([](const auto& tell) {
          tell("before");
          std::raise(SIGKILL);
        }) == std::vector<std::string>{"before"});
  CHECK(records_of([](const auto& tell) {
          tell("before");
          throw std::runtime_error("not for the parent");
        }) == std::vector<std::string>{"before"});
}

TEST_CASE("a fork that hangs is silent", "[experiment][forked_teller]") {
  ForkedTeller teller([](const auto&) { std::this_thread::sleep_for(std::chrono::hours(1)); });
  std::string record;
  CHECK(teller.next(record, std::chrono::milliseconds(50)) == Heard::silence);
}
