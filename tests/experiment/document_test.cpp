#include "experiment/document.h"

#include "catch.h"
#include "temporary_folder.h"

using namespace seqlab;
using seqlab::test::TemporaryFolder;

namespace {

Document parsed(const std::string& text) {
  return parse_document(std::make_shared<SourceText>(SourceText{"a.toml", text, 0}));
}

Diagnostic only_error(const std::string& path) {
  try {
    (void)read_document_chain(path);
  } catch (const DiagnosticsError& error) {
    REQUIRE(error.diagnostics().size() == 1);
    return error.diagnostics().front();
  }
  FAIL("no error");
  return {};
}

}  // namespace

TEST_CASE("keys keep the order of the source", "[experiment][document]") {
  const Document document = parsed("zeta = 1\n[parts]\nmodel = 'm'\ncell = 'c'\nattention = 'a'\n[data]\ntask = 't'\n");
  std::vector<std::string> names;
  for (const FlatEntry& entry : flatten(document)) names.push_back(entry.name);
  CHECK(names == std::vector<std::string>{"zeta", "parts.model", "parts.cell", "parts.attention", "data.task"});
}

TEST_CASE("tables of every notation flatten to dotted names", "[experiment][document]") {
  const Document document = parsed(
      "[train]\noptimizer = { name = 'sgd', rate = 0.5 }\nearly_stop.patience = 3\n\"a.b\" = true\n[cell.lstm]\nbias = "
      "2\n[run]\n");
  const auto flat = flatten(document);
  REQUIRE(flat.size() == 6);
  CHECK(flat[0].name == "train.optimizer.name");
  CHECK(flat[1].name == "train.optimizer.rate");
  CHECK(std::get<double>(flat[1].value.data) == 0.5);
  CHECK(flat[2].name == "train.early_stop.patience");
  CHECK(std::get<std::int64_t>(flat[2].value.data) == 3);
  CHECK(flat[3].name == "train.a.b");
  CHECK(flat[4].name == "cell.lstm.bias");
  CHECK(flat[4].path.size() == 3);
  CHECK(flat[4].path[1].line == 5);
  CHECK(flat[4].path[1].column == 7);
  CHECK(flat[5].name == "run");  // an empty table is not lost
  CHECK(flat[5].value.type_word() == "table");
}

TEST_CASE("every key and value knows its place", "[experiment][document]") {
  const Document document =
      parsed("# head\nname = \"\xC3\xA9\xE6\x97\xA5x\"\nlist = [1, \"two\",\n  3.5]\nday = 1979-05-27\n");
  REQUIRE(document.entries.size() == 3);
  const TomlEntry& name = document.entries[0];
  CHECK(name.place.line == 2);
  CHECK(name.place.column == 1);
  CHECK(name.place.length == 4);
  CHECK(name.value.place.column == 8);
  CHECK(name.value.place.length == 5);  // code points, quotes included
  const auto& list = std::get<TomlList>(document.entries[1].value.data);
  REQUIRE(list.size() == 3);
  CHECK(list[1].place.column == 12);
  CHECK(list[1].place.length == 5);
  CHECK(list[2].place.line == 4);
  CHECK(list[2].type_word() == "number");
  CHECK(document.entries[2].value.type_word() == "date or time");
}

TEST_CASE("a syntax error is a diagnostic with line and column", "[experiment][document]") {
  try {
    (void)parsed("a = 1\nb = lstm\n");
    FAIL("no error");
  } catch (const DiagnosticsError& error) {
    const Diagnostic& diagnostic = error.diagnostics().front();
    CHECK(diagnostic.code == ErrorCode::syntax);
    CHECK(diagnostic.place.line == 2);
    CHECK(diagnostic.place.column == 5);
    CHECK(diagnostic.source_line == "b = lstm");
  }
  CHECK_THROWS_AS(parsed("a = 1\na = 2\n"), DiagnosticsError);
  CHECK_THROWS_AS(parsed("a = \"\xFF\"\n"), DiagnosticsError);
}

