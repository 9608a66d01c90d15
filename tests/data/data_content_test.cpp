#include "data/data_content.h"

#include "../experiment/temporary_folder.h"
#include "catch.h"
#include "core/error.h"
#include "core/sha256.h"
#include "data/dates.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

TEST_CASE("a generator is its name and version", "[data][data_content]") {
  const DataContent content = data_content({}, "/nowhere");
  CHECK(content.identity == "dates " + std::to_string(kDatesVersion));
  CHECK(content.files.empty());
}

TEST_CASE("files are what they hold, wherever they lie", "[data][data_content]") {
  const TemporaryFolder first;
  const TemporaryFolder second;
  for (const auto* folder : {&first, &second}) {
    folder->write("a.en", "a b\n");
    folder->write("a.vi", "x y\n");
  }
  TranslateOptions options;
  options.source = "files";
  options.train = options.valid = options.test = {"a.en", "a.vi"};
  const DataContent content = data_content(options, first.path().string());
  CHECK(content.files ==
        std::map<std::string, std::string>{{first.file("a.en"), sha256("a b\n")}, {first.file("a.vi"), sha256("x y\n")}});
  CHECK(content.identity == data_content(options, second.path().string()).identity);
  second.write("a.vi", "x yy\n");
  CHECK(content.identity != data_content(options, second.path().string()).identity);
  // Which side and which split a content belongs to counts.
  options.test = {"a.vi", "a.en"};
  CHECK(content.identity != data_content(options, first.path().string()).identity);
  options.test = {"a.en"};
  CHECK_THROWS_AS(data_content(options, first.path().string()), UserError);
  options.test = {"a.en", "absent"};
  CHECK_THROWS_AS(data_content(options, first.path().string()), EnvironmentError);
}
