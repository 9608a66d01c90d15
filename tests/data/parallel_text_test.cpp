#include "data/parallel_text.h"

#include "catch.h"
#include "core/error.h"
#include "scratch_folder.h"

using namespace seqlab;

namespace {

using Lines = std::vector<std::string>;

/// The text of the UserError of reading the pair; "" where it can be read.
std::string complaint(const std::filesystem::path& source, const std::filesystem::path& target) {
  try {
    read_parallel_text(source, target);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("two files are read line by line") {
  const ScratchFolder folder;
  const auto text = read_parallel_text(folder.write("a.en", "one\ntwo words\n"), folder.write("a.vi", "một\nhai từ"));
  CHECK(text.source == Lines{"one", "two words"});
  CHECK(text.target == Lines{"một", "hai từ"});
}

TEST_CASE("a byte-order mark and CR LF are accepted") {
  const ScratchFolder folder;
  CHECK(read_lines(folder.write("a", "\xEF\xBB\xBFone\r\ntwo\r\n")) == Lines{"one", "two"});
  CHECK(read_lines(folder.write("b", "one\n\xEF\xBB\xBFtwo\n")) == Lines{"one", "\xEF\xBB\xBFtwo"});
}

TEST_CASE("a missing file, a folder and an empty file are named") {
  const ScratchFolder folder;
  const auto good = folder.write("good", "a\n");
  CHECK_THAT(complaint(good, folder.path() / "none.vi"), ContainsSubstring("none.vi: no such file"));
  CHECK_THAT(complaint(folder.path(), good), ContainsSubstring(folder.path().string() + ": is a folder"));
  CHECK_THAT(complaint(folder.write("empty", ""), good), ContainsSubstring("empty: the file is empty"));
  CHECK_THAT(complaint(folder.write("mark", "\xEF\xBB\xBF"), good), ContainsSubstring("mark: the file is empty"));
  CHECK_THAT(complaint(good / "below", good), ContainsSubstring("below"));
}

TEST_CASE("an unreadable file is named with the reason") {
  const ScratchFolder folder;
  const auto file = folder.write("secret", "a\n");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  if (std::ifstream(file).good()) {
    WARN("skipped: this user may read everything");
    return;
  }
  CHECK_THAT(complaint(file, file), ContainsSubstring("secret: cannot be read"));
}

TEST_CASE("different numbers of lines name both files and numbers") {
  const ScratchFolder folder;
  const auto text = complaint(folder.write("x.en", "a\nb\nc\n"), folder.write("x.vi", "a\nb\n"));
  CHECK_THAT(text, ContainsSubstring("x.en has 3 lines") && ContainsSubstring("x.vi has 2"));
}

TEST_CASE("an empty line on either side is named with the remedy") {
  const ScratchFolder folder;
  const auto full = folder.write("full", "a\nb\nc\n");
  CHECK_THAT(complaint(folder.write("x.en", "a\n\nc\n"), full),
             ContainsSubstring("x.en:2: empty line") && ContainsSubstring("remove line 2"));
  CHECK_THAT(complaint(full, folder.write("x.vi", "a\nb\n \xE3\x80\x80\t\n")), ContainsSubstring("x.vi:3: empty line"));
  CHECK_THAT(complaint(folder.write("y.en", "a\r\n\r\nc\r\n"), full), ContainsSubstring("y.en:2: empty line"));
}

TEST_CASE("bytes that are not text are named with file and line") {
  const ScratchFolder folder;
  const auto good = folder.write("good", "a\nb\n");
  CHECK_THAT(complaint(good, folder.write("x.fr", "ok\ncaf\xE9\n")),
             ContainsSubstring("x.fr:2: invalid UTF-8 at byte 4 of the line") && ContainsSubstring("iconv"));
  CHECK_THAT(complaint(folder.write("z", std::string("a\0b\nc\n", 6)), good), ContainsSubstring("z:1: NUL byte at byte 2"));
  CHECK_THAT(complaint(folder.write("utf16", "\xFF\xFE\x61"), good), ContainsSubstring("utf16:1: invalid UTF-8 at byte 1"));
}

TEST_CASE("a long line is read, an endless one is refused") {
  const ScratchFolder folder;
  const std::string longest(kLongestLine, 'x');
  CHECK(read_lines(folder.write("long", longest + "\n")).front().size() == kLongestLine);
  CHECK_THAT(complaint(folder.write("endless", "a\n" + longest + "y\n"), folder.path()),
             ContainsSubstring("endless:2: the line has 1000001 bytes"));
  CHECK(read_running_text(folder.write("text", longest + "y")).front().size() == kLongestLine + 1);
  CHECK_THROWS_WITH(read_running_text(folder.write("nothing", "")),
                    ContainsSubstring("the file is empty; it must have text"));
}