TEST_CASE("files that cannot be experiments are refused with a remedy", "[experiment][document]") {
  const TemporaryFolder folder;
  const Diagnostic missing = only_error(folder.file("missing.toml"));
  CHECK(missing.code == ErrorCode::unreadable_file);
  CHECK_THAT(missing.message, ContainsSubstring("no file"));
  CHECK_THAT(only_error(folder.path().string()).message, ContainsSubstring("is a folder"));
  const Diagnostic empty = only_error(folder.write("empty.toml", "# nothing\n"));
  CHECK_THAT(empty.message, ContainsSubstring("is empty"));
  CHECK_THAT(empty.label, ContainsSubstring("[parts]"));
  CHECK(only_error(folder.write("binary.toml", std::string("\x7f"
                                                           "ELF\0\xff",
                                                           6)))
            .code == ErrorCode::syntax);
}

TEST_CASE("a chain of bases is read, each relative to the file that names it", "[experiment][document]") {
  const TemporaryFolder folder;
  folder.write("base/deep/c.toml", "z = 3\n");
  folder.write("base/b.toml", "base = 'deep/c.toml'\ny = 2\n");
  const auto chain = read_document_chain(folder.write("a.toml", "base = 'base/b.toml'\nx = 1\n"));
  REQUIRE(chain.size() == 3);
  CHECK(chain[0].entries[1].key == "x");
  CHECK(chain[1].entries[1].key == "y");
  CHECK(chain[2].entries[0].key == "z");
  CHECK(chain[2].source->name == folder.file("base/deep/c.toml"));
  CHECK(chain[2].source->order == 2);
}

TEST_CASE("a base that is missing, of a wrong type or circular is shown where it is named", "[experiment][document]") {
  const TemporaryFolder folder;
  const Diagnostic missing = only_error(folder.write("a.toml", "x = 1\nbase = 'none.toml'\n"));
  CHECK(missing.code == ErrorCode::bad_base);
  CHECK(missing.place.line == 2);
  CHECK(missing.place.column == 8);
  CHECK_THAT(only_error(folder.write("n.toml", "base = 3\n")).message, ContainsSubstring("must be a file name"));
  CHECK_THAT(only_error(folder.write("self.toml", "base = 'self.toml'\n")).message, ContainsSubstring("leads back"));
  folder.write("p.toml", "base = 'q.toml'\n");
  const Diagnostic circle = only_error(folder.write("q.toml", "base = 'p.toml'\n"));
  CHECK_THAT(circle.message, ContainsSubstring("leads back"));
  CHECK(circle.file == folder.file("p.toml"));
  for (int i = 0; i < 20; ++i) {
    folder.write("d" + std::to_string(i) + ".toml", "base = 'd" + std::to_string(i + 1) + ".toml'\n");
  }
  folder.write("d20.toml", "x = 1\n");
  CHECK_THAT(only_error(folder.file("d0.toml")).message, ContainsSubstring("in a row"));
}

TEST_CASE("values of the command line are TOML, plain words need no quotes", "[experiment][document]") {
  CHECK(std::get<std::int64_t>(parse_argument_value("3").data) == 3);
  CHECK(std::get<double>(parse_argument_value("2e-3").data) == 2e-3);
  CHECK(std::get<bool>(parse_argument_value("true").data));
  CHECK(std::get<std::string>(parse_argument_value("\"a b\"").data) == "a b");
  CHECK(std::get<std::string>(parse_argument_value("lstm").data) == "lstm");
  CHECK(std::get<std::string>(parse_argument_value("scaled_dot").data) == "scaled_dot");
  CHECK(std::get<std::string>(parse_argument_value("").data).empty());
  CHECK(parse_argument_value("{ name = 'sgd' }").type_word() == "table");
  // No way to smuggle a second key in.
  CHECK(std::get<std::string>(parse_argument_value("1\nname = 2").data) == "1\nname = 2");
}

TEST_CASE("lists of the command line are cut at commas outside quotes and brackets", "[experiment][document]") {
  const auto words = parse_argument_list("lstm,gru , \"a,b\"");
  REQUIRE(words.size() == 3);
  CHECK(std::get<std::string>(words[1].data) == "gru");
  CHECK(std::get<std::string>(words[2].data) == "a,b");
  CHECK(words[1].place.column == 6);
  const auto numbers = parse_argument_list("[1, 2]");
  REQUIRE(numbers.size() == 2);
  CHECK(std::get<std::int64_t>(numbers[1].data) == 2);
  CHECK(parse_argument_list("[1],[2,3]").size() == 2);
}
